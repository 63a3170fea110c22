import Glibc
import Platform
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import MarketDataStore

/// What a backfill looks at before and while it fills disks: real, in a cluster of its own, but for the disk.
@Suite("Market data: what a backfill looks at first")
struct BackfillConditionTests {
    private func check(
        _ fixture: MarketDataFixture, _ disk: ((String) -> BackfillConditions.Disk?)? = nil
    ) throws -> [String] {
        let connection = try fixture.database.connect()
        let table = try #require(try LegacyTable.find(.bookTicker, connection))
        var options = Backfill.Options()
        options.replicationLagByteCountMax = 1 << 20
        var conditions = BackfillConditions(table, connection, options)
        if let disk { conditions.disk = disk }
        return try conditions.check()
    }

    private func refusal(_ fixture: MarketDataFixture, _ disk: ((String) -> BackfillConditions.Disk?)? = nil) -> String
    {
        do { return "not refused: \(try check(fixture, disk))" } catch { return "\(error)" }
    }

    @Test("too little room for rows or WAL is refused, with how much is needed where")
    func room() throws {
        let fixture = try MarketDataFixture()
        let look = "SELECT pg_total_relation_size('book_ticker_snapshots') / 1048576"
        try fixture.fill(1)
        // A row each of a page: little to write, and of a size that counts.
        try fixture.database.run(
            """
            ALTER TABLE book_ticker_snapshots ADD COLUMN note text, ALTER COLUMN note SET STORAGE PLAIN;
            """)
        try fixture.database.run(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp, note)
            SELECT 'MEXC_SPOT', 'B1', 'USDT', 1, 1, 1, 1, now(), repeat('x', 5000) FROM generate_series(1, 15000)
            """)
        #expect(try fixture.database.integer(look) > 110)
        let wal = try fixture.database.integer("SELECT pg_size_bytes(current_setting('max_wal_size'))")
        func disk(_ freeMiB: Int64, wal walMiB: Int64? = nil) -> (String) -> BackfillConditions.Disk? {
            { path in
                let isWAL = path.hasSuffix("/pg_wal")
                return BackfillConditions.Disk(
                    id: isWAL && walMiB != nil ? 2 : 1, freeByteCount: (isWAL ? walMiB ?? freeMiB : freeMiB) << 20)
            }
        }
        #expect(try check(fixture, disk(100_000)).count == 1, "it says how much it is")
        let short = refusal(fixture, disk(wal >> 20))
        #expect(short.contains("/data \(wal >> 20) MiB are free") && short.contains("make room"), "\(short)")
        #expect(refusal(fixture, disk(100_000, wal: 10)).contains("/data/pg_wal 10 MiB are free"))
        #expect(try check(fixture, disk(300, wal: 100_000)).count == 1, "WAL has a disk of its own")
        #expect(try check(fixture) { _ in nil }.first?.contains("cannot be seen") == true)
    }

    @Test("an unread slot, a vacuum against wraparound, a failing archive: refused; a standby behind: waited for")
    func server() throws {
        let cluster = try TestCluster {
            $0.settings += [("autovacuum", "off"), ("archive_mode", "on")]
        }
        let fixture = try MarketDataFixture(in: cluster)
        try fixture.fill(12_000)
        try waitsForAStandby(fixture, cluster)

        // The same slot, when nobody reads it.
        let slot = refusal(fixture)
        #expect(slot.contains("replication slot mirror is not read by anybody"), "\(slot)")
        #expect(slot.contains("pg_drop_replication_slot('mirror')"))
        try fixture.database.run("SELECT pg_drop_replication_slot('mirror')")
        #expect(try check(fixture).isEmpty)

        try fixture.database.run("ALTER TABLE symbols SET (autovacuum_freeze_max_age = 100000)")
        #expect(try check(fixture).isEmpty)
        try fixture.database.connection.executeScript(
            """
            CREATE UNLOGGED TABLE burnt (); DO $$ BEGIN
                FOR i IN 1..100001 LOOP
                    BEGIN INSERT INTO burnt DEFAULT VALUES; EXCEPTION WHEN division_by_zero THEN NULL; END;
                END LOOP;
            END $$
            """, name: "use transaction ids up")
        #expect(refusal(fixture).contains("VACUUM (FREEZE) symbols first"))
        try fixture.database.run("VACUUM (FREEZE) symbols")
        #expect(try check(fixture).isEmpty)

        try fixture.database.run("ALTER SYSTEM SET archive_command = 'false'")
        try fixture.database.run("SELECT pg_reload_conf()")
        try fixture.database.run("SELECT pg_switch_wal()")
        let hasFailed = "SELECT failed_count FROM pg_stat_archiver"
        #expect(try Deadline().poll { try fixture.database.integer(hasFailed) > 0 })
        #expect(refusal(fixture).contains("archive_command fails"))
    }

    /// A real peer that stops reading, and reads on.
    private func waitsForAStandby(_ fixture: MarketDataFixture, _ cluster: TestCluster) throws {
        try fixture.database.run("SELECT pg_create_physical_replication_slot('mirror', true)")
        let folder = TemporaryFolder()
        let receiver = try #require(
            StartedProgram([
                cluster.cluster.binariesDirectory + "/pg_receivewal", "--dbname",
                cluster.cluster.conninfo(database: "postgres"),
                "--slot", "mirror", "--synchronous", "--no-loop", "--directory", folder.path,
            ]))
        defer { receiver.kill() }
        let streams = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND flush_lsn IS NOT NULL"
        try #require(try Deadline().poll { try fixture.database.integer(streams) == 1 })
        kill(receiver.processId, SIGSTOP)

        let failure = Mutex<String?>(nil)
        var options = Backfill.Options()
        options.batchSize = 500
        options.replicationLagByteCountMax = 1 << 20
        nonisolated(unsafe) let backfill = Backfill(try fixture.database.connect(), options)
        let thread = try SystemThread {
            do { _ = try backfill.run() } catch { failure.withLock { $0 = "\(error)" } }
        }
        // Seen from another session, as `--status` sees it.
        let waits = try Deadline().poll {
            let stage = try BackfillStatus.read(fixture.database.connection).first?.stage ?? ""
            return stage.hasPrefix("waiting for ") && stage.hasSuffix(" MiB behind")
        }
        #expect(waits)
        let copied = "SELECT sum(copied_count)::int8 FROM market_data_partitions"
        #expect(try (1..<12_000).contains(fixture.database.integer(copied)))
        kill(receiver.processId, SIGCONT)
        thread.join()
        #expect(failure.withLock { $0 } == nil)
        #expect(try fixture.differences() == 0)
        kill(receiver.processId, SIGINT)
        receiver.wait()
        let isUnread = "SELECT count(*) FROM pg_replication_slots WHERE NOT active"
        #expect(try Deadline().poll { try fixture.database.integer(isUnread) == 1 })
        // More than it may be behind.
        try fixture.database.run("CREATE TABLE written AS SELECT repeat('x', 1000) FROM generate_series(1, 3000)")
    }
}
