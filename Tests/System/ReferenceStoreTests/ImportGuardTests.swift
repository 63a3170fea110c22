import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// A list that cannot be what its venue decided is held back before it reaches every engine.
@Suite("What holds an import back")
struct ImportGuardTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    private func jumps(_ text: String) throws -> [String] {
        do {
            try run(text)
            return []
        } catch StoreError.jumps(let jumps, _) {
            return jumps.map(\.reason)
        }
    }

    private func list(tick: String) -> String { "\(header),tick_size\nGATEIO_SPOT,A,U,A_U,\(tick)\n" }

    @Test("a list without the tick in between does not make a ten-fold change of it a first tick")
    func takenAwayInBetween() throws {
        defer { database.keep() }
        try run(list(tick: "0.01"))
        try run(list(tick: ""))
        #expect(try rows("tick_size IS NULL") == "t")
        #expect(try jumps(list(tick: "10")) == ["tick_size was 0.01 before it was taken away, and is now 10"])
        #expect(try rows("tick_size IS NULL") == "t")
        #expect(try jumps(list(tick: "0.02")) == [])
        // What was read off market data was no rule.
        _ = try database.run("UPDATE symbols SET is_inferred = true")
        _ = try database.run("UPDATE symbols SET tick_size = NULL")
        #expect(try jumps(list(tick: "0.05")) == [])
    }

    @Test("a known step or contract size that changes ten-fold is held back, either way; less is not")
    func sizes() throws {
        defer { database.keep() }
        func list(step: String, size: String) -> String {
            "\(header),kind,settle_asset,step_size,contract_size\n"
                + "GATEIO_FUTURES,A,U,A_U,perpetual,U,\(step),\(size)\n"
        }
        try run(list(step: "0.1", size: "0.001"))
        #expect(try jumps(list(step: "1", size: "0.001")) == ["step_size goes from 0.1 to 1"])
        #expect(try jumps(list(step: "0.1", size: "0.01")) == ["contract_size goes from 0.001 to 0.01"])
        #expect(try jumps(list(step: "0.1", size: "0.0001")) == ["contract_size goes from 0.001 to 0.0001"])
        #expect(try jumps(list(step: "0.9", size: "0.009")) == [])
    }

    @Test("an id far above all others ends new symbols everywhere: it is held back, and its list is told what to do")
    func farIds() throws {
        defer { database.keep() }
        func list(_ ids: String...) -> String {
            ids.reduce(into: "\(header),id\n") { $0 += "GATEIO_SPOT,A\($1),U,A\($1)_U,\($1)\n" }
        }
        // A copy of a part of another table keeps its ids.
        try run(list("1000", "2000", "100000"))
        for (id, left) in [("200001", "2147283646"), ("2147483647", "0")] {
            #expect(
                try jumps(list("100001", id)) == [
                    "id \(id) is far above 100000, where the others end, and leaves \(left) for all symbols to come; "
                        + "without the column id each gets the next one"
                ])
            let planned = try run(list(id), SymbolImportOptions(isDryRun: true))
            #expect(planned.isHeldBack && planned.notices.count == 1)
        }
        #expect(try database.integer("SELECT count(*) FROM symbols") == 3)
        // The sequence counts where the rows are gone, and so do many rows with gaps.
        try database.run("DELETE FROM symbols")
        #expect(try run(list("200000")).insertedCount == 1)
        let many = (0...10_000).reduce(into: "\(header),id\n") {
            $0 += "GATEIO_SPOT,B\($1),U,B\($1)_U,\(300_000 - $1)\n"
        }
        #expect(try run(many).insertedCount == 10_001)
        let forced = try run(list("2147483647"), SymbolImportOptions(allowsJumps: true))
        #expect(forced.insertedCount == 1 && forced.notices.count == 1)
    }

    @Test("one that is far above already lets no other follow, unless the sequence is there")
    func farIdsFollow() throws {
        defer { database.keep() }
        func list(_ id: Int) -> String { "\(header),id\nGATEIO_SPOT,A\(id),U,A\(id)_U,\(id)\n" }
        try run(list(1_000))
        func write(_ id: Int) throws {
            try database.run(
                """
                INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string)
                OVERRIDING SYSTEM VALUE VALUES (\(id), 1, 'W\(id)', 'U', 'W\(id)')
                """)
        }
        try write(2_000_000_000)
        for id in [1_999_999_999, 2_000_000_001] {
            let found = try jumps(list(id))
            #expect(found.count == 1 && found.allSatisfy { $0.contains("far above 1000, where the others end") })
        }
        // Ids that somebody wrote, one not far behind the other, are the others.
        for id in stride(from: 100_000, through: 400_000, by: 100_000) { try write(id) }
        #expect(try run(list(500_000)).insertedCount == 1)
        try run(list(2_000_000_001), SymbolImportOptions(allowsJumps: true))
        #expect(try run(list(2_000_000_002)).insertedCount == 1)
    }

    @Test("a first tick or step is compared with the digits that were known: counts of digits are no ticks")
    func firstIncrements() throws {
        defer { database.keep() }
        func list(_ tick: String, _ step: String = "") -> String {
            "\(header),tick_size,step_size\nGATEIO_SPOT,A,U,A_U,\(tick),\(step)\n"
        }
        try run("\(header),precision_price,precision_base\nGATEIO_SPOT,A,U,A_U,2,3\n")
        #expect(
            try jumps(list("2", "3")) == [
                "tick_size is 2, the first, and precision_price 2 was known, which is 0.01; "
                    + "step_size is 3, the first, and precision_base 3 was known, which is 0.001"
            ])
        #expect(
            try jumps(list("0.00001"))
                == ["tick_size is 0.00001, the first, and precision_price 2 was known, which is 0.01"])
        #expect(try run(list("2"), SymbolImportOptions(isDryRun: true)).isHeldBack)
        // As many digits as were known, and near enough.
        #expect(try jumps(list("0.25", "0.005")) == [])
        try database.run("UPDATE symbols SET tick_size = NULL, step_size = NULL")
        try database.run("DELETE FROM reference_audit")
        #expect(
            try jumps(list("0.05", "0.01"))
                == ["step_size is 0.01, the first, and precision_base 3 was known, which is 0.001"])
        // What the exchange says of all its symbols nobody said of this one, and what was read off market data neither.
        try database.run("UPDATE symbols SET precision_base = 8")
        #expect(try jumps(list("0.05", "0.01")) == [])
        try database.run("UPDATE symbols SET tick_size = NULL, step_size = NULL, is_inferred = true")
        try database.run("DELETE FROM reference_audit")
        #expect(try jumps(list("2", "3")) == [])
    }

    @Test("digits that change are held back where they are all that is known; a tick beside them says enough")
    func digitsAlone() throws {
        defer { database.keep() }
        func list(_ price: String, _ quantity: String = "", tick: String = "") -> String {
            "\(header),precision_price,precision_base,tick_size\nGATEIO_SPOT,A,U,A_U,\(price),\(quantity),\(tick)\n"
        }
        try run(list("2", "3"))
        #expect(
            try jumps(list("8", "0")) == ["precision_price goes from 2 to 8; precision_base goes from 3 to 0"])
        #expect(try rows("precision_price, precision_base") == "2 3")
        #expect(try jumps(list("2", "3")) == [])
        // What nobody knew is a first count, and what the exchange says of all nobody said of this one.
        try database.run("UPDATE symbols SET precision_price = 8, precision_base = NULL")
        #expect(try jumps(list("2", "5")) == [])
        try run(list("2", "5", tick: "0.01"))
        #expect(try jumps(list("8", "5", tick: "0.01")) == [])
    }

    @Test("what has more bad lines than any list is read no further, also where bad ones are to be skipped")
    func noList() throws {
        defer { database.keep() }
        var importer = SymbolImport(database.connection)
        #expect(importer.badLineCountMax == SymbolImport.badLineCountMax && SymbolImport.badLineCountMax == 100_000)
        let most = 1_000
        importer.badLineCountMax = most
        let good = "GATEIO_SPOT,A,U,A_U\n"
        func firstFaults(_ text: String) throws -> (count: Int, last: Int?, lineCount: Int)? {
            do {
                _ = try importer.run(csv: Array(text.utf8), SymbolImportOptions(skipsBad: true))
                return nil
            } catch StoreError.tooManyBadLines(let faults, let lineCount) {
                return (faults.count, faults.last?.line, lineCount)
            }
        }
        let bad = String(repeating: "a\n", count: most)
        let found = try firstFaults("\(header)\n\(good)\(bad)\(bad)")
        #expect(found?.count == most && found?.last == most + 2 && found?.lineCount == most + 2)
        // Those that only the table tells of count as well.
        let repeated = try firstFaults("\(header)\n\(good)\(good)\(bad)")
        #expect(repeated?.count == most && repeated?.lineCount == most + 2)
        #expect(try firstFaults("\(header)\n\(good)\(bad)") == nil)
        #expect(try rows("symbol_string") == "A_U")
    }

    @Test("a list of which nothing can be imported waits for nobody, and nobody for it")
    func nothingToLockFor() throws {
        defer { database.keep() }
        let other = try database.connect()
        for statement in ["BEGIN", "LOCK TABLE symbols IN ROW EXCLUSIVE MODE"] {
            try other.query(Statement(name: "test", sql: statement))
        }
        try database.run("SET lock_timeout = '100ms'")
        let (good, bad) = ("GATEIO_SPOT,A,U,A_U\n", "GATEIO_SPOT,B\n")
        let skipping = SymbolImportOptions(skipsBad: true)
        #expect(try faults("\(header)\n\(bad)", skipping).map(\.line) == [2])
        #expect(try faults("\(header)\n\(good)\(bad)\(good)").map(\.line) == [3, 4])
        let waiting = #expect(throws: StoreError.self) { try run("\(header)\n\(good)\(bad)", skipping) }
        #expect(waiting?.databaseError?.sqlState == "55P03")
    }

    private func venue(_ range: ClosedRange<Int>) -> String {
        range.reduce(into: header + "\n") { $0 += "GATEIO_SPOT,A\($1),U,A\($1)_U\n" }
    }

    @Test("a piece of a list delists nobody: most symbols of a venue are missing")
    func pieceOfList() throws {
        defer { database.keep() }
        try run(venue(1...250))
        let whole = SymbolImportOptions(deactivatesMissing: true)
        let error = #expect(throws: StoreError.self) { try run(venue(1...124), whole) }
        guard case .massChanges(let delistings)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            delistings == [
                MassChange(
                    exchange: "GATEIO_SPOT", goneCount: 126, dyingCount: 0, renamedCount: 0, liveCount: 250)
            ])
        let activeCount = "SELECT count(*)::text FROM symbols WHERE is_active"
        #expect(try database.text(activeCount) == "250")
        let planned = try run(
            venue(1...124), SymbolImportOptions(deactivatesMissing: true, isDryRun: true))
        #expect(planned.massChanges == delistings && planned.goneCount == 126 && planned.isHeldBack)
        // Half of them, and 99 of any number, are a venue's decision.
        #expect(try run(venue(1...125), whole).goneCount == 125)
        #expect(try run(venue(1...26), whole).goneCount == 99)
        try run(venue(1...250), whole)
        let forced = try run(venue(1...1), SymbolImportOptions(deactivatesMissing: true, allowsJumps: true))
        #expect(forced.goneCount == 249 && forced.massChanges.map(\.goneCount) == [249])
        #expect(try database.text(activeCount) == "1")
    }

    private func heldBack(_ text: String, _ options: SymbolImportOptions = SymbolImportOptions()) throws -> [MassChange]
    {
        do {
            try run(text, options)
            return []
        } catch StoreError.massChanges(let changes) {
            return changes
        }
    }

    private func change(dying: Int = 0, gone: Int = 0, renamed: Int = 0, of live: Int) -> [MassChange] {
        [
            MassChange(
                exchange: "GATEIO_SPOT", goneCount: gone, dyingCount: dying, renamedCount: renamed, liveCount: live)
        ]
    }

    @Test(
        "a list that says of most symbols of a venue that they are inactive, or past, is held back as one without them")
    func inactiveThroughout() throws {
        defer { database.keep() }
        try run(venue(1...200))
        func list(_ column: String, _ range: ClosedRange<Int>, and others: ClosedRange<Int>? = nil) -> String {
            let (name, value) = column == "is_active" ? (column, "false") : (column, "1970-01-01T00:00:00Z")
            return range.reduce(into: "\(header),\(name)\n") { $0 += "GATEIO_SPOT,A\($1),U,A\($1)_U,\(value)\n" }
                + (others ?? 0...0).reduce(into: "") { $0 += others == nil ? "" : "GATEIO_SPOT,A\($1),U,A\($1)_U,\n" }
        }
        for column in ["is_active", "delists_at"] {
            #expect(try heldBack(list(column, 1...200)) == change(dying: 200, of: 200))
            #expect(try run(list(column, 1...200), SymbolImportOptions(isDryRun: true)).isHeldBack)
        }
        // What is missing counts with what is said to be inactive.
        let whole = SymbolImportOptions(deactivatesMissing: true)
        #expect(try heldBack(list("is_active", 1...60, and: 61...140), whole) == change(dying: 60, gone: 60, of: 200))
        // Without the flag nothing is missing; half of them are a venue's decision.
        #expect(try run(list("is_active", 1...100)).updatedCount == 100)
        #expect(try run(venue(1...200), whole).updatedCount == 100)
        let forced = try run(list("is_active", 1...200), SymbolImportOptions(allowsJumps: true))
        #expect(forced.updatedCount == 200 && forced.massChanges == change(dying: 200, of: 200))
        // What is dead already is not live.
        #expect(try run(list("delists_at", 1...200)).massChanges == [])
    }

    @Test("a list whose strings slipped by a line is held back, and a ring is told line by line")
    func slippedStrings() throws {
        defer { database.keep() }
        func slipped(_ count: Int, of all: Int) -> String {
            (0..<all).reduce(into: header + "\n") {
                $0 += "GATEIO_SPOT,A\($1),U,A\($1 < count ? ($1 + 1) % count : $1)_U\n"
            }
        }
        try run(slipped(0, of: 200))
        let before = try rows("symbols::text")
        for options in [SymbolImportOptions(), SymbolImportOptions(deactivatesMissing: true, renames: true)] {
            #expect(try heldBack(slipped(200, of: 200), options) == change(renamed: 200, of: 200))
            #expect(try heldBack(slipped(101, of: 200), options) == change(renamed: 101, of: 200))
        }
        let planned = try run(slipped(200, of: 200), SymbolImportOptions(isDryRun: true))
        #expect(planned.isHeldBack && planned.notices.count == 200)
        #expect(
            planned.notices.first?.text
                == "A0/U (id 1) moves from \"A0_U\" to \"A1_U\", and another one takes the former")
        #expect(try rows("symbols::text") == before)
        let few = try run(slipped(100, of: 200))
        #expect((few.renamedCount, few.notices.count, few.massChanges) == (100, 100, []))
        try run(slipped(0, of: 200))
        let forced = try run(slipped(200, of: 200), SymbolImportOptions(allowsJumps: true))
        #expect((forced.renamedCount, forced.massChanges) == (200, change(renamed: 200, of: 200)))
    }
}
