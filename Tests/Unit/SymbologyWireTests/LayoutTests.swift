import Foundation
import SymbologyWire
import Testing

/// Swift's constants, the schema and the page say the same.
@Suite struct LayoutTests {
    @Test func fieldsFillEveryFrameNaturallyAligned() {
        #expect(MessageLayout.all.map(\.template) == Template.allCases)
        for layout in MessageLayout.all {
            var byteOffset = WireLayout.Header.byteCount
            for field in layout.fields {
                #expect(field.byteOffset == byteOffset, "\(layout.name).\(field.name)")
                switch field.kind {
                case .unsigned(let byteCount, _), .signed(let byteCount, _):
                    #expect(field.byteOffset % byteCount == 0, "\(layout.name).\(field.name)")
                default: break
                }
                byteOffset += field.kind.byteCount
            }
            #expect(byteOffset == layout.frameByteCount, "\(layout.name)")
            #expect(layout.template.frameByteCount == layout.frameByteCount, "\(layout.name)")
            #expect(layout.frameByteCount % 8 == 0, "\(layout.name)")
        }
    }

    @Test func keysLieAlikeInBothResolveRequests() {
        let fields = [
            WireLayout.ResolvePair.baseAsset, WireLayout.ResolvePair.quoteAsset, WireLayout.ResolvePair.padding,
        ]
        #expect(WireLayout.ResolveSymbol.exchangeId == WireLimits.keyBytes.lowerBound)
        #expect(WireLayout.ResolveSymbol.symbol.upperBound == WireLimits.keyBytes.upperBound)
        #expect(fields.first?.lowerBound == WireLayout.ResolveSymbol.symbol.lowerBound)
        #expect(fields.last?.upperBound == WireLimits.keyBytes.upperBound)
        #expect(WireLimits.keyBytes.count == 52)
    }

    @Test func theSchemaSaysTheSame() throws {
        let schema = try ProtocolFolder.text("symbology.sbe.xml")
        var byteCounts: [String: Int] = [:]
        var nullable: Set<String> = []
        for match in schema.matches(of: /<type name="(\w+)" primitiveType="(\w+)"([^>]*)\/>/) {
            let (name, primitive, rest) = (String(match.1), String(match.2), String(match.3))
            let length = rest.firstMatch(of: /length="(\d+)"/).flatMap { Int($0.1) } ?? 1
            byteCounts[name] = try #require(primitiveByteCounts[primitive]) * length
            if rest.contains("presence=\"optional\"") { nullable.insert(name) }
        }
        for match in schema.matches(of: /<(?:enum|set) name="(\w+)" encodingType="uint8">/) {
            byteCounts[String(match.1)] = 1
        }

        let messages = schema.matches(
            of: /<sbe:message name="(\w+)" id="(\d+)" blockLength="(\d+)">(?s:(.*?))<\/sbe:message>/)
        #expect(messages.count == MessageLayout.all.count)
        for (message, layout) in zip(messages, MessageLayout.all) {
            #expect(String(message.1) == layout.name)
            #expect(UInt16(message.2) == layout.template.rawValue)
            #expect(Int(message.3) == layout.frameByteCount - WireLayout.Header.byteCount, "\(layout.name)")
            let fields = message.4.matches(of: /<field name="(\w+)" id="\d+" type="(\w+)"\/>/)
            #expect(fields.map { String($0.1) } == layout.fields.map(\.name), "\(layout.name)")
            for (field, expected) in zip(fields, layout.fields) {
                #expect(byteCounts[String(field.2)] == expected.kind.byteCount, "\(layout.name).\(expected.name)")
                #expect(
                    nullable.contains(String(field.2)) == expected.kind.canBeNull, "\(layout.name).\(expected.name)")
            }
        }
    }

    @Test func thePageSaysTheSame() throws {
        let page = try ProtocolFolder.text("PROTOCOL.md")
        let sections = page.components(separatedBy: "\n### ").dropFirst()
        for layout in MessageLayout.all {
            let heading = "\(layout.template.rawValue) \(layout.name)\n"
            let section = try #require(sections.first { $0.hasPrefix(heading) }, "\(heading)")
            let blockByteCount = layout.frameByteCount - WireLayout.Header.byteCount
            #expect(
                section.contains(" \(layout.frameByteCount) bytes, blockLength \(blockByteCount)."), "\(layout.name)")
            let rows = section.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
                .map {
                    $0.split(separator: "|", omittingEmptySubsequences: false).map {
                        $0.trimmingCharacters(in: .whitespaces)
                    }
                }
            #expect(rows.count == layout.fields.count, "\(layout.name)")
            for (row, field) in zip(rows, layout.fields) {
                #expect(Int(row[1]) == field.byteOffset && row[2] == field.name, "\(layout.name).\(field.name)")
                #expect(documentedByteCount(row[3]) == field.kind.byteCount, "\(layout.name).\(field.name)")
                #expect(row[4].isEmpty != field.kind.canBeNull, "\(layout.name).\(field.name)")
            }
        }
    }

    @Test func reasonsAreNamedAsOnThePage() throws {
        let page = try ProtocolFolder.text("PROTOCOL.md")
        let section = try #require(page.components(separatedBy: "\n### ").first { $0.hasPrefix("RejectReason\n") })
        let rows = section.matches(of: /\| (\d+) \| (\w+) \|/)
        #expect(rows.count == 18)
        for row in rows { #expect(RejectReason(rawValue: UInt8(row.1)!).description == String(row.2)) }
    }
}

extension MessageLayout.Kind {
    var canBeNull: Bool {
        switch self {
        case .unsigned(_, let canBeNull), .signed(_, let canBeNull): canBeNull
        case .text, .padding: false
        }
    }
}

private let primitiveByteCounts = [
    "char": 1, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
]

/// Bytes of a type as the page writes it: `char[50]`, `pad[10]`, `uint8 Status`.
private func documentedByteCount(_ type: String) -> Int? {
    if let match = type.firstMatch(of: /^(?:char|pad)\[(\d+)\]$/) { return Int(match.1) }
    return primitiveByteCounts[type.prefix { $0 != " " }.description]
}
