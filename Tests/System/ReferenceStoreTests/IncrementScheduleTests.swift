import PostgreSQL
import ReferenceData
import Scenarios
import TestSupport
import Testing

@testable import ReferenceStore

/// Several writers in random interleavings, with everything the change feed promises to follow; after each refresh the
/// rows held must be those of the tables in the same snapshot.
@Suite(.scenario(.kindsOfWrites)) struct IncrementScheduleTests {
    @Test(arguments: 0..<12)
    func incrementsEqualAFullLoad(round: Int) throws {
        let database = try TestSession()
        defer { database.keep() }
        var schedule = try Schedule(database)
        for _ in 0..<250 { try schedule.step() }
        try schedule.finish()
        #expect(schedule.comparisonCount > 10, "\(schedule.generator)")
    }
}

private struct Schedule {
    var generator = SeededGenerator()
    let loader: ReferenceLoader
    let writers: [Connection]
    var held: [UInt32: SymbolRecord] = [:]
    var heldExchanges: [UInt16: Exchange] = [:]
    var heldAliases: Set<SymbolAlias> = []
    var watermark: Watermark
    var comparisonCount = 0
    var nextName = 0

    init(_ database: TestSession) throws {
        // A view would keep the column's type from being changed.
        try database.run("DROP VIEW symbol_details")
        // One thread plays all parts, so nobody may wait for long: a statement that would is an error, like any other.
        let settings = SessionSettings(lockTimeoutMilliseconds: 5)
        loader = ReferenceLoader(try database.connect(settings))
        writers = try (0..<4).map { _ in try database.connect(settings) }
        let loaded = try loader.load()
        watermark = loaded.watermark
        heldExchanges = Dictionary(uniqueKeysWithValues: loaded.content.exchanges.map { ($0.id, $0) })
    }

    mutating func step() throws {
        if Int.random(in: 0..<5, using: &generator) == 0 { return try refresh() }
        let writer = writers[Int.random(in: 0..<writers.count, using: &generator)]
        do {
            try write(writer)
        } catch let error as PostgreSQLError {
            // Lock timeouts, deadlocks, unique violations: the writer gives up.
            guard error.kind == .server else { throw error }
            if writer.isInTransaction { try writer.query(Statement(name: "rollback", sql: "ROLLBACK")) }
        }
    }

    private mutating func write(_ writer: Connection) throws {
        func run(_ sql: String) throws { try writer.executeScript(sql, name: "write") }
        nextName += 1
        let id = Int.random(in: 1...12, using: &generator)
        let other = Int.random(in: 1...12, using: &generator)
        let values = "\(Int.random(in: 1...3, using: &generator)), 'B\(nextName)', 'Q', 'S\(nextName)'"
        let columns = "exchange_id, base_asset, quote_asset, symbol_string"
        switch Int.random(in: 0..<100, using: &generator) {
        case ..<15 where !writer.isInTransaction: try run("BEGIN")
        case ..<30:
            try run("INSERT INTO symbols (id, \(columns)) OVERRIDING SYSTEM VALUE VALUES (\(id), \(values))")
        case ..<40: try run("UPDATE symbols SET precision_price = 1 + (precision_price % 18) WHERE id = \(id)")
        case ..<44: try run("UPDATE symbols SET last_seen = now() WHERE id = \(id)")
        case ..<54: try run("DELETE FROM symbols WHERE id = \(id)")
        case ..<58:
            let begin = writer.isInTransaction ? "" : "BEGIN;"
            let commit = writer.isInTransaction ? "" : "; COMMIT"
            try run(
                """
                \(begin) DELETE FROM symbols WHERE id = \(id);
                INSERT INTO symbols (id, \(columns)) OVERRIDING SYSTEM VALUE VALUES (\(id), \(values))\(commit)
                """)
        case ..<62: try swapKeys(writer, id, other)
        case ..<65 where writer.isInTransaction:
            try run("SAVEPOINT s; UPDATE symbols SET precision_base = 3 WHERE id = \(id); ROLLBACK TO s")
        case ..<67 where writer.isInTransaction:
            try run("SAVEPOINT s; UPDATE symbols SET is_active = NOT is_active WHERE id = \(id); RELEASE s")
        case ..<69: try run("TRUNCATE symbols CASCADE")
        case ..<72: try run("UPDATE exchanges SET is_active = NOT is_active WHERE id = \(1 + id % 3)")
        case ..<74: try run("ALTER TABLE symbols ALTER COLUMN tick_size TYPE numeric(\(19 + id % 2),8)")
        case ..<77: try copy(writer)
        case ..<80:
            try run(
                "MERGE INTO symbols s USING (VALUES (\(id))) v (id) ON s.id = v.id "
                    + "WHEN MATCHED THEN UPDATE SET tick_size = \(nextName)")
        case ..<82: try run("UPDATE symbols SET id = DEFAULT WHERE id = \(id)")
        case ..<83: try run("SELECT prune_reference_tombstones('0')")
        case ..<85: try writeAlias(writer, symbolId: id, name: other)
        case ..<94 where writer.isInTransaction: try run("COMMIT")
        case ..<97 where writer.isInTransaction: try run("ROLLBACK")
        case ..<99 where !writer.isInTransaction:
            try run(
                """
                BEGIN; SET LOCAL symbology.doorbell = off; UPDATE symbols SET step_size = \(nextName) WHERE id = \(id);
                PREPARE TRANSACTION 'p\(writer.serverProcessId)-\(nextName)'
                """)
            try run("COMMIT PREPARED 'p\(writer.serverProcessId)-\(nextName)'")
        default: break
        }
    }

    private func swapKeys(_ writer: Connection, _ id: Int, _ other: Int) throws {
        let swap = """
            UPDATE symbols SET symbol_string = symbol_string || '~' WHERE id = \(id);
            UPDATE symbols SET symbol_string = (SELECT rtrim(symbol_string, '~') FROM symbols WHERE id = \(id)) || '^'
             WHERE id = \(other)
            """
        try writer.executeScript(writer.isInTransaction ? swap : "BEGIN; \(swap); COMMIT", name: "swap keys")
    }

    /// Some expire at once, some between two refreshes, some never.
    private mutating func writeAlias(_ writer: Connection, symbolId: Int, name: Int) throws {
        let expiry = ["now() + '0.2 ms'", "now() + '20 ms'", "now() + '1 day'"].randomElement(using: &generator)!
        let sql = [
            "INSERT INTO symbol_aliases SELECT exchange_id, 'N\(name)', id, now(), \(expiry) "
                + "FROM symbols WHERE id = \(symbolId)",
            "DELETE FROM symbol_aliases WHERE symbol_string = 'N\(name)'",
            "UPDATE symbol_aliases SET expires_at = \(expiry) WHERE symbol_string = 'N\(name)'",
        ].randomElement(using: &generator)!
        try writer.executeScript(sql, name: "write alias")
    }

    private mutating func copy(_ writer: Connection) throws {
        let name = nextName
        try writer.copyIn(
            Statement(
                name: "copy", sql: "COPY symbols (exchange_id, base_asset, quote_asset, symbol_string) FROM STDIN")
        ) { for line in 0..<5 { try $0.writeRow(["1", "C\(name)-\(line)", "Q", "C\(name)-\(line)"]) } }
    }

    /// The increment and everything, in one snapshot.
    private mutating func refresh() throws {
        let read: ReferenceRead
        do throws(StoreError) {
            read = try loader.read(.reconcile(since: watermark))
        } catch {
            guard error.databaseError?.sqlState == "55P03" else { throw error }
            return
        }
        guard let delta = read.delta else {
            #expect(read.expiry == .truncated || read.expiry == .pruned)
            return try reload()
        }
        watermark = try #require(read.watermark)
        for id in delta.deletedSymbolIds { held[id] = nil }
        for id in delta.deletedExchangeIds { heldExchanges[id] = nil }
        for record in delta.symbols { held[record.id] = record }
        for exchange in delta.exchanges { heldExchanges[exchange.id] = exchange }
        if let aliases = delta.aliases { heldAliases = Set(aliases) }
        let content = try #require(read.content)
        comparisonCount += 1
        let isEqual =
            content.symbols.count == held.count
            && content.symbols.allSatisfy { held[$0.id]?.isSameDefinition(as: $0) == true }
            && content.exchanges.count == heldExchanges.count
            && content.exchanges.allSatisfy { heldExchanges[$0.id]?.isSameDefinition(as: $0) == true }
        #expect(Set(content.aliases) == heldAliases, "\(generator)")
        #expect(isEqual, "\(generator): \(held.keys.sorted()) and \(content.symbols.map(\.id).sorted())")
    }

    private mutating func reload() throws {
        do throws(StoreError) {
            let loaded = try loader.load()
            watermark = loaded.watermark
            held = Dictionary(uniqueKeysWithValues: loaded.content.symbols.map { ($0.id, $0) })
            heldExchanges = Dictionary(uniqueKeysWithValues: loaded.content.exchanges.map { ($0.id, $0) })
            heldAliases = Set(loaded.content.aliases)
        } catch {
            guard error.databaseError?.sqlState == "55P03" else { throw error }
        }
    }

    mutating func finish() throws {
        for writer in writers where writer.isInTransaction {
            try writer.query(Statement(name: "commit", sql: "COMMIT"))
        }
        try refresh()
        try refresh()
    }
}
