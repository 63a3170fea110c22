import PostgreSQL
import TestSupport
import Testing

/// Stamps, tombstones and doorbells, as the readers of the feed rely on them.
@Suite struct ChangeFeedTests {
    let database: TestDatabase
    let connection: Connection
    let listener: Connection

    init() throws {
        database = try TestDatabase(.migrated)
        connection = try database.connect()
        listener = try database.connect(.listener())
        try listener.listen(channel: "symbology_reference")
        try listener.listen(channel: "marker")
    }

    private func run(_ sql: String) throws(PostgreSQLError) { try connection.executeScript(sql, name: "test") }

    private func text(_ sql: String) throws -> String? {
        try connection.query(Statement(name: "test", sql: "SELECT (\(sql))::text")).text(0, 0)
    }

    /// How often the bell rang since the last call: a marker behind it says when all of it has arrived.
    private func rings() throws -> Int {
        try run("NOTIFY marker")
        var count = 0
        while true {
            let list = try listener.waitForNotifications(timeoutMilliseconds: 20_000)
            try #require(!list.isEmpty, "the marker never came")
            for notification in list {
                if notification.channel == "marker" { return count }
                #expect(notification.payload == "")
                count += 1
            }
        }
    }

    private let insertBTC = """
        INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
        VALUES (1, 'BTC', 'USDT', 'BTCUSDT');
        """

    /// Runs statements in one transaction and tells its id.
    private func transaction(_ sql: String) throws -> String {
        try run("BEGIN")
        try run(sql)
        let id = try text("pg_current_xact_id()")
        try run("COMMIT")
        return id ?? ""
    }

    private var stamp: String? {
        get throws { try text("SELECT changed_xid FROM symbols WHERE symbol_string = 'BTCUSDT'") }
    }

    @Test(arguments: ["pg_current_xact_id()", "'12'", "NULL"])
    func aRowThatBringsAStampHasThatOfItsTransaction(brought: String) throws {
        let id = try transaction(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, changed_xid)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT', \(brought))
            """)
        #expect(try stamp == id)
    }

    @Test func everyChangeIsStampedWithItsTransaction() throws {
        #expect(try transaction(insertBTC) == stamp)
        #expect(try transaction("UPDATE symbols SET tick_size = 0.01") == stamp)
        #expect(try transaction("SAVEPOINT a; UPDATE symbols SET is_active = false; RELEASE a") == stamp)
        #expect(
            try transaction(
                """
                MERGE INTO symbols s USING (VALUES ('BTCUSDT')) v(t) ON s.symbol_string = v.t
                WHEN MATCHED THEN UPDATE SET is_active = true
                """) == stamp)
        #expect(
            try transaction(
                """
                INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
                VALUES (1, 'BTC', 'USDT', 'BTCUSDT')
                ON CONFLICT (exchange_id, symbol_string) WHERE is_active DO UPDATE SET step_size = 0.5
                """) == stamp)
        let id = try transaction("UPDATE exchanges SET display_name = 'other' WHERE id = 2")
        #expect(try text("SELECT string_agg(id::text, ',') FROM exchanges WHERE changed_xid = '\(id)'") == "2")
        #expect(try rings() == 6)
    }

    @Test func seenAgainIsNoChange() throws {
        try run(insertBTC)
        let before = try stamp
        #expect(try rings() == 1)
        try run("UPDATE symbols SET last_seen = now()")
        try run("UPDATE symbols SET updated_at = now(), last_seen = NULL")
        try run("UPDATE symbols SET is_active = is_active, tick_size = tick_size")
        try run("UPDATE exchanges SET updated_at = now()")
        #expect(try stamp == before)
        #expect(try rings() == 0)
        #expect(try text("SELECT count(*) FROM exchanges WHERE changed_xid <> '0'") == "0")
    }

    /// A collector may ask for nothing every second: that must not use up transaction ids.
    @Test(arguments: ["symbols", "exchanges", "symbol_aliases"])
    func aStatementThatFindsNothingTakesNoTransactionId(table: String) throws {
        try run("BEGIN; UPDATE \(table) SET created_at = now() WHERE false; DELETE FROM \(table) WHERE false")
        #expect(try text("pg_current_xact_id_if_assigned()") == nil)
        try run("COMMIT")
    }

    @Test func aStampCannotBeForged() throws {
        try run(insertBTC)
        let before = try stamp
        try run("UPDATE symbols SET changed_xid = '12345678'")
        #expect(try stamp == before)
        let id = try transaction("UPDATE symbols SET changed_xid = '12345678', tick_size = 1")
        #expect(try stamp == id)
        let inserted = try transaction(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, changed_xid)
            VALUES (1, 'ETH', 'USDT', 'ETHUSDT', '12345678')
            """)
        #expect(try text("SELECT changed_xid FROM symbols WHERE symbol_string = 'ETHUSDT'") == inserted)
    }

    @Test func oneTransactionRingsOnceAndARollbackNever() throws {
        try run(
            """
            BEGIN;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || x, 'USDT', 'B' || x FROM generate_series(1, 1000) x;
            UPDATE symbols SET tick_size = 1;
            DELETE FROM symbols WHERE id <= 500;
            UPDATE exchanges SET is_active = false;
            COMMIT;
            """)
        #expect(try rings() == 1)
        try run("BEGIN; UPDATE symbols SET tick_size = 2; DELETE FROM symbols; ROLLBACK")
        try run("BEGIN; SAVEPOINT a; UPDATE symbols SET tick_size = 2; ROLLBACK TO a; COMMIT")
        #expect(try rings() == 0)
        // What is undone to a savepoint and done again still rings.
        try run(
            """
            BEGIN; SAVEPOINT a; UPDATE symbols SET tick_size = 3; ROLLBACK TO a;
            UPDATE symbols SET tick_size = 3; COMMIT
            """
        )
        #expect(try rings() == 1)
    }

    @Test func copyRingsToo() throws {
        let copy = Statement(
            name: "copy", sql: "COPY symbols (exchange_id, base_asset, quote_asset, symbol_string) FROM STDIN")
        try connection.copyIn(copy) { writer in
            for row in 0..<100 { try writer.writeRow(["1", "B\(row)", "USDT", "B\(row)USDT"]) }
        }
        #expect(try rings() == 1)
        #expect(try text("SELECT count(DISTINCT changed_xid) FROM symbols WHERE changed_xid <> '0'") == "1")
    }

    private var tombstones: String? {
        get throws {
            try text(
                "SELECT string_agg(kind || ':' || id, ' ' ORDER BY changed_xid, kind, id) FROM reference_tombstones")
        }
    }

    @Test func aDeletionLeavesATombstone() throws {
        try run(insertBTC)
        let id = try transaction("DELETE FROM symbols")
        #expect(try tombstones == "2:1")
        #expect(try text("SELECT changed_xid FROM reference_tombstones") == id)
        try run("DELETE FROM exchanges WHERE id = 3")
        #expect(try tombstones == "2:1 1:3")
        // Deleted, inserted and deleted again in one transaction: one tombstone, no conflict.
        try run(
            """
            BEGIN;
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string)
            OVERRIDING SYSTEM VALUE VALUES (7, 1, 'A', 'B', 'AB');
            DELETE FROM symbols WHERE id = 7;
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string)
            OVERRIDING SYSTEM VALUE VALUES (7, 1, 'A', 'B', 'AB');
            DELETE FROM symbols WHERE id = 7;
            COMMIT;
            """)
        #expect(try tombstones == "2:1 1:3 2:7")
        try run("BEGIN; DELETE FROM exchanges; ROLLBACK")
        #expect(try tombstones == "2:1 1:3 2:7")
    }

    @Test func anIdThatMovesLeavesATombstone() throws {
        try run(insertBTC)
        try run("UPDATE symbols SET id = DEFAULT")
        #expect(try text("SELECT id FROM symbols") == "2")
        #expect(try tombstones == "2:1")
        #expect(try rings() == 2)
    }

    @Test func aTruncationAsksForEverything() throws {
        try run(insertBTC)
        _ = try rings()
        let id = try transaction("TRUNCATE symbols CASCADE")
        #expect(try tombstones == "0:0")
        #expect(try text("SELECT changed_xid FROM reference_tombstones") == id)
        #expect(try rings() == 1)
        try run("TRUNCATE exchanges CASCADE")
        #expect(try tombstones == "0:0 0:0")
        #expect(try rings() == 1)
        try run("BEGIN; TRUNCATE symbols CASCADE; ROLLBACK")
        #expect(try tombstones == "0:0 0:0")
        #expect(try rings() == 0)
    }

    @Test func replicationFiresTheTriggersToo() throws {
        // As a logical apply worker does: replica role, empty search_path.
        let worker = try database.connect()
        try worker.executeScript(
            """
            SET session_replication_role = replica;
            SET search_path = '';
            INSERT INTO public.symbols (exchange_id, base_asset, quote_asset, symbol_string, changed_xid)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT', '99999999');
            """, name: "apply")
        #expect(try rings() == 1)
        #expect(try text("SELECT changed_xid < pg_current_xact_id() FROM symbols") == "true")
        let before = try stamp
        // The origin's stamp comes along with an update that changes nothing else.
        try worker.executeScript(
            "UPDATE public.symbols SET last_seen = now(), changed_xid = '99999999'", name: "apply")
        #expect(try stamp == before)
        #expect(try rings() == 0)
        try worker.executeScript("UPDATE public.symbols SET tick_size = 1; DELETE FROM public.symbols", name: "apply")
        #expect(try rings() == 1)
        #expect(try tombstones == "2:1")
        try worker.executeScript("TRUNCATE public.symbols CASCADE", name: "apply")
        #expect(try tombstones == "2:1 0:0")
    }

    /// An event that no trigger sees, or that two see, in one kind of session would be a fault that few tests show.
    /// - Parameter firing: `O` for sessions of people and programs, `R` for the worker of logical replication.
    @Test(arguments: ["O", "R"]) func everyEventIsSeenByOneTriggerInEverySession(firing: String) throws {
        // Bits of tgtype.
        let seen = try text(
            """
            SELECT string_agg(line, ', ' ORDER BY line) FROM (
                SELECT format('%s %s', tgrelid::regclass, event) AS line
                FROM pg_trigger,
                    (VALUES (4, 'insert'), (8, 'delete'), (16, 'update'), (32, 'truncate')) list (bit, event)
                WHERE tgname LIKE 'reference\\_%' AND tgname NOT IN ('reference_swept', 'reference_truncating')
                    AND tgtype & bit <> 0
                    AND tgenabled IN ('A', '\(firing)')) seen
            """)
        let expected = ["exchanges", "symbol_aliases", "symbols"].flatMap { table in
            ["delete", "insert", "truncate", "update"].map { "\(table) \($0)" }
        }
        let others = ["reference_tombstones truncate", "reference_audit delete", "reference_audit truncate"]
        #expect(seen == (expected + others).sorted().joined(separator: ", "))
        let truncating = "SELECT count(*) FROM pg_trigger WHERE tgname = 'reference_truncating' AND tgenabled = 'A'"
        #expect(try text(truncating) == "3")
        let stamps = "SELECT count(*) FROM pg_trigger WHERE tgname = 'zz_reference_stamp' AND tgenabled = 'A'"
        #expect(try text(stamps) == "2")
    }

    @Test func aTransactionThatDoesNotRingCanBePrepared() throws {
        #expect(throws: PostgreSQLError.self) {
            try run("BEGIN; \(insertBTC) PREPARE TRANSACTION 'loud'")
        }
        try run("ROLLBACK")
        try run("BEGIN; SET LOCAL symbology.doorbell = off; \(insertBTC) PREPARE TRANSACTION 'quiet'")
        #expect(try text("SELECT count(*) FROM symbols") == "0")
        try run("COMMIT PREPARED 'quiet'")
        #expect(try stamp != "0")
        #expect(try rings() == 0)
    }

    @Test func writersNeedNoRightsOnTheFeedAndCannotForgeIt() throws {
        let role = "writer_of_\(database.name)"
        try run(
            """
            CREATE ROLE \(role);
            GRANT SELECT, INSERT, UPDATE, DELETE ON symbols TO \(role);
            GRANT CREATE ON SCHEMA public TO \(role);
            SET ROLE \(role);
            CREATE TEMP TABLE reference_tombstones (changed_xid xid8, kind smallint, id integer);
            """)
        try run(insertBTC + "UPDATE symbols SET tick_size = 1; DELETE FROM symbols;")
        // The temporary table in the way was not written to.
        #expect(try text("SELECT count(*) FROM pg_temp.reference_tombstones") == "0")
        #expect(try rings() == 1)
        for forgery in [
            "INSERT INTO public.reference_tombstones (changed_xid, kind, id) VALUES ('1', 2, 1)",
            "DELETE FROM public.reference_tombstones", "UPDATE public.reference_feed_state SET prune_horizon = '1'",
            "SELECT prune_reference_tombstones('0')",
            """
            CREATE TABLE mine (id int);
            CREATE TRIGGER forge AFTER DELETE ON mine FOR EACH ROW EXECUTE FUNCTION reference_changed('symbol')
            """,
        ] {
            let error = #expect(throws: PostgreSQLError.self) { try run(forgery) }
            #expect(error?.sqlState == "42501", "\(forgery)")
        }
        try run("RESET ROLE; DROP TABLE pg_temp.reference_tombstones; DROP OWNED BY \(role); DROP ROLE \(role)")
        #expect(try tombstones == "2:1")
    }

    /// Prunes until just these are left: transactions of other tests, in other databases, hold it up as well.
    private func prune(until wanted: String?) throws {
        let isDone = try Deadline().poll {
            _ = try text("prune_reference_tombstones('0')")
            return try tombstones == wanted
        }
        #expect(isDone)
    }

    @Test func pruningRemembersItsHorizonAndSparesWhatIsNeeded() throws {
        try run(insertBTC)
        let deletion = try transaction("DELETE FROM symbols")
        #expect(try text("prune_reference_tombstones()") == "0")
        // A transaction that is older than the deletion keeps it.
        let old = try database.connect()
        try old.query(Statement(name: "begin", sql: "BEGIN"))
        try old.query(Statement(name: "id", sql: "SELECT pg_current_xact_id()"))
        try run("DELETE FROM exchanges WHERE id = 3")
        try prune(until: "1:3")
        #expect(try text("SELECT prune_horizon FROM reference_feed_state") == deletion)
        try old.query(Statement(name: "end", sql: "ROLLBACK"))
        try prune(until: nil)
        #expect(
            try text("SELECT prune_horizon < pg_snapshot_xmin(pg_current_snapshot()) FROM reference_feed_state")
                == "true")
    }

    @Test func whatAnotherClusterLeftIsPrunedWithoutMovingTheHorizon() throws {
        try run(
            """
            INSERT INTO reference_tombstones (changed_xid, kind, id) VALUES ('4000000000', 2, 5);
            UPDATE reference_feed_state SET prune_horizon = '4000000000';
            """)
        #expect(try text("prune_reference_tombstones('1 year')") == "1")
        try run(insertBTC)
        let deletion = try transaction("DELETE FROM symbols")
        // A horizon from elsewhere is void, and replaced by the first of our own.
        try prune(until: nil)
        #expect(try text("SELECT prune_horizon FROM reference_feed_state") == deletion)
    }

    @Test func losingTheTombstonesMovesTheHorizon() throws {
        try run(insertBTC + "DELETE FROM symbols;")
        _ = try rings()
        let id = try transaction("TRUNCATE reference_tombstones")
        #expect(try text("SELECT prune_horizon FROM reference_feed_state") == id)
        #expect(try rings() == 1)
    }

    @Test func aLateCommitterIsStillNotVisibleInTheWatermark() throws {
        // The reason for the whole: stamped early, committed late.
        let late = try database.connect()
        try late.query(Statement(name: "begin", sql: "BEGIN"))
        try late.executeScript(insertBTC, name: "late")
        try run("INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'E', 'U', 'EU')")
        let watermark = try text("pg_current_snapshot()") ?? ""
        try late.query(Statement(name: "commit", sql: "COMMIT"))
        #expect(
            try text(
                """
                SELECT string_agg(symbol_string, ' ') FROM symbols
                WHERE changed_xid >= pg_snapshot_xmin('\(watermark)')
                    AND NOT pg_visible_in_snapshot(changed_xid, '\(watermark)')
                    AND changed_xid < pg_snapshot_xmax(pg_current_snapshot())
                """) == "BTCUSDT")
    }
}
