import PostgreSQL
import Scenarios
import TestSupport
import Testing

/// The change feed and the audit where rows come from another database: a publication, a subscription, and the apply
/// worker of PostgreSQL itself, which fires row triggers only and runs with an empty search path.
@Suite(.scenario(.kindsOfWrites)) struct ReplicationTests {
    let origin: TestDatabase
    let copy: TestDatabase

    init() throws {
        // A slot waits for every transaction of its cluster, and other tests keep theirs open.
        let cluster = try TestCluster()
        origin = try TestDatabase(.migrated, in: cluster)
        copy = try TestDatabase(.migrated, in: cluster)
    }

    private func run(_ database: TestDatabase, _ statements: [String]) throws {
        let connection = try database.connect()
        for sql in statements { try connection.query(Statement(name: "test", sql: sql)) }
    }

    private func text(_ sql: String) throws -> String {
        try copy.connect().query(Statement(name: "test", sql: "SELECT (\(sql))::text")).text(0, 0) ?? ""
    }

    @Test func appliedRowsAreStampedRungForAndRecorded() throws {
        // A TRUNCATE does not arrive where other tables refer to symbols: the worker never cascades.
        for database in [origin, copy] {
            try run(
                database,
                [
                    "DROP TABLE book_ticker_snapshots_v2, trade_snapshots_v2 CASCADE",
                    "DROP TABLE order_executions, order_status_history CASCADE",
                ])
        }
        try run(
            origin,
            [
                "CREATE PUBLICATION reference FOR TABLE exchanges, symbols, symbol_aliases",
                "SELECT pg_create_logical_replication_slot('reference', 'pgoutput')::text",
            ])
        let conninfo = origin.conninfo.replacing("'", with: "''")
        try run(
            copy,
            [
                """
                CREATE SUBSCRIPTION reference CONNECTION '\(conninfo)' PUBLICATION reference
                WITH (create_slot = false, slot_name = 'reference', copy_data = false)
                """
            ])
        let listener = try copy.connect(.listener())
        try listener.listen(channel: "symbology_reference")
        try run(
            origin,
            [
                """
                INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
                VALUES (1, 'BTC', 'USDT', 'BTCUSDT'), (2, 'ETH', 'USDT', 'ETH_USDT')
                """,
                "UPDATE symbols SET tick_size = 1 WHERE id = 1", "UPDATE symbols SET last_seen = now()",
                "INSERT INTO symbol_aliases VALUES (1, 'XBTUSDT', 1, now(), now() + interval '1 day')",
                "DELETE FROM symbol_aliases", "DELETE FROM symbols WHERE id = 2",
                "UPDATE exchanges SET display_name = 'other' WHERE id = 3", "TRUNCATE symbols, symbol_aliases",
            ])
        let lines = """
            SELECT string_agg(table_name || ':' || row_id || ' ' || action, ', ' ORDER BY at, sequence)
            FROM reference_audit
            """
        #expect(try Deadline().poll { try text(lines).hasSuffix("symbol_aliases:0 truncate") })
        #expect(
            try text(lines) == """
                symbols:1 insert, symbols:2 insert, symbols:1 update, symbol_aliases:1 insert, \
                symbol_aliases:1 delete, symbols:2 delete, exchanges:3 update, symbols:1 delete, \
                symbols:0 truncate, symbol_aliases:0 truncate
                """)
        #expect(
            try text("SELECT string_agg(kind || ':' || id, ' ' ORDER BY changed_xid) FROM reference_tombstones")
                == "3:0 3:0 2:2 0:0")
        #expect(try text("SELECT changed_xid > '0' FROM exchanges WHERE id = 3") == "true")
        #expect(try !listener.waitForNotifications(timeoutMilliseconds: 20_000).isEmpty)
        try run(
            copy,
            [
                "ALTER SUBSCRIPTION reference DISABLE", "ALTER SUBSCRIPTION reference SET (slot_name = NONE)",
                "DROP SUBSCRIPTION reference",
            ])
        // The worker holds the slot until it has ended.
        let drop = "SELECT pg_drop_replication_slot(slot_name)::text FROM pg_replication_slots WHERE NOT active"
        let rest = "SELECT count(*) FROM pg_replication_slots"
        let isDropped = try Deadline().poll {
            try run(origin, [drop])
            return try text(rest) == "0"
        }
        #expect(isDropped)
    }
}
