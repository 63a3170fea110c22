import TestSupport
import Testing

@testable import ReferenceData

@Suite struct SymbolRowsTests {
    private static func row(_ id: UInt32) -> SymbolRecord {
        SymbolRecord(
            id: id, exchangeId: 1, symbolString: SymbolText("S\(id)_USDT")!, baseAsset: AssetText("S\(id)")!,
            quoteAsset: AssetText("USDT")!, tickSize: DecimalValue(mantissa: Int64(id), exponent: -3)!)
    }

    private static func content(_ rows: SymbolRows) -> ReferenceContent {
        ReferenceContent(
            exchanges: [Exchange(id: 1, name: "a", enumValue: "A_SPOT", displayName: "A", marketType: .spot)],
            symbols: rows)
    }

    @Test("rows hold what an array holds, whatever is done to both")
    func asAnArray() {
        var generator = SeededGenerator()
        var rows = SymbolRows()
        var array: [SymbolRecord] = []
        var copies: [(rows: SymbolRows, array: [SymbolRecord])] = []
        for step in 1...UInt32(Sanitizer.rounds(2_000)) {
            switch generator.next() % 16 {
            case 0 where !array.isEmpty:
                let index = array.indices.randomElement(using: &generator)!
                array[index].isTiered.toggle()
                rows[index].isTiered.toggle()
            case 1: copies.append((rows, array))
            case 2: rows.reserveCapacity(rows.count + Int(generator.next() % 100))
            case 3:
                let indexes = array.indices.filter { _ in generator.next() % 8 == 0 }
                array = array.indices.filter { !indexes.contains($0) }.map { array[$0] }
                rows = rows.removing(indexes)
            default:
                array.append(Self.row(step))
                rows.append(Self.row(step))
            }
        }
        #expect(Array(rows) == array && rows == SymbolRows(array), "\(generator)")
        for copy in copies { #expect(Array(copy.rows) == copy.array, "\(generator)") }
        #expect(rows.areAscending && !SymbolRows(array.reversed()).areAscending, "\(generator)")
    }

    @Test("memory that is given back says nothing, and what stands before and behind it is untouched")
    func givingBack() throws {
        var rows = SymbolRows((1...4_096).lazy.map(Self.row))
        let held = rows.blockHeldAlone()
        let block = try #require(held)
        block.giveBack(1_000..<3_000)
        let isKept = rows.indices.allSatisfy {
            (1_000..<3_000).contains($0) || rows[$0] == Self.row(UInt32($0 + 1))
        }
        #expect(isKept)
        // But for a page at either end.
        #expect(rows.count { $0.id == 0 } > 1_900)
        let copy = rows
        #expect(rows.blockHeldAlone() == nil)
        withExtendedLifetime(copy) {}
    }

    /// So many that two threads share the work.
    @Test("an image is the same whether its rows are given back meanwhile or held by somebody else, who keeps them")
    func heldRows() {
        let count = UInt32(RowImage.sharedRowCountMin + 1)
        let held = SymbolRows((1...count).lazy.map(Self.row))
        let shared = Snapshot.build(Self.content(held), epoch: 1, generation: 1, databaseSnapshot: "")
        let alone = Snapshot.build(
            Self.content(SymbolRows((1...count).lazy.map(Self.row))), epoch: 1, generation: 1, databaseSnapshot: "")
        let isHeld = held.indices.allSatisfy { held[$0] == Self.row(UInt32($0 + 1)) }
        #expect(isHeld)
        let isSame = (1...count).allSatisfy { id in
            shared.symbolRecord(id: id).record == alone.symbolRecord(id: id).record
                && alone.resolve(Self.row(id).symbolKey).symbolId == id
        }
        #expect(isSame)
    }
}
