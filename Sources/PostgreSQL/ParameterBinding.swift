/// The four parallel arrays libpq wants, over one buffer that holds every value.
struct ParameterBinding {
    private var buffer: [UInt8] = []
    private var offsets: [Int?] = []
    private(set) var types: [UInt32] = []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []

    var count: Int { types.count }

    init(_ parameters: [Parameter], statement: Statement) throws(PostgreSQLError) {
        // The protocol counts parameters in 16 bits.
        guard parameters.count <= Int(UInt16.max) else {
            throw .usage(
                "\(parameters.count) parameters; at most \(UInt16.max) can be bound", statement: statement.name)
        }
        for (index, parameter) in parameters.enumerated() {
            guard append(parameter) else {
                throw .usage("parameter $\(index + 1) contains a NUL byte or is too long", statement: statement.name)
            }
        }
    }

    /// Calls `body` with the pointers to the values; they are valid only inside.
    func withValues<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
        buffer.withUnsafeBytes { bytes in
            let pointers = offsets.map { offset -> UnsafePointer<CChar>? in
                guard let offset, let base = bytes.baseAddress else { return nil }
                return (base + offset).assumingMemoryBound(to: CChar.self)
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }

    private mutating func append(_ parameter: Parameter) -> Bool {
        switch parameter {
        case .null: appendNull()
        case .bool(let value): appendBinary(TypeOID.bool) { $0.append(value ? 1 : 0) }
        case .int16(let value): appendBinary(TypeOID.int16) { $0.append(bigEndian: value) }
        case .int32(let value): appendBinary(TypeOID.int32) { $0.append(bigEndian: value) }
        case .int64(let value): appendBinary(TypeOID.int64) { $0.append(bigEndian: value) }
        case .timestamp(let value): appendBinary(TypeOID.timestamptz) { $0.append(bigEndian: value) }
        case .text(let value): return appendText(value, type: 0)
        case .numeric(let value): return appendText(value, type: TypeOID.numeric)
        case .textArray(let values): return appendTextArray(values)
        case .int32Array(let values):
            appendArray(TypeOID.int32Array, element: TypeOID.int32, count: values.count, hasNull: false) { buffer in
                for value in values {
                    buffer.append(bigEndian: Int32(4))
                    buffer.append(bigEndian: value)
                }
            }
        }
        return true
    }

    private mutating func appendNull() {
        offsets.append(nil)
        types.append(0)
        lengths.append(0)
        formats.append(0)
    }

    private mutating func appendBinary(_ type: UInt32, _ write: (inout [UInt8]) -> Void) {
        let start = buffer.count
        write(&buffer)
        offsets.append(start)
        types.append(type)
        lengths.append(Int32(truncatingIfNeeded: buffer.count - start))
        formats.append(1)
    }

    private mutating func appendText(_ value: String, type: UInt32) -> Bool {
        guard !value.utf8.contains(0), value.utf8.count < Int(Int32.max) else { return false }
        offsets.append(buffer.count)
        types.append(type)
        lengths.append(0)
        formats.append(0)
        buffer.append(contentsOf: value.utf8)
        buffer.append(0)
        return true
    }

    private mutating func appendTextArray(_ values: [String?]) -> Bool {
        guard values.allSatisfy({ value in value.map { !$0.utf8.contains(0) } ?? true }) else { return false }
        appendArray(
            TypeOID.textArray, element: TypeOID.text, count: values.count, hasNull: values.contains { $0 == nil }
        ) { buffer in
            for value in values {
                guard let value else {
                    buffer.append(bigEndian: Int32(-1))
                    continue
                }
                buffer.append(bigEndian: Int32(truncatingIfNeeded: value.utf8.count))
                buffer.append(contentsOf: value.utf8)
            }
        }
        return true
    }

    /// The binary form of a one-dimensional array: dimensions, has-null flag, element type, size and lower bound, then
    /// each element behind its length.
    private mutating func appendArray(
        _ type: UInt32, element: UInt32, count: Int, hasNull: Bool, _ write: (inout [UInt8]) -> Void
    ) {
        appendBinary(type) { buffer in
            buffer.append(bigEndian: Int32(count == 0 ? 0 : 1))
            buffer.append(bigEndian: Int32(hasNull ? 1 : 0))
            buffer.append(bigEndian: element)
            guard count > 0 else { return }
            buffer.append(bigEndian: Int32(truncatingIfNeeded: count))
            buffer.append(bigEndian: Int32(1))
            write(&buffer)
        }
    }
}

extension [UInt8] {
    mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
