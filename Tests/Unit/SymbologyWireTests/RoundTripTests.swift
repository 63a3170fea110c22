import SymbologyWire
import TestSupport
import Testing

@Suite struct RoundTripTests {
    @Test func randomFieldsComeBack() {
        var generator = SeededGenerator()
        for layout in MessageLayout.all {
            for _ in 0..<200 {
                let values = randomValues(layout, &generator)
                let frame = MessageCodec.write(layout.template, values)
                // Compared before they are expected: a failure then prints the seed and not 8 KB of chunk.
                let (isReadBack, isDecoded) = (
                    MessageCodec.read(layout.template, frame) == values, layout.decode(frame) == values
                )
                #expect(isReadBack && isDecoded, "\(layout.name), \(generator)")
                #expect(MessageCodec.fault(layout.template, frame) == nil, "\(layout.name), \(generator)")
            }
        }
    }

    @Test func everyPaddingByteIsChecked() throws {
        for (name, vector) in try Vector.all() {
            let template = try #require(Template(rawValue: vector.template))
            for field in MessageLayout.of(template)!.fields {
                guard case .padding = field.kind else { continue }
                for byteOffset in field.byteOffset..<field.byteOffset + field.kind.byteCount {
                    var frame = vector.frame
                    frame[byteOffset] = 1
                    #expect(MessageCodec.fault(template, frame) == .paddingNotZero, "\(name) byte \(byteOffset)")
                }
            }
        }
    }

    @Test func everyTextIsChecked() throws {
        for (name, vector) in try Vector.all() where vector.message != "SnapshotChunk" {
            let template = try #require(Template(rawValue: vector.template))
            for field in MessageLayout.of(template)!.fields {
                guard case .text(let byteCount) = field.kind else { continue }
                let bytes = field.byteOffset..<field.byteOffset + byteCount
                var frame = vector.frame
                frame.replaceSubrange(bytes, with: [65, 0] + [UInt8](repeating: 66, count: byteCount - 2))
                #expect(MessageCodec.fault(template, frame) == .textNotPadded, "\(name) \(field.name)")
                frame.replaceSubrange(bytes, with: [UInt8](repeating: 0xC3, count: byteCount))
                #expect(MessageCodec.fault(template, frame) == .textNotUTF8, "\(name) \(field.name)")
                frame.replaceSubrange(bytes, with: [UInt8](repeating: 0, count: byteCount))
                let isName = ["clientName", "environment", "afterAsset"].contains(field.name)
                let expected: RejectReason? = template.isRequest && !isName ? .textEmpty : nil
                #expect(MessageCodec.fault(template, frame) == expected, "\(name) \(field.name)")
            }
        }
    }

    @Test(arguments: [
        (Template.listSymbols, WireLayout.ListSymbols.activeOnly, UInt8(2)),
        (.listExchanges, WireLayout.ListExchanges.marketType, 4),
        (.listExchanges, WireLayout.ListExchanges.activeOnly, 2),
        (.searchSymbols, WireLayout.SearchSymbols.mode, 0), (.searchSymbols, WireLayout.SearchSymbols.mode, 3),
        (.searchSymbols, WireLayout.SearchSymbols.activeOnly, 2), (.subscribe, WireLayout.Subscribe.flags, 2),
        (.getSnapshot, WireLayout.GetSnapshot.flags, 2), (.listPairs, WireLayout.ListPairs.activeOnly, 2),
        (.listAssets, WireLayout.ListAssets.activeOnly, 2),
        (.listStaleSymbols, WireLayout.ListStaleSymbols.activeOnly, 2),
        (.listRefused, WireLayout.ListRefused.afterKind, 3),
    ])
    func valuesOutOfRangeAreRefused(template: Template, byteOffset: Int, value: UInt8) throws {
        var frame = try #require(try Vector.all().first { $0.vector.template == template.rawValue }).vector.frame
        frame[byteOffset] = value
        #expect(MessageCodec.fault(template, frame) == .valueOutOfRange)
    }

    @Test func anEmptyBatchIsRefused() {
        #expect(
            MessageCodec.fault(
                .beginBatch, MessageCodec.write(.beginBatch, ["requestId": .integer(1), "count": .integer(0)]))
                == .valueOutOfRange)
    }

    @Test func utf8IsValidatedAsTheStandardLibraryDoes() {
        var generator = SeededGenerator()
        let pieces: [[UInt8]] = [
            [0x41], [0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49], [0xC3, 0xA9], [0xE5, 0xB8, 0x81],
            [0xF0, 0x9F, 0x98, 0x80],
            [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xFF],
            [0xE5, 0xB8], [0xF0],
        ]
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...5, using: &generator)).flatMap { _ in
                pieces.randomElement(using: &generator)!
            }
            if !bytes.isEmpty, Int.random(in: 0..<4, using: &generator) == 0 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            #expect(
                bytes.withUnsafeBytes(\.isValidUTF8) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }

    @Test func aTextForPeopleIsCutBetweenCharacters() {
        let text = String(repeating: "ж", count: 23) + "x" + String(repeating: "ж", count: 5)
        var frame = [UInt8](repeating: 0xFF, count: WireLayout.Rejected.frameByteCount)
        frame.withUnsafeMutableBytes {
            RejectedView.write(
                to: $0.baseAddress!, requestId: 1, reason: .serverFault, requestTemplate: 0, text: text.utf8)
        }
        #expect(MessageCodec.fault(.rejected, frame) == nil)
        #expect(MessageCodec.read(.rejected, frame)["text"] == .text(Array(text.utf8.prefix(47))))
    }

    @Test func aReasonThatDoesNotFitIsCutAndSaysSo() {
        let reason = String(repeating: "x", count: 133) + "жж"
        var frame = [UInt8](repeating: 0xFF, count: WireLayout.RefusedRecord.frameByteCount)
        for (text, shown, flags) in [
            (reason, String(repeating: "x", count: 133), WireRefusedFlags.lastGoodServed | WireRefusedFlags.reasonCut),
            (String(reason.prefix(133)), String(reason.prefix(133)), WireRefusedFlags.lastGoodServed),
        ] {
            frame.withUnsafeMutableBytes {
                RefusedRecordView.write(
                    to: $0.baseAddress!, requestId: 1, kind: WireChangeKind.symbol,
                    flags: WireRefusedFlags.lastGoodServed, exchangeId: 2, id: 3, generation: 4, symbol: "A".utf8,
                    baseAsset: "B".utf8, quoteAsset: "C".utf8, reason: text.utf8)
            }
            #expect(MessageCodec.fault(.refusedRecord, frame) == nil)
            let fields = MessageCodec.read(.refusedRecord, frame)
            #expect(fields["reason"] == .text(Array(shown.utf8)) && fields["flags"] == .number(flags))
        }
    }

    /// Numbers at and around their bounds as often as any others, texts of every length up to a full field.
    private func randomValues(_ layout: MessageLayout, _ generator: inout SeededGenerator) -> [String: FieldValue] {
        var values: [String: FieldValue] = [:]
        for field in layout.fields {
            switch field.kind {
            case .padding: continue
            case .text(let byteCount):
                let count = [1, byteCount, Int.random(in: 1...byteCount, using: &generator)].randomElement(
                    using: &generator)!
                values[field.name] = .text((0..<count).map { _ in UInt8.random(in: 1...127, using: &generator) })
            case .unsigned(let byteCount, _):
                let max = (Int128(1) << (8 * byteCount)) - 1
                let random = Int128(UInt64.random(in: 0...UInt64.max, using: &generator)) & max
                values[field.name] = .integer([0, 1, max - 1, max, random].randomElement(using: &generator)!)
            case .signed(let byteCount, _):
                let bound = Int128(1) << (8 * byteCount - 1)
                let random = Int128(Int64.random(in: Int64.min...Int64.max, using: &generator)) % bound
                values[field.name] = .integer([-bound, bound - 1, -1, 0, random].randomElement(using: &generator)!)
            }
        }
        constrain(&values, to: layout.template)
        return values
    }

    /// Requests whose fields the validator holds to a range.
    private func constrain(_ values: inout [String: FieldValue], to template: Template) {
        guard template.isRequest || template == .snapshotChunk else { return }
        let greatest: [String: Int128] = ["activeOnly": 1, "marketType": 3, "mode": 2, "flags": 1, "afterKind": 2]
        for (name, value) in greatest where values[name] != nil { values[name] = .integer(value) }
        if template == .beginBatch { values["count"] = .integer(.init(UInt32.max)) }
        if template == .snapshotChunk, case .text(let data)? = values["data"] {
            values["dataByteCount"] = .number(data.count)
        }
    }
}
