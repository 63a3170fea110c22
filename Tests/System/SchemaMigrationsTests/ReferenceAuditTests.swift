import PostgreSQL
import TestSupport
import Testing

/// Who changed what: the lines that the triggers write.
@Suite struct ReferenceAuditTests {
    let database: TestDatabase
    let connection: Connection

    init() throws {
        database = try TestDatabase(.migrated)
        connection = try database.connect()
        // What made the database is not what is tested.
        try connection.executeScript("TRUNCATE reference_audit", name: "test")
    }

    private func run(_ sql: String) throws(PostgreSQLError) { try connection.executeScript(sql, name: "test") }

    private func text(_ sql: String) throws -> String? {
        try connection.query(Statement(name: "test", sql: "SELECT (\(sql))::text")).text(0, 0)
    }

    /// `table:id action`, in order.
    private var lines: [String] {
        get throws {
            let list = try text(
                "SELECT string_agg(table_name || ':' || row_id || ' ' || action, ',' ORDER BY at, sequence) "
                    + "FROM reference_audit")
            return list?.split(separator: ",").map(String.init) ?? []
        }
    }

    private let insertTwo = """
        INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
        VALUES (1, 'BTC', 'USDT', 'BTCUSDT'), (1, 'ETH', 'USDT', 'ETHUSDT');
        """

    @Test func everyChangeLeavesALineWithBothRows() throws {
        try run("SET application_name = 'a test'; BEGIN; \(insertTwo) UPDATE symbols SET tick_size = 0.5 WHERE id = 1")
        let transaction = try text("pg_current_xact_id()")
        try run("COMMIT")
        try run("UPDATE exchanges SET is_active = false WHERE id = 2; DELETE FROM symbols WHERE id = 2")
        #expect(
            try lines == [
                "symbols:1 insert", "symbols:2 insert", "symbols:1 update", "exchanges:2 update", "symbols:2 delete",
            ])
        let line = "FROM reference_audit WHERE table_name = 'symbols' AND row_id = 1 AND action = 'update'"
        #expect(try text("SELECT transaction_id \(line)") == transaction)
        #expect(try text("SELECT user_name || '/' || application_name \(line)") == "postgres/a test")
        #expect(try text("SELECT old_row ->> 'tick_size' \(line)") == nil)
        #expect(try text("SELECT new_row ->> 'tick_size' \(line)") == "0.5")
        #expect(try text("SELECT new_row ? 'changed_xid' \(line)") == "false")
        #expect(
            try text("SELECT old_row ->> 'symbol_string' FROM reference_audit WHERE action = 'delete'") == "ETHUSDT")
        #expect(try text("SELECT new_row IS NULL FROM reference_audit WHERE action = 'delete'") == "true")
    }

    @Test func whatIsRolledBackOrOnlyTouchedLeavesNone() throws {
        try run("BEGIN; \(insertTwo) ROLLBACK")
        #expect(try lines == [])
        try run(insertTwo + "TRUNCATE reference_audit;")
        try run("UPDATE symbols SET last_seen = now(); UPDATE symbols SET updated_at = now()")
        try run("UPDATE symbols SET is_active = is_active; UPDATE exchanges SET updated_at = now()")
        #expect(try lines == [])
        // The insert that was rolled back has drawn ids 1 and 2. Also within a transaction that changed the row before.
        try run(
            "BEGIN; UPDATE symbols SET tick_size = 1 WHERE symbol_string = 'BTCUSDT'; "
                + "UPDATE symbols SET last_seen = now(); COMMIT"
        )
        #expect(try lines == ["symbols:3 update"])
        try run(
            "BEGIN; UPDATE symbols SET tick_size = 2 WHERE symbol_string = 'BTCUSDT'; "
                + "UPDATE symbols SET tick_size = 3; COMMIT"
        )
        #expect(try lines.count == 4)
    }

    /// A restore ends with ENABLE TRIGGER, which makes all of them fire in every session.
    @Test(arguments: ["USER", "ALL"])
    func triggersThatWereSwitchedOnAnewRecordEachChangeOnce(which: String) throws {
        try run("ALTER TABLE symbols DISABLE TRIGGER \(which); ALTER TABLE symbols ENABLE TRIGGER \(which)")
        try run(insertTwo + "UPDATE symbols SET tick_size = 1 WHERE id = 1; DELETE FROM symbols WHERE id = 2")
        #expect(try lines == ["symbols:1 insert", "symbols:2 insert", "symbols:1 update", "symbols:2 delete"])
    }

    @Test func truncateUpsertMergeAndCopyAreRecorded() throws {
        try run(insertTwo)
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT') ON CONFLICT (exchange_id, symbol_string) WHERE is_active
            DO UPDATE SET step_size = 0.5;
            MERGE INTO symbols s USING (VALUES ('ETHUSDT')) v(t) ON s.symbol_string = v.t
            WHEN MATCHED THEN UPDATE SET is_active = false
            """)
        let copy = Statement(
            name: "copy", sql: "COPY symbols (exchange_id, base_asset, quote_asset, symbol_string) FROM STDIN")
        try connection.copyIn(copy) { try $0.writeRow(["1", "X", "USDT", "XUSDT"]) }
        try run("TRUNCATE symbols CASCADE")
        #expect(
            try lines == [
                "symbols:1 insert", "symbols:2 insert", "symbols:1 update", "symbols:2 update", "symbols:4 insert",
                "symbols:1 delete", "symbols:2 delete", "symbols:4 delete", "symbols:0 truncate",
                "symbol_aliases:0 truncate",
            ])
    }

    @Test func oneUpdateRecordsTheRowsItChanged() throws {
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'USDT', 'B' || g FROM generate_series(1, 3000) g;
            TRUNCATE reference_audit;
            UPDATE symbols SET tick_size = 1 WHERE id = 1;
            UPDATE symbols SET last_seen = now(), tick_size = CASE WHEN id % 3 = 0 THEN 2 ELSE tick_size END;
            """)
        #expect(
            try text(
                """
                SELECT concat(count(*), ' ', count(DISTINCT row_id), ' ', sum(row_id),
                              ' ', bool_and((old_row ->> 'id')::int = row_id AND (new_row ->> 'id')::int = row_id))
                FROM reference_audit WHERE action = 'update' AND new_row ->> 'tick_size' = '2'
                """) == "1000 1000 1501500 t")
        #expect(try lines.count == 1001)
    }

    /// Ids are moved so that one is given up, one is new, and one changes hands.
    @Test(arguments: ["origin", "replica"]) func anIdThatMovesIsGoneThereAndNewHere(role: String) throws {
        try run(insertTwo)
        try run(
            """
            TRUNCATE reference_audit;
            ALTER TABLE symbols ALTER COLUMN id SET GENERATED BY DEFAULT;
            SET session_replication_role = \(role);
            UPDATE symbols SET id = CASE id WHEN 1 THEN 3 ELSE 1 END;
            """)
        let found = try Set(lines)
        #expect(found.isSuperset(of: ["symbols:3 insert", "symbols:2 delete"]))
        #expect(
            role == "origin"
                ? found.contains("symbols:1 update") && found.count == 3
                : found.isSuperset(of: ["symbols:1 delete", "symbols:1 insert"]) && found.count == 4)
        #expect(try text("SELECT count(*) FROM reference_tombstones WHERE kind = 2 AND id = 2") == "1")
        #expect(try text("SELECT count(*) FROM reference_tombstones WHERE id = 3") == "0")
    }

    @Test func aliasesAreRecordedUnderTheirSymbol() throws {
        try run(insertTwo)
        try run("TRUNCATE reference_audit")
        try run("INSERT INTO symbol_aliases VALUES (1, 'XBTUSDT', 1, now(), now() + interval '1 day')")
        try run("UPDATE symbol_aliases SET expires_at = expires_at")
        try run("UPDATE symbol_aliases SET expires_at = expires_at + interval '1 day'")
        try run("DELETE FROM symbol_aliases")
        #expect(try lines == ["insert", "update", "delete"].map { "symbol_aliases:1 \($0)" })
    }

    /// As a logical apply worker does: replica role, empty search_path, row triggers only.
    @Test func replicationLeavesLinesToo() throws {
        let worker = try database.connect()
        try worker.executeScript(
            """
            SET session_replication_role = replica;
            SET search_path = '';
            INSERT INTO public.symbols (exchange_id, base_asset, quote_asset, symbol_string, changed_xid)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT', '99999999');
            UPDATE public.symbols SET tick_size = 1, changed_xid = '99999999';
            UPDATE public.symbols SET last_seen = now(), changed_xid = '88888888';
            INSERT INTO public.symbol_aliases VALUES (1, 'XBTUSDT', 1, now(), now() + interval '1 day');
            DELETE FROM public.symbols;
            """, name: "apply")
        #expect(
            try lines == ["symbols:1 insert", "symbols:1 update", "symbol_aliases:1 insert", "symbols:1 delete"])
    }

    @Test func writersNeedNoRightsOnItAndCannotForgeIt() throws {
        let role = "auditee_of_\(database.name)"
        try run(
            """
            CREATE ROLE \(role);
            GRANT SELECT, INSERT, UPDATE, DELETE ON symbols, symbol_aliases TO \(role);
            SET ROLE \(role);
            CREATE TEMP TABLE reference_audit (
                table_name text, row_id integer, action text, old_row jsonb, new_row jsonb);
            """)
        try run(insertTwo)
        try run("UPDATE symbols SET tick_size = 1 WHERE id = 1; DELETE FROM symbols WHERE id = 1")
        for forgery in [
            "INSERT INTO public.reference_audit (table_name, row_id, action) VALUES ('symbols', 1, 'delete')",
            "DELETE FROM public.reference_audit", "UPDATE public.reference_audit SET user_name = 'nobody'",
            "TRUNCATE public.reference_audit",
        ] {
            let error = #expect(throws: PostgreSQLError.self) { try run(forgery) }
            #expect(error?.sqlState == "42501", "\(forgery)")
        }
        try run("RESET ROLE; DROP TABLE pg_temp.reference_audit; DROP OWNED BY \(role); DROP ROLE \(role)")
        #expect(try lines.count == 4)
        // The role that logged in, not the one it became.
        #expect(try text("SELECT bool_and(user_name = 'postgres') FROM reference_audit") == "true")
    }

    @Test func anInsertRingsOnceAndOneOfNothingNever() throws {
        let listener = try database.connect(.listener())
        try listener.listen(channel: "symbology_reference")
        try listener.listen(channel: "marker")
        try run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) SELECT 1, 'A', 'B', 'C' LIMIT 0")
        try run("NOTIFY marker")
        #expect(try listener.waitForNotifications(timeoutMilliseconds: 20_000).map(\.channel) == ["marker"])
        try run(insertTwo + "NOTIFY marker")
        #expect(
            try listener.waitForNotifications(timeoutMilliseconds: 20_000).map(\.channel)
                == ["symbology_reference", "marker"])
    }
}
