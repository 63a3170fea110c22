import Platform
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import MarketDataStore

/// Rows that are changed while the chunk that they are in is being copied: held up in its middle, so that it happens
/// every time.
@Suite("Market data: races")
struct RaceTests {
    /// Carries every change over at once, as one would think of first.
    private static let planted = """
        CREATE OR REPLACE FUNCTION book_ticker_mirror() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            IF TG_OP IN ('UPDATE', 'DELETE') THEN
                DELETE FROM book_ticker_snapshots_v2 t USING old_rows o WHERE t.id = o.id AND t.timestamp = o.timestamp;
            END IF;
            IF TG_OP IN ('UPDATE', 'INSERT') THEN
                INSERT INTO book_ticker_snapshots_v2
                SELECT n.id, s.symbol_id, bid_price, bid_qty, ask_price, ask_qty, timestamp, created_at
                FROM new_rows n, market_data_symbol(exchange, symbol_base, symbol_quote) s
                ON CONFLICT DO NOTHING;
            END IF;
            RETURN NULL;
        END $$
        """

    @Test("what is changed under the backfill's hands is right in the end, and a mirror without a queue is caught")
    func changesUnderTheCopy() throws {
        #expect(try differences(planting: false) == 0)
        #expect(try differences(planting: true) > 0, "the test must be able to fail")
    }

    private func differences(planting isPlanted: Bool) throws -> Int64 {
        let fixture = try MarketDataFixture()
        _ = try fixture.partitions()
        for _ in 0..<9 { try fixture.insert() }
        // The mirror is there, and nothing is copied yet.
        #expect(try !fixture.backfill(stoppedAfter: 0).isComplete)
        if isPlanted { try fixture.database.run(Self.planted) }

        let connection = try fixture.database.connect()
        try holdingUp(connection, fixture) {
            _ = try Backfill(connection, Backfill.Options()).run()
        } meanwhile: {
            // None of these waits.
            try fixture.say("SET lock_timeout = '5s'")
            for statement in [
                "DELETE FROM book_ticker_snapshots WHERE id = 1",
                "UPDATE book_ticker_snapshots SET bid_qty = 9 WHERE id = 2",
                "UPDATE book_ticker_snapshots SET timestamp = timestamp - interval '1 second' WHERE id = 3",
                "UPDATE book_ticker_snapshots SET symbol_base = 'B2' WHERE id = 9",
            ] { try fixture.say(statement) }
            try fixture.insert("B3")
        }
        return try fixture.differences()
    }

    /// Runs `copy` on a thread of its own, and `body` while it is about to insert the first row that it has read.
    private func holdingUp(
        _ connection: Connection, _ fixture: MarketDataFixture, copy: @escaping () throws -> Void,
        meanwhile body: () throws -> Void
    ) throws {
        try fixture.database.connection.executeScript(
            """
            CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF pg_backend_pid() = \(connection.serverProcessId) THEN
                    PERFORM pg_advisory_xact_lock_shared(77);
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER hold_up BEFORE INSERT ON book_ticker_snapshots_v2 FOR EACH ROW EXECUTE FUNCTION hold_up();
            SELECT pg_advisory_lock(77)
            """, name: "hold the copy up")
        let failure = Mutex<String?>(nil)
        nonisolated(unsafe) let copy = copy
        let thread = try SystemThread {
            do { try copy() } catch { failure.withLock { $0 = "\(error)" } }
        }
        let isHeldUp = """
            SELECT count(*) FROM pg_stat_activity
             WHERE pid = \(connection.serverProcessId) AND wait_event = 'advisory'
            """
        #expect(try Deadline().poll { try fixture.database.integer(isHeldUp) == 1 })
        try body()
        try fixture.database.run("SELECT pg_advisory_unlock(77)")
        thread.join()
        #expect(failure.withLock { $0 } == nil)
    }

    @Test("chunks that lock their rows FOR KEY SHARE, beside a mirror of everything, are caught")
    func keyShare() throws {
        let fixture = try MarketDataFixture()
        _ = try fixture.partitions()
        try fixture.insert()
        #expect(try !fixture.backfill(stoppedAfter: 0).isComplete)
        try fixture.database.run(Self.planted)
        let copier = try fixture.database.connect()
        let table = try #require(try LegacyTable.find(.bookTicker, copier))
        let statements = BackfillStatements(table: table)
        let copy = statements.copy(into: table.source.targetName, isAside: false)
        let locking = copy.sql.replacing("ON CONFLICT DO NOTHING", with: "FOR KEY SHARE OF l ON CONFLICT DO NOTHING")
        #expect(locking != copy.sql)
        try copier.executeScript(BackfillStatements.prepare.sql, name: "prepare")
        let chunk = [Parameter.text("-infinity"), .text("infinity")]
        try copier.query(statements.learnNames, chunk)
        let change = "UPDATE book_ticker_snapshots SET timestamp = timestamp - interval '1 second'"
        try holdingUp(copier, fixture) {
            try copier.query(Statement(name: "copy", sql: locking), chunk)
        } meanwhile: {
            try fixture.say(change)
        }
        #expect(try fixture.differences() == 1, "the row as it was is left over")
    }

    @Test("a writer's open transaction is named; the mirror's lock is won beside a running autovacuum")
    func strongLock() throws {
        let cluster = try TestCluster { $0.settings.append(("autovacuum_naptime", "1")) }
        let fixture = try MarketDataFixture(in: cluster)
        let writer = try fixture.database.connect()
        try writer.query(Statement(name: "begin", sql: "BEGIN"))
        try writer.query(Statement(name: "write", sql: "DELETE FROM book_ticker_snapshots"))
        var ladder = LockLadder(try fixture.database.connect())
        ladder.limits.attemptCountMax = 2
        let table = try #require(try LegacyTable.find(.bookTicker, ladder.connection))
        let error = #expect(throws: MarketDataError.self) {
            try Mirror(ladder.connection, ladder: ladder).install(table)
        }
        #expect("\(String(describing: error))".contains("process \(writer.serverProcessId) "))
        #expect(try fixture.count("pg_trigger WHERE tgname LIKE 'market_data_%'") == 0)
        try writer.query(Statement(name: "end", sql: "COMMIT"))

        // Vacuums that take minutes; ones that somebody began by hand would not give way. One attempt takes little more
        // than three seconds at most.
        try fixture.fill(20_000)
        for table in ["book_ticker_snapshots", "symbols"] {
            try fixture.database.run(
                """
                ALTER TABLE \(table) SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
                    autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
                """)
        }
        func beVacuumed(_ table: String, because change: String) throws {
            try fixture.database.run(change)
            let isVacuuming = """
                SELECT count(*) FROM pg_stat_activity
                 WHERE backend_type = 'autovacuum worker' AND query LIKE 'autovacuum: VACUUM%\(table)'
                """
            try #require(try Deadline().poll { try fixture.database.integer(isVacuuming) == 1 })
        }
        ladder.limits.attemptCountMax = 1
        var maintenance = PartitionMaintenance(try fixture.database.connect())
        maintenance.ladder.limits.attemptCountMax = 1
        var options = PartitionMaintenance.Options()
        options.aheadCount = 0
        try beVacuumed("symbols", because: "UPDATE symbols SET last_seen = now()")
        try maintenance.run(options)
        try beVacuumed("book_ticker_snapshots", because: "DELETE FROM book_ticker_snapshots WHERE id % 2 = 0")
        #expect(try Mirror(ladder.connection, ladder: ladder).install(table))
        fixture.database.keep()
    }
}
