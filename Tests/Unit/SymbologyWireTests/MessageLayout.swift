import SymbologyWire

/// What `WireLayout` says, as a table that can be compared with the schema, the page and the vectors.
struct MessageLayout: Sendable {
    enum Kind: Sendable, Equatable {
        case unsigned(byteCount: Int, canBeNull: Bool)
        case signed(byteCount: Int, canBeNull: Bool)
        case text(byteCount: Int)
        case padding(byteCount: Int)

        var byteCount: Int {
            switch self {
            case .unsigned(let byteCount, _), .signed(let byteCount, _), .text(let byteCount), .padding(let byteCount):
                byteCount
            }
        }
    }

    struct Field: Sendable {
        let name: String
        let kind: Kind
        let byteOffset: Int

        init(_ name: String, _ byteOffset: Int, _ kind: Kind) {
            (self.name, self.byteOffset, self.kind) = (name, byteOffset, kind)
        }

        static func text(_ name: String, _ bytes: Range<Int>) -> Field {
            Field(name, bytes.lowerBound, .text(byteCount: bytes.count))
        }

        static func padding(_ name: String, _ bytes: Range<Int>) -> Field {
            Field(name, bytes.lowerBound, .padding(byteCount: bytes.count))
        }

        static func number(_ name: String, _ byteOffset: Int, _ byteCount: Int, null: Bool = false) -> Field {
            Field(name, byteOffset, .unsigned(byteCount: byteCount, canBeNull: null))
        }

        static func signed(_ name: String, _ byteOffset: Int, _ byteCount: Int, null: Bool = false) -> Field {
            Field(name, byteOffset, .signed(byteCount: byteCount, canBeNull: null))
        }
    }

    let name: String
    let template: Template
    let frameByteCount: Int
    let fields: [Field]

    static let all: [MessageLayout] = requests + responses

    static func of(_ template: Template) -> MessageLayout? { all.first { $0.template == template } }
}
