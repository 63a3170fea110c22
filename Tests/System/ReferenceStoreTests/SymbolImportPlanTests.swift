import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// Dry runs, missing symbols, progress, and numbers that are exact.
@Suite("Import: what would change")
struct SymbolImportPlanTests {
    let database: TestSession

    init() throws { database = try TestSession() }

    private let header = "exchange,base_asset,quote_asset,symbol_string"

    @discardableResult
    private func run(
        _ text: String, _ options: SymbolImportOptions = SymbolImportOptions(renames: true),
        _ onChange: (SymbolImportChange) -> Void = { _ in }
    ) throws -> SymbolImportResult {
        try SymbolImport(database.connection).run(csv: Array(text.utf8), options, onChange: onChange)
    }

    private func plan(_ text: String) throws -> (SymbolImportResult, [SymbolImportChange]) {
        var changes: [SymbolImportChange] = []
        let result = try run(text, SymbolImportOptions(renames: true, isDryRun: true)) { changes.append($0) }
        return (result, changes)
    }

    private var table: String {
        get throws { try database.text("SELECT string_agg(s::text, ';' ORDER BY id) FROM symbols s") }
    }

    @Test("a dry run lists new, changed with old and new values, and gone, and changes nothing")
    func dryRun() throws {
        defer { database.keep() }
        try run(
            """
            \(header),tick_size,is_active
            GATEIO_SPOT,A,USDT,A_USDT,0.1,true
            GATEIO_SPOT,B,USDT,B_USDT,,true
            GATEIO_SPOT,C,USDT,C_USDT,1,true
            GATEIO_SPOT,OFF,USDT,OFF_USDT,1,false
            MEXC_SPOT,D,USDT,DUSDT,1,true
            """)
        let before = try table
        let (result, changes) = try plan(
            """
            \(header),tick_size
            GATEIO_SPOT,NEW,USDT,NEW_USDT,1
            GATEIO_SPOT,A,USDT,A2_USDT,0.10
            GATEIO_SPOT,B,USDT,B_USDT,0.00000001
            """)
        #expect((result.insertedCount, result.updatedCount, result.unchangedCount, result.goneCount) == (1, 2, 0, 1))
        #expect(changes.map(\.kind) == [.new, .changed, .changed, .gone])
        #expect(changes.map(\.line) == [2, 3, 4, nil])
        #expect(changes.map(\.symbolId) == [nil, 1, 2, 3])
        #expect(
            changes[1].differences == [.init(field: "symbol_string", old: "A_USDT", new: "A2_USDT")])
        #expect(changes[2].differences == [.init(field: "tick_size", old: nil, new: "0.00000001")])
        // Neither what is inactive already nor another exchange's.
        #expect(changes[3].symbolString == "C_USDT")
        #expect(try table == before)
        #expect(try database.integer("SELECT pg_sequence_last_value('symbols_id_seq'::regclass)") == 5)
    }

    @Test("every column that can change is listed")
    func everyColumn() throws {
        defer { database.keep() }
        let columns =
            "is_active,precision_base,precision_quote,precision_price,min_order_size,max_order_size,tick_size,"
            + "step_size,min_notional,last_seen"
        try run("\(header),\(columns)\nGATEIO_SPOT,A,USDT,A1,true,1,2,3,1,2,3,4,5,2026-01-01T00:00:00Z\n")
        let next = "\(header),\(columns)\nGATEIO_SPOT,A,USDT,A2,false,4,5,6,5,6,7,8,9,\n"
        let (_, changes) = try plan(next)
        #expect(changes.map(\.kind) == [.changed])
        #expect(
            changes[0].differences.map { "\($0.field) \($0.old ?? "-") \($0.new ?? "-")" } == [
                "symbol_string A1 A2", "is_active true false", "precision_base 1 4", "precision_quote 2 5",
                "precision_price 3 6", "min_order_size 1 5", "max_order_size 2 6", "tick_size 3 7", "step_size 4 8",
                "min_notional 5 9", "last_seen 2026-01-01T00:00:00.000000Z -",
            ])
        #expect(try run(next).updatedCount == 1)
        #expect(try plan(next).1.isEmpty)
    }

    @Test("a symbol string that changes stays an alias for a while, as after a rename")
    func renames() throws {
        defer { database.keep() }
        let aliases =
            "SELECT string_agg(symbol_string || ' ' || symbol_id, ', ' ORDER BY symbol_string) FROM symbol_aliases"
        try run("\(header)\nGATEIO_SPOT,A,USDT,A1\nGATEIO_SPOT,B,USDT,B\n")
        let next = "\(header)\nGATEIO_SPOT,A,USDT,A2\nGATEIO_SPOT,B,USDT,B\nGATEIO_SPOT,C,USDT,C\n"
        #expect(try plan(next).0.renamedCount == 1)
        #expect(try database.text(aliases) == "NULL")
        let result = try run(next)
        #expect((result.insertedCount, result.updatedCount, result.renamedCount) == (1, 1, 1))
        #expect(try database.text(aliases) == "A1 1")
        #expect(
            try database.integer(
                "SELECT count(*) FROM symbol_aliases WHERE expires_at - now() BETWEEN '29 days' AND '30 days'") == 1)
        #expect(try run(next).renamedCount == 0)

        // Back again: what it bears is no former name, what it bore in between is one.
        try run("\(header)\nGATEIO_SPOT,A,USDT,A1\n")
        #expect(try database.text(aliases) == "A2 1")
        // Another symbol that bore the name last is the one that is meant by it.
        try run("\(header)\nGATEIO_SPOT,B,USDT,A2\n")
        #expect(try database.text(aliases) == "A2 1, B 2")
        try run("\(header)\nGATEIO_SPOT,B,USDT,B3\n")
        #expect(try database.text(aliases) == "A2 2, B 2")
        try run("\(header)\nGATEIO_SPOT,B,USDT,B\n", SymbolImportOptions(renames: true, aliasDayCount: nil))
        #expect(try database.text(aliases) == "A2 2")
    }

    @Test("missing symbols are deactivated, of the exchanges that the file names")
    func deactivateMissing() throws {
        defer { database.keep() }
        try run("\(header)\nGATEIO_SPOT,A,USDT,A\nGATEIO_SPOT,B,USDT,B\nMEXC_SPOT,C,USDT,C\n")
        let options = SymbolImportOptions(deactivatesMissing: true)
        let result = try run("\(header)\nGATEIO_SPOT,A,USDT,A\nGATEIO_SPOT,D,USDT,D\n", options)
        #expect((result.insertedCount, result.unchangedCount, result.goneCount) == (1, 1, 1))
        let inactive = "SELECT string_agg(symbol_string, ' ') FROM symbols WHERE NOT is_active"
        #expect(try database.text(inactive) == "B")
        #expect(try run("\(header)\nGATEIO_SPOT,A,USDT,A\nGATEIO_SPOT,D,USDT,D\n", options).goneCount == 0)

        // A line that is skipped lists what it names; the rest is gone.
        try run("\(header)\nGATEIO_SPOT,E,USDT,E\n")
        let skipping = try run(
            "\(header)\nGATEIO_SPOT,A,USDT,A\nGATEIO_SPOT,D,USDT\n",
            SymbolImportOptions(skipsBad: true, deactivatesMissing: true))
        #expect((skipping.skippedCount, skipping.goneCount, skipping.lastGoodCount) == (1, 1, 1))
        #expect(try database.text(inactive) == "B E")
    }

    @Test("all that is wrong with a line is reported, and each number is exact or refused")
    func exactNumbers() throws {
        defer { database.keep() }
        let long = String(repeating: "币", count: 17)
        let text = """
            \(header),max_order_size,tick_size
            GATEIO_SPOT,币安人生,USDT,币安人生_USDT,100000000000,0.00000001
            GATEIO_SPOT,LONG,USDT,\(long),1,1
            GATEIO_SPOT,DIGITS,USDT,DIGITS,123456789012.12345678,1
            GATEIO_SPOT,NAN,USDT,NAN,1,NaN
            GATEIO_SPOT,\(long),USDT,,NaN,0
            """
        let result = try run(text, SymbolImportOptions(skipsBad: true))
        #expect(
            result.faults == [
                LineFault(line: 3, reason: "symbol_string has 51 bytes, at most 50 fit"),
                LineFault(
                    line: 4,
                    reason: "max_order_size \"123456789012.12345678\" has 20 significant digits, at most 18 are kept "
                        + "exactly"),
                LineFault(line: 5, reason: "tick_size \"NaN\" is no finite number"),
                LineFault(
                    line: 6,
                    reason: "base_asset has 51 bytes, at most 25 fit; symbol_string is empty; max_order_size \"NaN\" "
                        + "is no finite number"),
            ])
        let loaded = try ReferenceLoader(database.connection).load().content.symbols
        #expect(loaded.map { $0.symbolString.description } == ["币安人生_USDT"])
        #expect(loaded[0].maxOrderSize == DecimalValue("100000000000"))
        #expect(loaded[0].tickSize == DecimalValue("0.00000001"))
        #expect(try database.integer("SELECT pg_sequence_last_value('symbols_id_seq'::regclass)") == 1)
    }

    @Test("a long file is written in pieces that say how far they are; everything is in it")
    func progress() throws {
        defer { database.keep() }
        let count = SymbolImport.pieceLineCountMin + 1_000
        var text = "\(header),tick_size\n"
        for line in 0..<count { text += "GATEIO_SPOT,A\(line),USDT,A\(line)_USDT,0.01\n" }
        var steps: [SymbolImportProgress] = []
        let result = try SymbolImport(database.connection).run(csv: Array(text.utf8)) { steps.append($0) }
        #expect(result.insertedCount == count)
        #expect(try database.integer("SELECT count(*) FROM symbols") == Int64(count))
        let audited = "SELECT count(*) FROM reference_audit WHERE table_name = 'symbols'"
        #expect(try database.integer(audited) == Int64(count))
        let reading = steps.compactMap { if case .reading(let lines, _, _) = $0 { lines } else { nil } }
        #expect(reading == [10_000, 20_000])
        #expect(steps.contains(.checking(lineCount: count)))
        #expect(steps.last == .writing(rowCount: count, ofRowCount: count))
        #expect(steps.dropLast().last == .writing(rowCount: SymbolImport.pieceLineCountMin - 1, ofRowCount: count))
        // In the order of the file.
        #expect(try database.text("SELECT base_asset FROM symbols WHERE id = \(count)") == "A\(count - 1)")

        let changed = text.replacing("0.01\n", with: "0.02\n")
        var written: [Int] = []
        let second = try SymbolImport(database.connection).run(csv: Array(changed.utf8)) {
            if case .writing(let rowCount, _) = $0 { written.append(rowCount) }
        }
        #expect((second.updatedCount, second.insertedCount, second.unchangedCount) == (count, 0, 0))
        #expect(written == [SymbolImport.pieceLineCountMin - 1, count])
    }
}
