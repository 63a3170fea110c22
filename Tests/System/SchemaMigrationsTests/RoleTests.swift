import PostgreSQL
import Scenarios
import SchemaMigrations
import TestSupport
import Testing

/// What the roles may do, and what they may not.
@Suite(.scenario(.readOnlyRole)) struct RoleTests {
    let database: TestDatabase

    init() throws {
        database = try TestDatabase()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT')
            """)
    }

    private func connect(as role: String) throws -> Connection {
        try Connection(ConnectionTarget(conninfo: try database.conninfo(as: role)))
    }

    /// SQLSTATE 42501.
    private func isDenied(_ connection: Connection, _ sql: String) -> Bool {
        do throws(PostgreSQLError) {
            try connection.executeScript(sql, name: "attempt")
            return false
        } catch {
            return error.sqlState == "42501"
        }
    }

    static let changes = [
        "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'A', 'B', 'AB')",
        "UPDATE symbols SET precision_price = 3", "DELETE FROM symbols", "UPDATE exchanges SET is_active = false",
    ]
    static let schemaChanges = [
        "TRUNCATE symbols", "CREATE TABLE mine (id int)", "ALTER TABLE symbols ADD COLUMN note text",
        "DROP TABLE reference_tombstones", "CREATE INDEX ON symbols (base_asset)",
        "ALTER TABLE symbols DISABLE TRIGGER ALL", "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
        "INSERT INTO reference_tombstones (changed_xid, kind, id) VALUES ('1', 2, 1)",
        "UPDATE reference_feed_state SET prune_horizon = '1'", "CREATE SCHEMA mine", "SET ROLE postgres",
    ]

    @Test func readerReadsListensAndNothingElse() throws {
        let reader = try connect(as: "symbology_reader")
        try reader.executeScript(
            """
            SELECT * FROM symbols; SELECT * FROM exchanges; SELECT * FROM reference_tombstones;
            SELECT * FROM reference_feed_state; LISTEN symbology_reference; SELECT pg_notify('symbology_probe_1', '')
            """, name: "what the server does")
        for sql in Self.changes + Self.schemaChanges { #expect(isDenied(reader, sql), "\(sql)") }
        #expect(isDenied(reader, "SELECT prune_reference_tombstones()"))
        for table in ["book_ticker_snapshots", "book_ticker_snapshots_v2"] {
            #expect(isDenied(reader, "SELECT * FROM \(table)"))
        }
    }

    @Test func managerChangesRowsButNoSchema() throws {
        let manager = try connect(as: "symbology_manager")
        for sql in Self.changes { try manager.executeScript(sql, name: "change") }
        try manager.executeScript("SELECT prune_reference_tombstones()", name: "prune")
        for sql in Self.schemaChanges { #expect(isDenied(manager, sql), "\(sql)") }
        // Populate reads the market data; nothing writes them in the manager's name.
        try manager.executeScript("SELECT * FROM book_ticker_snapshots; SELECT * FROM trade_snapshots", name: "read")
        #expect(isDenied(manager, "DELETE FROM book_ticker_snapshots"))
        try manager.executeScript(
            """
            SELECT * FROM latest_trade_snapshots; SELECT * FROM book_ticker_snapshots_legacy;
            SELECT * FROM market_data_queue;
            INSERT INTO book_ticker_snapshots_v2 (symbol_id, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT 1, 1, 1, 1, 1, now() WHERE false
            """, name: "market data by symbol")
        #expect(isDenied(manager, "DELETE FROM book_ticker_snapshots_v2"))
        // The triggers wrote for it what it may not write itself.
        let tombstones = Statement(name: "tombstones", sql: "SELECT count(*) FROM reference_tombstones")
        #expect(try manager.query(tombstones).int64(0, 0) == 2)
    }

    @Test func metricsAreAddedAndNothingElse() throws {
        let recorder = try connect(as: "symbology_metrics")
        try recorder.executeScript(
            """
            INSERT INTO system_metrics (metric_category, metric_name, metric_value) VALUES ('CACHE', 'm', 1);
            INSERT INTO health_checks (component, status) VALUES ('c', 'HEALTHY')
            """, name: "record")
        for sql in Self.changes + Self.schemaChanges { #expect(isDenied(recorder, sql), "\(sql)") }
        for table in ["system_metrics", "health_checks"] {
            for sql in ["SELECT FROM \(table)", "DELETE FROM \(table)", "TRUNCATE \(table)"] {
                #expect(isDenied(recorder, sql), "\(sql)")
            }
        }
        for sql in ["SELECT FROM symbols", "SELECT FROM account_balances", "SELECT refresh_trading_report()"] {
            #expect(isDenied(recorder, sql), "\(sql)")
        }
    }

    @Test func managerWritesBalancesAndOrdersAndReadsWhatFollows() throws {
        let manager = try connect(as: "symbology_manager")
        try manager.executeScript(
            """
            INSERT INTO account_balances (exchange_id, account_type, asset, free_balance, snapshot_time)
            VALUES (1, 'SPOT', 'BTC', 1, now());
            INSERT INTO balance_changes (exchange_id, account_type, asset, change_type, amount, previous_balance,
                                         new_balance, change_time) VALUES (1, 'SPOT', 'BTC', 'FEE', 1, 0, 1, now());
            INSERT INTO order_executions (symbol_id, order_id, side, order_type, original_quantity, remaining_quantity,
                                          status, order_time) VALUES (1, 'a', 1, 1, 1, 1, 1, now());
            UPDATE order_executions SET status = 4;
            INSERT INTO order_status_history (symbol_id, order_id, new_status, original_quantity, remaining_quantity,
                                              status_time) VALUES (1, 'a', 1, 1, 1, now());
            SELECT FROM latest_account_balances; SELECT FROM arbitrage_opportunities;
            SELECT FROM trading_performance_summary; SELECT FROM hourly_trading_report; SELECT FROM performance_alerts;
            SELECT FROM latest_health_checks; SELECT FROM latest_system_metrics; SELECT FROM hourly_system_metrics;
            SELECT refresh_trading_report(); UPDATE metric_limits SET critical_above = 1e9
            """, name: "trade")
        for sql in [
            "UPDATE account_balances SET free_balance = 2", "DELETE FROM balance_changes",
            "DELETE FROM order_executions", "UPDATE order_status_history SET new_status = 2",
            "INSERT INTO health_checks (component, status) VALUES ('c', 'HEALTHY')",
        ] { #expect(isDenied(manager, sql), "\(sql)") }
    }

    @Test func downTakesTheGrantsAndLeavesTheRoles() throws {
        let administrator = try database.connect()
        let fresh = try TestDatabase(.empty)
        let other = Migrator(
            connection: try fresh.connect(), folder: try MigrationFolder(path: TestDatabase.migrationsFolder))
        try other.up()
        let privileges = Statement(
            name: "privileges",
            sql: """
                SELECT count(*) FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) acl
                  JOIN pg_roles r ON r.oid = acl.grantee WHERE r.rolname LIKE 'symbology\\_%'
                """)
        let inside = try fresh.connect()
        #expect(try inside.query(privileges).int64(0, 0) ?? 0 > 0)
        let migrations = try MigrationFolder(path: TestDatabase.migrationsFolder).migrations
        let version = try #require(migrations.first { $0.name == "roles" }?.version)
        try other.down(to: version - 1)
        #expect(try inside.query(privileges).int64(0, 0) == 0)
        let roles = Statement(
            name: "roles",
            sql: """
                SELECT count(*) FROM pg_roles
                 WHERE rolname IN ('symbology_reader', 'symbology_manager', 'symbology_metrics')
                """)
        #expect(try inside.query(roles).int64(0, 0) == 3)
        // Other databases of the cluster keep theirs.
        #expect(try administrator.query(privileges).int64(0, 0) ?? 0 > 0)
    }
}

/// Old tombstones go when somebody deletes, and nobody waits for it.
///
/// In a cluster of their own, one after the other: what may go depends on every transaction that runs in the cluster.
@Suite(.serialized) struct TombstoneSweepTests {
    private static let cluster = Result { try TestCluster() }
    let database: TestSession

    init() throws {
        database = try TestSession(in: Self.cluster.get())
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'Q', 'S' || g FROM generate_series(1, 600) g
            """)
        try database.run("DELETE FROM symbols WHERE id <= 400")
    }

    private func age() throws {
        try database.run("UPDATE reference_tombstones SET deleted_at = now() - interval '2 days'")
    }
    private func count() throws -> Int64 { try database.integer("SELECT count(*) FROM reference_tombstones") }

    @Test func eachDeleteSweepsALittle() throws {
        defer { database.keep() }
        #expect(try count() == 400)
        try database.run("DELETE FROM symbols WHERE id = 401")
        #expect(try count() == 401, "young ones stay")
        try age()
        try database.run("DELETE FROM symbols WHERE id = 402")
        #expect(try count() == 402 - 256)
        try database.run("DELETE FROM symbols WHERE id = 403")
        #expect(try count() == 2, "what was deleted in the last two statements")
        // Whoever saw less than that loads everything.
        #expect(
            try database.integer(
                """
                SELECT count(*) FROM reference_feed_state
                 WHERE prune_horizon > '0' AND prune_horizon < pg_snapshot_xmin(pg_current_snapshot())
                """) == 1)
    }

    @Test func nobodyWaitsAndNobodyFails() throws {
        defer { database.keep() }
        try age()
        let settings = SessionSettings(lockTimeoutMilliseconds: 200)
        let first = try database.connect(settings)
        let second = try database.connect(settings)
        try first.executeScript("BEGIN; DELETE FROM symbols WHERE id = 500", name: "first")
        // The first holds the sweeper's lock until it commits.
        try second.executeScript("DELETE FROM symbols WHERE id = 501", name: "second")
        try second.executeScript(
            "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT count(*) FROM reference_feed_state", name: "strict")
        try first.executeScript("COMMIT", name: "commit")
        try second.executeScript("DELETE FROM symbols WHERE id = 502; COMMIT", name: "strict")
        #expect(try database.integer("SELECT count(*) FROM symbols WHERE id BETWEEN 500 AND 502") == 0)
    }

    @Test func runningTransactionsKeepWhatTheyMayNeed() throws {
        defer { database.keep() }
        let old = try database.connect()
        try old.executeScript("BEGIN; UPDATE symbols SET precision_price = 3 WHERE id = 600", name: "old writer")
        try database.run("DELETE FROM symbols WHERE id = 500")
        try age()
        try database.run("DELETE FROM symbols WHERE id BETWEEN 501 AND 510")
        try database.run("DELETE FROM symbols WHERE id = 511")
        // Id 500 and what came later were deleted after the old writer began.
        #expect(try count() == 12)
        try old.executeScript("COMMIT", name: "commit")
        try database.run("DELETE FROM symbols WHERE id = 512")
        #expect(try count() <= 12)
    }

    @Test func expiredAliasesGoWhenOneIsAdded() throws {
        defer { database.keep() }
        try database.run(
            """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, created_at, expires_at)
            SELECT 1, 'OLD' || g, 600, now() - interval '40 days', now() - interval '2 days'
            FROM generate_series(1, 300) g
            """)
        func names() throws -> String {
            try database.text(
                "SELECT count(*) FILTER (WHERE symbol_string LIKE 'OLD%') || ' ' || count(*) FROM symbol_aliases")
        }
        // The statement that brought them swept some of them itself.
        #expect(try names() == "44 44")
        let other = try database.connect(SessionSettings(lockTimeoutMilliseconds: 200))
        try other.executeScript(
            """
            BEGIN; UPDATE symbol_aliases SET expires_at = now() + interval '1 day'
            WHERE symbol_string = (SELECT min(symbol_string) FROM symbol_aliases)
            """, name: "hold one")
        let add = """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, expires_at)
            VALUES (1, $1, 600, now() + interval '1 hour')
            """
        try database.run(add, [.text("YOUNG")])
        #expect(try names() == "1 2", "what somebody else is changing is left to him")
        try other.executeScript("COMMIT", name: "commit")
        try database.run(add, [.text("YOUNGER")])
        #expect(try names() == "1 3", "prolonged meanwhile")
        try age()
        let before = try count()
        try database.run("UPDATE symbol_aliases SET expires_at = now() WHERE symbol_string = 'YOUNG'")
        #expect(try count() == before + 1 - 256, "changes of aliases sweep tombstones too")
    }
}
