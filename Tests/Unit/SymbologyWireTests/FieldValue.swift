import SymbologyWire

/// A field's content as a test holds it: every integer, null included, as its number; a text without its padding.
enum FieldValue: Hashable {
    case integer(Int128)
    case text([UInt8])

    static func number(_ value: some BinaryInteger) -> FieldValue { .integer(Int128(value)) }
}

struct FieldValues {
    var values: [String: FieldValue]

    func number<Value: FixedWidthInteger>(_ name: String, as type: Value.Type = Value.self) -> Value {
        guard case .integer(let value)? = values[name], let exact = Value(exactly: value) else {
            preconditionFailure("\(name) holds no \(Value.self)")
        }
        return exact
    }

    func optional<Value: FixedWidthInteger>(_ name: String, null: Value) -> Value? {
        let value: Value = number(name)
        return value == null ? nil : value
    }

    func decimal(_ name: String) -> WireDecimal {
        WireDecimal(mantissa: number("\(name)Mantissa"), exponent: number("\(name)Exponent"))
    }

    /// What fills the front of a field with the bytes that it has.
    func fill(_ name: String) -> (UnsafeMutableRawBufferPointer) -> Int {
        { field in
            let bytes = text(name)
            field.copyBytes(from: bytes)
            return bytes.count
        }
    }

    func text(_ name: String) -> [UInt8] {
        guard case .text(let bytes)? = values[name] else { preconditionFailure("\(name) holds no text") }
        return bytes
    }
}

/// All views and writers behind one door, so that one test can go over every message. Which field is read and written
/// where is generated; what it must be, the tests have from the schema and the vectors.
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
            if template.isRequest {
                writeRequest(template, fields, to: bytes.baseAddress!)
            } else {
                writeResponse(template, fields, to: bytes.baseAddress!)
            }
        }
        return frame
    }

    static func fault(_ template: Template, _ frame: [UInt8]) -> RejectReason? {
        frame.withUnsafeBytes { FrameValidation.fault(of: template, at: $0.baseAddress!) }
    }
}
