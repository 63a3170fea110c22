import Foundation
import SymbologyWire

/// One file of `Protocol/vectors`.
struct Vector: Decodable, CustomStringConvertible {
    enum Value: Decodable {
        case null
        case integer(Int128)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Int64.self) {
                self = .integer(Int128(number))
            } else {
                self = .integer(Int128(try container.decode(UInt64.self)))
            }
        }
    }

    let message: String
    let template: UInt16
    let fields: [String: Value]
    let hex: String

    var description: String { message }

    var frame: [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(decoding: digits[$0..<min($0 + 2, digits.count)], as: UTF8.self), radix: 16)!
        }
    }

    /// The fields as a reader of the frame sees them: null as the number that stands for it.
    func values(by layout: MessageLayout) -> [String: FieldValue] {
        fields.reduce(into: [:]) { values, field in
            switch field.value {
            case .text(let text): values[field.key] = .text(Array(text.utf8))
            case .integer(let number): values[field.key] = .integer(number)
            case .null:
                let field = layout.fields.first { $0.name == field.key }
                if let field, let null = field.encoding.null { values[field.name] = .integer(null) }
            }
        }
    }

    static func all() throws -> [(name: String, vector: Vector)] {
        let folder = ProtocolFolder.url.appendingPathComponent("vectors")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
            .sorted()
            .map { name in
                let data = try Data(contentsOf: folder.appendingPathComponent(name))
                return (name, try JSONDecoder().decode(Vector.self, from: data))
            }
    }
}

enum ProtocolFolder {
    /// `Protocol/` of the repository this file was compiled in.
    static let url = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Protocol")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
    }
}
