import PostgreSQL
import TestSupport
import Testing

/// The past, as the audit tells it.
@Suite struct AsOfTests {
    let database: TestSession

    init() throws { database = try TestSession() }

    private func run(_ sql: String) throws(PostgreSQLError) {
        try database.connection.executeScript(sql, name: "test")
    }

    private static let tables = ["exchanges", "symbols", "symbol_aliases"]

    /// All three tables as one text; `moment` nil is now.
    private func state(at moment: String? = nil) throws -> String {
        try Self.tables.map { table in
            let rows = moment.map { "reference_as_of(NULL::\(table), '\($0)')" } ?? table
            return try database.text(
                "SELECT coalesce(string_agg(line, E'\\n' ORDER BY line), '') FROM (SELECT "
                    + "(to_jsonb(r) - 'changed_xid' - 'last_seen')::text AS line FROM \(rows) r) t")
        }.joined(separator: "\n\n")
    }

    private func now() throws -> String { try database.text("SELECT clock_timestamp()::text") }

    @Test("after each of many random transactions the tables are found again as they were")
    func everyStateIsFoundAgain() throws {
        defer { database.keep() }
        try SeededGenerator.run { generator in
            var moments: [(String, String)] = []
            try run(
                """
                INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
                SELECT 1, 'A' || g, 'Q', 'A' || g FROM generate_series(1, 30) g;
                ALTER TABLE symbols ALTER id RESTART WITH 1000
                """)
            for round in 0..<60 {
                var sql = ""
                for part in 0..<Int.random(in: 1...4, using: &generator) {
                    let id = Int.random(in: 1...60, using: &generator)
                    switch Int.random(in: 0..<12, using: &generator) {
                    case 0, 1:
                        sql +=
                            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) "
                            + "VALUES (1, 'N\(round)x\(part)', 'Q', 'N\(round)x\(part)');"
                    case 2: sql += "DELETE FROM symbols WHERE id = \(id);"
                    case 3:
                        sql +=
                            "UPDATE symbols SET tick_size = 0.\(round + 1), last_seen = now() "
                            + "WHERE id % 7 = \(id % 7);"
                    case 4: sql += "UPDATE symbols SET is_active = NOT is_active WHERE id = \(id);"
                    case 5: sql += "UPDATE exchanges SET display_name = 'D\(round)' WHERE id = 1 + \(id % 3);"
                    case 6, 7:
                        sql +=
                            "INSERT INTO symbol_aliases SELECT 1, 'L\(id % 20)', id, now(), now() + interval '1 day' "
                            + "FROM symbols WHERE id = \(id) ON CONFLICT (exchange_id, symbol_string) "
                            + "DO UPDATE SET symbol_id = excluded.symbol_id;"
                    case 8: sql += "DELETE FROM symbol_aliases WHERE symbol_string = 'L\(id % 20)';"
                    case 9:
                        sql +=
                            "UPDATE symbol_aliases SET symbol_string = 'L\(id % 20)m' WHERE symbol_id = "
                            + "(SELECT min(symbol_id) FROM symbol_aliases) AND NOT EXISTS (SELECT FROM symbol_aliases "
                            + "WHERE symbol_string = 'L\(id % 20)m') AND symbol_string = "
                            + "(SELECT min(symbol_string) FROM symbol_aliases);"
                    case 10:
                        sql +=
                            "INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string) "
                            + "OVERRIDING SYSTEM VALUE SELECT \(id), 2, 'R\(round)x\(part)', 'Q', 'R\(round)x\(part)' "
                            + "WHERE NOT EXISTS (SELECT FROM symbols WHERE id = \(id));"
                    default: if generator.chance(20) { sql += "TRUNCATE symbols CASCADE;" }
                    }
                }
                let ending = generator.chance(10) ? "ROLLBACK" : "COMMIT"
                try run("BEGIN; \(sql) \(ending)")
                moments.append((try now(), try state()))
            }
            for (moment, wanted) in moments { #expect(try state(at: moment) == wanted, "\(moment) \(generator)") }
        }
    }

    @Test("a transaction is there as a whole or not at all")
    func transactionsAreWhole() throws {
        defer { database.keep() }
        try run("INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'A', 'Q', 'A')")
        let before = try state()
        try run("BEGIN; UPDATE symbols SET tick_size = 1; UPDATE exchanges SET is_active = false")
        let moment = try now()
        try run("UPDATE symbols SET step_size = 1; COMMIT")
        #expect(try state(at: moment) == before)
        #expect(try state(at: now()) == state())
        // Lines of another cluster may bear the same transaction id; they lie far back.
        try run(
            """
            UPDATE reference_audit SET at = at - interval '3 days' WHERE table_name = 'exchanges';
            UPDATE reference_audit_state SET began_at = began_at - interval '9 days'
            """)
        #expect(
            try database.text(
                "SELECT count(*)::text FROM reference_as_of(NULL::exchanges, '\(moment)') WHERE is_active")
                == "0")
    }

    /// A table of somebody else's, which numbers its rows by a sequence and has columns of its own.
    @Test("reading the past draws no number, whatever the table has")
    func drawsNothing() throws {
        defer { database.keep() }
        let columns = (0..<60).map { "ADD COLUMN own\($0) integer DEFAULT \($0)" }.joined(separator: ", ")
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'A', 'Q', 'A');
            COMMIT; CREATE SEQUENCE numbers START 100; ALTER TABLE symbols ALTER COLUMN id DROP IDENTITY;
            ALTER TABLE symbols ALTER COLUMN id SET DEFAULT nextval('numbers')
            """)
        let moment = try now()
        try run("UPDATE symbols SET step_size = 1")
        let count = "SELECT count(*)::text FROM reference_as_of(NULL::symbols, '\(moment)') WHERE step_size IS NULL"
        let reader = try database.connect()
        try reader.executeScript("BEGIN READ ONLY; \(count); COMMIT", name: "read")
        #expect(try database.text(count) == "1")
        #expect(try database.text("SELECT last_value::text || is_called FROM numbers") == "100false")
        try run("ALTER TABLE symbols \(columns)")
        #expect(try database.text(count) == "1")
        #expect(try database.text(count.replacing("count(*)", with: "max(own59)")) == "59")
    }

    private func failure(_ sql: String) -> String {
        do throws(PostgreSQLError) {
            try database.run(sql)
            return "no error"
        } catch {
            return error.sqlState == "22023" ? error.message : "\(error)"
        }
    }

    private func symbols(at moment: String) -> String { "SELECT * FROM reference_as_of(NULL::symbols, \(moment))" }

    @Test("what is not known is an error that says why")
    func theUnknown() throws {
        defer { database.keep() }
        let insert = "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, "
        #expect(failure(symbols(at: "now() - interval '1 year'")).contains("the audit began at"))
        #expect(failure(symbols(at: "now() + interval '1 hour'")).contains("is not known yet"))
        #expect(failure("SELECT * FROM reference_as_of(NULL::pg_authid, now())").contains("no past is recorded"))
        #expect(failure("SELECT * FROM reference_as_of(1, now())").contains("no past is recorded"))
        try run(insert + "'A', 'Q', 'A')")
        let first = try now()
        try run("BEGIN; \(insert) 'B', 'Q', 'B')")
        let inside = try now()
        try run("UPDATE symbols SET tick_size = 1; COMMIT")
        let second = try now()
        // Whoever deletes by hand is noticed, and a transaction of which a part is gone is unknown as a whole.
        try run("DELETE FROM reference_audit WHERE at < '\(inside)' AND at > '\(first)'")
        #expect(failure(symbols(at: "'\(inside)'")).contains("the audit was pruned up to"))
        #expect(failure(symbols(at: "'\(second)'")) == "no error")
        #expect(try database.integer("SELECT prune_reference_audit('0')") > 0)
        #expect(failure(symbols(at: "'\(second)'")) == "no error")
        try run("TRUNCATE reference_audit")
        #expect(failure(symbols(at: "'\(second)'")).contains("the audit was pruned up to"))
        #expect(failure(symbols(at: "clock_timestamp()")) == "no error")
        try run("DELETE FROM reference_audit_state")
        #expect(failure(symbols(at: "clock_timestamp()")).contains("no past is known"))
    }

    @Test("columns of today: one that was added has its default, last_seen is given where it was so")
    func columns() throws {
        defer { database.keep() }
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, tick_size, last_seen)
            VALUES (1, 'A', 'Q', 'A', 0.0000000000010, '2020-01-01'), (1, 'B', 'Q', 'B', 1, '2020-01-01')
            """)
        let moment = try now()
        try run("UPDATE symbols SET last_seen = now(), tick_size = 7 WHERE id = 2")
        try run("UPDATE symbols SET last_seen = now() WHERE id = 1")
        try run("ALTER TABLE symbols ADD COLUMN rank integer NOT NULL DEFAULT 5; UPDATE symbols SET rank = 6")
        #expect(
            try database.text(
                """
                SELECT string_agg(concat_ws(' ', id, tick_size, rank, last_seen::date, kind), ', ' ORDER BY id)
                  FROM reference_as_of(NULL::symbols, '\(moment)')
                """) == "1 0.0000000000010 5 spot, 2 1 5 2020-01-01 spot")
        try run("UPDATE symbols SET last_seen = now()")
        #expect(
            try database.text(
                "SELECT concat(count(*), count(last_seen)) FROM reference_as_of(NULL::symbols, '\(moment)')") == "21")
        let third = try now()
        try run("UPDATE symbols SET last_seen = clock_timestamp()")
        #expect(
            try database.text(
                "SELECT concat(count(*), count(last_seen)) FROM reference_as_of(NULL::symbols, '\(third)')") == "20")
    }

    @Test("the server's role may ask, and learns nothing about who changed what")
    func roles() throws {
        defer { database.keep() }
        let reader = try Connection(ConnectionTarget(conninfo: database.readerConninfo()))
        try reader.executeScript(symbols(at: "now()"), name: "ask")
        #expect(throws: PostgreSQLError.self) {
            try reader.executeScript("SELECT * FROM reference_audit", name: "look")
        }
        #expect(throws: PostgreSQLError.self) {
            try reader.executeScript("SELECT prune_reference_audit('0')", name: "prune")
        }
    }
}
