import SymbologyWire

/// Where the fields of a message lie by the schema.
struct MessageLayout: Sendable {
    enum Kind: Sendable, Equatable {
        case unsigned
        case signed
        case text
        case padding
    }

    struct Field: Sendable {
        let name: String
        let kind: Kind
        let byteOffset: Int
        let encoding: ProtocolSchema.Encoding

        var byteCount: Int { encoding.byteCount }
        var bytes: Range<Int> { byteOffset..<byteOffset + byteCount }
    }

    let name: String
    let templateId: UInt16
    let frameByteCount: Int
    /// As the message's first version had it.
    let frameByteCountMin: Int
    private(set) var fields: [Field] = []

    init(name: String, templateId: UInt16, frameByteCount: Int, frameByteCountMin: Int) {
        (self.name, self.templateId) = (name, templateId)
        (self.frameByteCount, self.frameByteCountMin) = (frameByteCount, frameByteCountMin)
    }

    mutating func append(_ name: String, _ encoding: ProtocolSchema.Encoding, isPadding: Bool) {
        let kind: Kind =
            isPadding
            ? .padding : encoding.primitive == "char" ? .text : encoding.primitive.first == "i" ? .signed : .unsigned
        let byteOffset = fields.last?.bytes.upperBound ?? WireLayout.Header.byteCount
        fields.append(Field(name: name, kind: kind, byteOffset: byteOffset, encoding: encoding))
    }

    /// A known template: a test compares the lists.
    var template: Template { Template(rawValue: templateId)! }

    static let all = ProtocolSchema.real.messages

    static func of(_ template: Template) -> MessageLayout? { all.first { $0.templateId == template.rawValue } }

    /// Decodes by the schema alone, without views.
    func decode(_ frame: [UInt8]) -> [String: FieldValue] {
        var values: [String: FieldValue] = [:]
        for field in fields {
            let bytes = frame[field.bytes]
            let bits = bytes.reversed().reduce(Int128(0)) { $0 << 8 | Int128($1) }
            switch field.kind {
            case .padding: continue
            case .text: values[field.name] = .text(Array(bytes.prefix { $0 != 0 }))
            case .unsigned: values[field.name] = .integer(bits)
            case .signed:
                let sign = Int128(1) << (8 * field.byteCount - 1)
                values[field.name] = .integer((bits ^ sign) - sign)
            }
        }
        return values
    }
}
