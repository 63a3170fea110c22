import TestSupport
import Testing

@testable import ReferenceData

/// Lists of an image whose order of pairs somebody forged: they may miss rows, but neither make up any, nor read all of
/// them for one page, nor go round in circles.
struct ForgedOrderTests {
    @Test(arguments: [1, 2, .random(in: .min ... .max)] as [UInt64])
    func pagesOfAForgedOrderComeToAnEnd(seed: UInt64) throws {
        var world = ContractWorld(seed: seed)
        let snapshot = Snapshot.build(
            world.content(count: 200), epoch: 1, generation: 1, databaseSnapshot: "", at: world.time(150))
        let bytes = SnapshotImageTests.bytes(of: SnapshotImage(snapshot, confirmedAt: .absent))
        let sections = bytes.withUnsafeBytes { SectionTable(header: $0.baseAddress!) }
        for round in 0..<Sanitizer.rounds(40) {
            var forged = bytes
            forge(&forged, sections, round, &world.generator)
            ImageCorruptionTests.sign(&forged)
            let image = try SnapshotImageTests.open(forged).snapshot
            let changed = image.applying(world.delta(), generation: 2, databaseSnapshot: "").snapshot
            for snapshot in [image, changed] {
                for pair in ContractWorld.pairs {
                    read(snapshot, isOfPair: pair, seed) { after, examinedCountMax, body in
                        snapshot.find(
                            base: pair.base, quote: pair.quote, afterSymbolId: after, limit: 7,
                            examinedCountMax: examinedCountMax, body)
                    }
                    read(snapshot, isOfPair: pair, seed) { after, examinedCountMax, body in
                        snapshot.contracts(
                            exchangeId: 0, base: pair.base, quote: pair.quote,
                            expiresFrom: Timestamp(microsecondsSince1970: 200), afterSymbolId: after, limit: 7,
                            examinedCountMax: examinedCountMax, body)
                    }
                }
                for venueCountMin in 0...3 {
                    read(snapshot, isOfPair: nil, seed) { after, examinedCountMax, body in
                        snapshot.pairs(
                            venueCountMin: venueCountMin, activeOnly: round % 2 == 0, afterSymbolId: after, limit: 7,
                            examinedCountMax: examinedCountMax, body)
                    }
                }
            }
        }
    }

    /// Changes the order of pairs, or where a pair begins, here and there or everywhere.
    private func forge(
        _ bytes: inout [UInt8], _ sections: SectionTable, _ round: Int, _ generator: inout SeededGenerator
    ) {
        let order = sections[.pairOrder]
        let parts = SearchIndex.Parts(rowCount: sections[.rows].count)
        let starts = sections[.searchIndex].offset + parts.pairStarts..<sections[.searchIndex].offset + parts.strayBases
        let count = round % 4 == 0 ? 400 : Int.random(in: 1...6, using: &generator)
        for _ in 0..<count {
            if generator.chance(50) {
                bytes[starts.randomElement(using: &generator)!] =
                    generator.chance(30) ? 0 : .random(in: 0...255, using: &generator)
            }
            let entry = order.offset + 4 * Int.random(in: 0..<order.count, using: &generator)
            let source = order.offset + 4 * Int.random(in: 0..<order.count, using: &generator)
            bytes.replaceSubrange(entry..<entry + 4, with: Array(bytes[source..<source + 4]))
        }
        // One row all over.
        if round % 10 == 9 {
            for entry in 0..<order.count {
                let place = order.offset + 4 * entry
                bytes.replaceSubrange(place..<place + 4, with: Array(bytes[order.offset..<order.offset + 4]))
            }
        }
    }

    private func read(
        _ snapshot: Snapshot, isOfPair pair: (base: AssetText, quote: AssetText)?, _ seed: UInt64,
        _ page: (UInt32, Int, (SymbolRecord, ResolutionFlags) -> Void) -> PageEnd?
    ) {
        var ids: Set<UInt32> = []
        var end = PageEnd(hasMore: true)
        var pageCount = 0
        while end.hasMore {
            let next = page(end.lastId, 9) { record, _ in
                #expect(ids.insert(record.id).inserted, "symbol \(record.id) comes twice, seed \(seed)")
                #expect(snapshot.symbolRecord(id: record.id).record == record)
                if let pair { #expect(record.baseAsset == pair.base && record.quoteAsset == pair.quote) }
            }
            guard let next else { break }
            #expect(next.examinedCount <= 9 + snapshot.symbolCount / 64 + 1)
            end = next
            pageCount += 1
            guard pageCount <= snapshot.symbolCount + 1 else {
                Issue.record("no end of pages, seed \(seed)")
                return
            }
        }
    }
}
