import SymbologyWire

/// A field's content as a test holds it: every integer, null included, as its number; a text without its padding.
enum FieldValue: Hashable {
    case integer(Int128)
    case text([UInt8])

    static func number(_ value: some BinaryInteger) -> FieldValue { .integer(Int128(value)) }
}

struct FieldValues {
    var values: [String: FieldValue]

    func number<Value: FixedWidthInteger>(_ name: String) -> Value {
        guard case .integer(let value)? = values[name], let exact = Value(exactly: value) else {
            preconditionFailure("\(name) holds no \(Value.self)")
        }
        return exact
    }

    func text(_ name: String) -> [UInt8] {
        guard case .text(let bytes)? = values[name] else { preconditionFailure("\(name) holds no text") }
        return bytes
    }
}

/// All views and writers behind one door, so that one test can go over every message.
enum MessageCodec {
    static func read(_ template: Template, _ frame: [UInt8]) -> [String: FieldValue] {
        frame.withUnsafeBytes { bytes in
            readRequest(template, bytes.baseAddress!) ?? readResponse(template, bytes.baseAddress!) ?? [:]
        }
    }

    /// The frame, written over bytes that are all ones: a writer that leaves a byte out is seen.
    static func write(_ template: Template, _ values: [String: FieldValue]) -> [UInt8] {
        var frame = [UInt8](repeating: 0xFF, count: template.frameByteCount)
        frame.withUnsafeMutableBytes { bytes in
            let fields = FieldValues(values: values)
            _ =
                writeRequest(template, fields, to: bytes.baseAddress!)
                || writeResponse(template, fields, to: bytes.baseAddress!)
        }
        return frame
    }

    static func fault(_ template: Template, _ frame: [UInt8]) -> RejectReason? {
        frame.withUnsafeBytes { FrameValidation.fault(of: template, at: $0.baseAddress!) }
    }
}

extension MessageLayout {
    /// Decodes by the table of offsets alone, without views.
    func decode(_ frame: [UInt8]) -> [String: FieldValue] {
        var values: [String: FieldValue] = [:]
        for field in fields {
            let bytes = frame[field.byteOffset..<field.byteOffset + field.kind.byteCount]
            let bits = bytes.reversed().reduce(Int128(0)) { $0 << 8 | Int128($1) }
            switch field.kind {
            case .padding: continue
            case .text: values[field.name] = .text(Array(bytes.prefix { $0 != 0 }))
            case .unsigned: values[field.name] = .integer(bits)
            case .signed(1, _): values[field.name] = .integer(Int128(Int8(truncatingIfNeeded: bits)))
            case .signed: values[field.name] = .integer(Int128(Int64(truncatingIfNeeded: bits)))
            }
        }
        return values
    }
}
