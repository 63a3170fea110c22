import Foundation
import SymbologyWire
import Testing

/// Swift's constants, the schema and the page say the same.
@Suite struct LayoutTests {
    @Test func fieldsFillEveryFrameNaturallyAligned() {
        #expect(MessageLayout.all.map(\.templateId) == Template.allCases.map(\.rawValue))
        for layout in MessageLayout.all {
            var byteOffset = WireLayout.Header.byteCount
            for field in layout.fields {
                #expect(field.byteOffset == byteOffset, "\(layout.name).\(field.name)")
                if field.kind == .unsigned || field.kind == .signed {
                    #expect(field.byteOffset % field.byteCount == 0, "\(layout.name).\(field.name)")
                }
                byteOffset += field.byteCount
            }
            #expect(byteOffset == layout.frameByteCount, "\(layout.name)")
            #expect(layout.template.frameByteCount == layout.frameByteCount, "\(layout.name)")
            #expect(layout.frameByteCount % 8 == 0, "\(layout.name)")
        }
    }

    @Test func keysLieAlikeInBothResolveRequests() {
        let fields = [WireLayout.ResolvePair.baseAsset, WireLayout.ResolvePair.quoteAsset]
        #expect(WireLayout.ResolveSymbol.exchangeId == WireLimits.keyBytes.lowerBound)
        #expect(WireLayout.ResolveSymbol.symbolText.upperBound == WireLimits.keyBytes.upperBound)
        #expect(fields.first?.lowerBound == WireLayout.ResolveSymbol.symbolText.lowerBound)
        #expect(fields.last?.upperBound == WireLimits.keyBytes.upperBound)
        #expect(WireLimits.keyBytes.count == 52)
        #expect(WireLayout.ResolveUnified.exchangeId == WireLayout.ResolveSymbol.exchangeId)
        #expect(WireLayout.ResolveUnified.unifiedName == WireLayout.ResolveSymbol.symbolText)
    }

    @Test func everyTemplateIsAsLongAsTheSchemaSays() {
        #expect(Int(WireLimits.schemaId) == ProtocolSchema.real.id)
        #expect(Int(WireLimits.version) == ProtocolSchema.real.version)
        for layout in MessageLayout.all {
            #expect("\(layout.template)" == layout.name.prefix(1).lowercased() + layout.name.dropFirst())
            #expect(layout.template.frameByteCountMin == layout.frameByteCountMin, "\(layout.name)")
            if layout.template.isRequest {
                #expect((WireLimits.requestByteCount...WireLimits.requestByteCountMax).contains(layout.frameByteCount))
            }
        }
    }

    @Test func thePageSaysTheSame() throws {
        let page = try ProtocolFolder.text("PROTOCOL.md")
        #expect(page.hasPrefix("# The Symbology protocol, version \(WireLimits.version)\n"))
        #expect(page.contains("| 4 | schemaId | uint16 | \(WireLimits.schemaId) |\n"))
        #expect(page.contains("| 6 | version | uint16 | \(WireLimits.version): the version"))
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
                #expect(documentedByteCount(row[3]) == field.byteCount, "\(layout.name).\(field.name)")
                #expect(row[5].isEmpty == (field.encoding.null == nil), "\(layout.name).\(field.name)")
            }
        }
    }

    @Test func valuesOnThePageAreThoseOfTheSchema() throws {
        let page = try ProtocolFolder.text("PROTOCOL.md")
        for choice in ProtocolSchema.real.choices {
            let section = try #require(
                page.components(separatedBy: "\n### ").first { $0.hasPrefix("\(choice.name)\n") }, "\(choice.name)")
            let rows = section.matches(of: /\| (\d+) \| (\w+) \|/)
            #expect(rows.map { String($0.2) } == choice.values.map(\.name), "\(choice.name)")
            #expect(rows.map { Int128($0.1) } == choice.values.map(\.number), "\(choice.name)")
        }
    }

    /// Where nothing is said of the connection it lives on.
    @Test func thePageSaysWhichReasonsEndTheConnection() throws {
        let page = try ProtocolFolder.text("PROTOCOL.md")
        let section = try #require(page.components(separatedBy: "\n### ").first { $0.hasPrefix("RejectReason\n") })
        let rows = section.matches(of: /\| (\d+) \| \w+ \| (.*) \|/)
        #expect(rows.count == ProtocolSchema.real.choice("RejectReason")?.values.count)
        for row in rows where !row.2.contains("never sent") {
            let reason = RejectReason(rawValue: try #require(UInt8(row.1)))
            #expect(row.2.contains("the connection closes") == reason.closesConnection, "\(reason)")
        }
    }

    @Test func valuesInSwiftAreThoseOfTheSchema() throws {
        func expect<Value>(_ type: Value.Type) throws
        where Value: CaseIterable & RawRepresentable, Value.RawValue == UInt8 {
            let choice = try #require(ProtocolSchema.real.choice("\(type)"), "\(type)")
            // `any` is nil in Swift.
            let values = choice.values.filter { $0.name != "any" }
            #expect(type.allCases.map { "\($0)" } == values.map(\.name), "\(type)")
            #expect(type.allCases.map { Int128($0.rawValue) } == values.map(\.number), "\(type)")
        }
        try expect(ResolutionStatus.self)
        try expect(MarketType.self)
        try expect(InstrumentKind.self)
        try expect(Payoff.self)
        try expect(OptionType.self)
        try expect(SearchMode.self)
        try expect(ReferenceKind.self)
        try expect(ReferenceAction.self)
        try expect(SubscriptionState.self)
        try expect(SourceFault.self)
        try expect(ImageFault.self)
        for reason in try #require(ProtocolSchema.real.choice("RejectReason")).values {
            #expect(RejectReason(rawValue: UInt8(reason.number)).description == reason.name)
        }
        let sets: [(String, UInt8)] = [
            ("ResolutionFlags", ResolutionFlags.known.rawValue), ("InstrumentKinds", InstrumentKinds.known.rawValue),
            ("DerivedDigits", DerivedDigits.known.rawValue), ("SourceFlags", SourceFlags.known.rawValue),
            ("SubscribeFlags", SubscribeFlags.known.rawValue), ("ChangeFlags", ChangeFlags.known.rawValue),
            ("RefusedFlags", RefusedFlags.known.rawValue), ("SnapshotFlags", SnapshotFlags.known.rawValue),
        ]
        #expect(sets.map(\.0) == ProtocolSchema.real.choices.filter(\.isSet).map(\.name))
        for (name, known) in sets { #expect(Int128(known) == ProtocolSchema.real.choice(name)?.knownBits, "\(name)") }
    }
}

/// Bytes of a type as the page writes it: `char[50]`, `pad[10]`, `uint8 MarketType`.
private func documentedByteCount(_ type: String) -> Int? {
    if let match = type.firstMatch(of: /^(?:char|pad)\[(\d+)\]$/) { return Int(match.1) }
    return primitiveByteCounts[type.prefix { $0 != " " }.description]
}
