import TestSupport
import Testing

@testable import ReferenceData

struct IdBlockTests {
    @Test(arguments: [1, .random(in: .min ... .max)] as [UInt64])
    func eachIdHasItsRow(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<200 {
            let idMax = UInt32.random(in: 1...2_000, using: &generator)
            let count = Int.random(in: 1...Int(idMax), using: &generator)
            var ids = Set([idMax])
            for _ in 1...count { ids.insert(.random(in: 1...idMax, using: &generator)) }
            let sorted = ids.sorted()
            let blocks = IdBlock.blocks(sorted.map { Self.record($0) })
            let what: Comment = "seed \(seed), round \(round)"
            // More blocks than rows are none, but for the first few.
            guard Int(idMax) / 64 < max(ids.count, 64) else {
                #expect(blocks.isEmpty, what)
                continue
            }
            let rows = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
            #expect(blocks.count == Int(idMax) / 64 + 1, what)
            for id in 0..<UInt32(blocks.count * 64) {
                #expect(blocks[IdBlock.number(of: id)].rowIndex(id) == rows[id], what)
            }
            var previous: IdBlock?
            for block in blocks {
                #expect(block.isGood(after: previous, rowCount: UInt32(ids.count)), what)
                let late = IdBlock(bits: block.bits, firstRow: block.firstRow + 1)
                #expect(!late.isGood(after: previous, rowCount: UInt32(ids.count)), what)
                previous = block
            }
            // The last can stand first where no lower block has a row.
            let isFirst = IdBlock.number(of: sorted[0]) == blocks.count - 1
            #expect(previous?.isGood(after: nil, rowCount: UInt32(ids.count)) == isFirst, what)
        }
        #expect(IdBlock.blocks([]).isEmpty)
        #expect(IdBlock.blocks([Self.record(1), Self.record(.max)]).isEmpty)
    }

    private static func record(_ id: UInt32) -> SymbolRecord { SnapshotTests.record(id, 1, "A\(id)", "B") }
}
