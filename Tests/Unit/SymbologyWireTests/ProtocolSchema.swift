import Foundation
import FoundationXML

/// `symbology.sbe.xml` as a reader that knows nothing of the generator takes it: what generated code is compared with.
struct ProtocolSchema: Sendable {
    struct Encoding: Sendable {
        var primitive: String
        var length = 1
        var null: Int128?
        var minimum: Int128?
        var maximum: Int128?
        var isOptional = false
        var choice: Choice?

        var byteCount: Int { primitiveByteCounts[primitive, default: 0] * length }
    }

    /// An enumeration, or a set: then the numbers are bits.
    struct Choice: Sendable {
        let name: String
        let isSet: Bool
        var values: [(name: String, number: Int128)] = []

        var knownBits: Int128 { values.reduce(0) { $0 | 1 << $1.number } }

        func knows(_ value: Int128) -> Bool {
            isSet ? value & ~knownBits == 0 : values.contains { $0.number == value }
        }
    }

    private(set) var id = 0
    private(set) var version = 0
    private(set) var choices: [Choice] = []
    private(set) var messages: [MessageLayout] = []

    static let real = try! ProtocolSchema(ProtocolFolder.text("symbology.sbe.xml"))

    init(_ text: String) throws {
        let reader = Reader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
        (id, version) = (reader.id, reader.version)
        (choices, messages) = (reader.choices, reader.messages)
    }

    func choice(_ name: String) -> Choice? { choices.first { $0.name == name } }
}

let primitiveByteCounts = [
    "char": 1, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
]

/// Adds fields up to offsets as they come.
private final class Reader: NSObject, XMLParserDelegate {
    var id = 0
    var version = 0
    var choices: [ProtocolSchema.Choice] = []
    var messages: [MessageLayout] = []
    private var encodings: [String: ProtocolSchema.Encoding] = [:]
    private var choice: ProtocolSchema.Choice?
    private var message: MessageLayout?
    private var valueName: String?
    private var text = ""

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        let name = attributes["name"] ?? ""
        func number(_ key: String) -> Int128? { attributes[key].flatMap { Int128($0) } }
        switch element {
        case "sbe:messageSchema": (id, version) = (Int(number("id") ?? 0), Int(number("version") ?? 0))
        case "type":
            encodings[name] = ProtocolSchema.Encoding(
                primitive: attributes["primitiveType"] ?? "", length: Int(number("length") ?? 1),
                null: number("nullValue"), minimum: number("minValue"), maximum: number("maxValue"),
                isOptional: attributes["presence"] == "optional")
        case "enum", "set": choice = ProtocolSchema.Choice(name: name, isSet: element == "set")
        case "validValue", "choice": (valueName, text) = (name, "")
        case "sbe:message":
            let blockLength = Int(number("blockLength") ?? 0)
            message = MessageLayout(
                name: name, templateId: UInt16(number("id") ?? 0), frameByteCount: 8 + blockLength,
                frameByteCountMin: 8 + Int(number("symbology:blockLengthMin") ?? Int128(blockLength)))
        case "field":
            guard let encoding = encodings[attributes["type"] ?? ""] else { return parser.abortParsing() }
            message?.append(name, encoding, isPadding: attributes["type"]?.hasPrefix("Padding") == true)
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
    ) {
        switch element {
        case "validValue", "choice":
            if let valueName, let number = Int128(text) { choice?.values.append((valueName, number)) }
        case "enum", "set":
            guard let choice else { return }
            choices.append(choice)
            encodings[choice.name] = ProtocolSchema.Encoding(primitive: "uint8", choice: choice)
        case "sbe:message":
            if let message { messages.append(message) }
        default: break
        }
    }
}
