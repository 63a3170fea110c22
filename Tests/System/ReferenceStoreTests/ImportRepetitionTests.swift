import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// One of the lines that repeat one another counts, whatever the tables hold already.
@Suite("Import: lines that repeat one another")
struct ImportRepetitionTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    private let skipping = SymbolImportOptions(skipsBad: true)

    @Test(
        "the same list twice, and with other rules, keeps every symbol alive",
        arguments: [
            ["B,U,S4", "B,U,S4"], ["B,U,S4", "B,U,S5"], ["B,U,S4", "C,U,S4"], ["B,U,S4", "B,U,S4", "B,U,S5", "C,U,S5"],
        ])
    func again(repeated: [String]) throws {
        defer { database.keep() }
        func list(_ tick: String) -> String {
            (repeated + ["D,U,S9"]).reduce("\(header),tick_size\n") { $0 + "GATEIO_SPOT,\($1),\(tick)\n" }
        }
        let first = try run(list("0.01"), skipping)
        #expect((first.insertedCount, first.skippedCount) == (2, repeated.count - 1))
        let second = try run(list("0.01"), skipping)
        #expect((second.unchangedCount, second.updatedCount, second.insertedCount) == (2, 0, 0))
        #expect(second.faults == first.faults && second.lastGoodCount == 0)
        #expect(try run(list("0.02"), skipping).updatedCount == 2)
        #expect(try rows("symbol_string, tick_size, is_last_good") == "S4 0.02 f, S9 0.02 f")
    }

    @Test("of two lines the one that leaves a known symbol its string counts", arguments: ["B,U,S5", "C,U,S4"])
    func knownBehindNew(other: String) throws {
        defer { database.keep() }
        try run("\(header),tick_size\nGATEIO_SPOT,B,U,S4,0.01\n")
        let options = SymbolImportOptions(skipsBad: true, deactivatesMissing: true, renames: true)
        let result = try run(
            "\(header),tick_size\nGATEIO_SPOT,\(other),0.03\nGATEIO_SPOT,B,U,S4,0.02\n", options)
        #expect(result.faults.map(\.line) == [2] && result.faults[0].reason.hasSuffix("of line 3"))
        #expect(try rows("id, base_asset, symbol_string, tick_size, is_last_good, is_active") == "1 B S4 0.02 f t")
    }

    @Test("a line that stands twice does not keep strings from changing places", arguments: 0..<2, 1..<3)
    func ring(repeated: Int, count: Int) throws {
        defer { database.keep() }
        try run("\(header)\nGATEIO_SPOT,P1,U,X1\nGATEIO_SPOT,P2,U,X2\n")
        var lines = ["GATEIO_SPOT,P1,U,X2", "GATEIO_SPOT,P2,U,X1"]
        lines += Array(repeating: lines[repeated], count: count)
        let result = try run("\(header)\n\(lines.joined(separator: "\n"))\n", skipping)
        #expect((result.renamedCount, result.skippedCount) == (2, count))
        #expect(try rows("base_asset, symbol_string, is_last_good") == "P1 X2 f, P2 X1 f")
    }

    @Test("a string needs the line by which its holder gives it up, though that one stands twice and is bad")
    func badGiver() throws {
        defer { database.keep() }
        try run("\(header)\nGATEIO_SPOT,P1,U,X1\nGATEIO_SPOT,P2,U,X2\nGATEIO_SPOT,P3,U,X3\n")
        let result = try run(
            """
            \(header),min_order_size,max_order_size
            GATEIO_SPOT,P1,U,X2,,
            GATEIO_SPOT,P2,U,X1,2,1
            GATEIO_SPOT,P2,U,X1,2,1
            GATEIO_SPOT,P3,U,X3,,
            """, skipping)
        #expect(result.faults.map(\.line) == [2, 3, 4] && result.renamedCount == 0)
        #expect(try rows("base_asset, symbol_string, is_last_good") == "P1 X1 t, P2 X2 t, P3 X3 f")
    }
}
