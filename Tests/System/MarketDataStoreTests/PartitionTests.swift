import Glibc
import Platform
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import MarketDataStore

@Suite("Market data: partitions")
struct PartitionTests {
    @Test("they are made ahead, of both tables, once; weeks begin on Mondays, and there is never a DEFAULT one")
    func ahead() throws {
        let fixture = try MarketDataFixture()
        let steps = try fixture.partitions()
        #expect(steps.count == 18 && steps.allSatisfy { $0.action == .attached })
        #expect(try fixture.partitions().isEmpty, "it is repeated and does nothing")
        let mondays = """
            SELECT count(*) FROM market_data_partitions
             WHERE extract(isodow FROM starts_at AT TIME ZONE 'UTC') = 1 AND ends_at = starts_at + interval '7 days'
            """
        #expect(try fixture.database.integer(mondays) == 18)
        let present = """
            SELECT count(*) FROM market_data_partitions
             WHERE now() >= starts_at AND now() < ends_at OR now() + interval '55 days' BETWEEN starts_at AND ends_at
            """
        #expect(try fixture.database.integer(present) == 4)
        #expect(try fixture.count("pg_partitioned_table WHERE partdefid <> 0") == 0)
        let left = "pg_constraint WHERE conname = 'market_data_span'"
        #expect(try fixture.count(left) == 0, "what attaching needed is gone")
    }

    @Test("another width begins where the partitions end")
    func width() throws {
        let fixture = try MarketDataFixture()
        _ = try fixture.partitions()
        var options = PartitionMaintenance.Options()
        options.width = .month
        options.aheadCount = 12
        let steps = try fixture.partitions(options)
        #expect(steps.count == 8)
        let gaps = """
            SELECT count(*) FROM (SELECT source, ends_at, lead(starts_at) OVER (PARTITION BY source ORDER BY starts_at)
                                         AS next FROM market_data_partitions) p WHERE ends_at <> next
            """
        #expect(try fixture.database.integer(gaps) == 0)
    }

    @Test("a DEFAULT partition is refused")
    func defaultPartition() throws {
        let fixture = try MarketDataFixture()
        try fixture.database.run(
            "CREATE TABLE rest PARTITION OF book_ticker_snapshots_v2 DEFAULT")
        #expect(throws: MarketDataError.self) { try fixture.partitions() }
    }

    @Test("what is too old is detached, beside a reader of another partition, and not filled again")
    func retention() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(2_000)
        #expect(try fixture.backfill().isComplete)
        var options = PartitionMaintenance.Options()
        options.keptDays = 14
        let before = try fixture.count("book_ticker_snapshots_v2")
        let steps = try fixture.partitions(options).filter { $0.action == .detached }
        #expect(steps.count >= 2)
        let kept = try fixture.count("book_ticker_snapshots_v2")
        #expect(kept < before)
        #expect(try fixture.backfill { $0.verifies = true }.isComplete)
        #expect(try fixture.count("book_ticker_snapshots_v2") == kept)
        // A writer whose rows are older than what is kept.
        try fixture.insert(at: "now() - interval '25 days'")
        #expect(try fixture.queue() == ["no partition"])
        try fixture.backfill()
        #expect(try fixture.queue().isEmpty)
        options.dropsDetached = true
        #expect(try fixture.partitions(options).map(\.action) == steps.map { _ in .dropped })
    }

    @Test("a reader beside whom one is attached is not waited for; one beside whom one is dropped is named")
    func readers() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(100)
        try fixture.backfill()
        let reader = try fixture.database.connect()
        try reader.query(Statement(name: "begin", sql: "BEGIN"))
        try reader.query(Statement(name: "read", sql: "SELECT count(*) FROM book_ticker_snapshots_v2"))
        var options = PartitionMaintenance.Options()
        #expect(try !fixture.partitions(options).isEmpty, "attached while the reader's transaction is open")
        try reader.query(Statement(name: "end", sql: "COMMIT"))

        options.keptDays = 14
        _ = try fixture.partitions(options)
        let detached = try fixture.database.text(
            "SELECT relation::text FROM market_data_partitions WHERE state = 'detached' ORDER BY starts_at LIMIT 1")
        try reader.query(Statement(name: "begin", sql: "BEGIN"))
        try reader.query(Statement(name: "read", sql: "SELECT count(*) FROM \(detached)"))
        options.dropsDetached = true
        var maintenance = PartitionMaintenance(try fixture.database.connect())
        maintenance.ladder.limits.attemptCountMax = 2
        let error = #expect(throws: MarketDataError.self) { try maintenance.run(options) }
        guard case .blocked(_, 2, let blockers)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(blockers.contains { $0.contains("process \(reader.serverProcessId) ") }, "\(blockers)")
    }

    @Test("beside a writer of symbols that does not end, another writer never waits long, whatever it gives up")
    func shortAttempts() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(300)
        try fixture.backfill()
        let slow = try fixture.database.connect()
        try slow.query(Statement(name: "begin", sql: "BEGIN"))
        try slow.query(Statement(name: "write", sql: "UPDATE symbols SET last_seen = now() WHERE base_asset = 'B1'"))
        let isOver = Atomic(false)
        let failures = Mutex<[String]>([])
        // It gives up after 40 times as long as it is to wait.
        nonisolated(unsafe) let writer = try fixture.database.connect()
        try writer.query(Statement(name: "limit", sql: "SET lock_timeout = '1s'"))
        let count = Atomic(0)
        let thread = try SystemThread {
            let change = Statement(
                name: "change", sql: "UPDATE symbols SET last_seen = now() WHERE base_asset = 'B2'")
            while !isOver.load(ordering: .relaxed) {
                do { try writer.query(change) } catch { failures.withLock { $0.append("\(error)") } }
                count.add(1, ordering: .relaxed)
                usleep(1_000)
            }
        }
        defer {
            isOver.store(true, ordering: .relaxed)
            thread.join()
            #expect(failures.withLock { $0 }.isEmpty)
        }
        var maintenance = PartitionMaintenance(try fixture.database.connect())
        maintenance.ladder.limits.attemptCountMax = 3
        func blockers(_ options: PartitionMaintenance.Options) throws -> [String] {
            let error = #expect(throws: MarketDataError.self) { try maintenance.run(options) }
            guard case .blocked(_, 3, let blockers)? = error else { return ["\(String(describing: error))"] }
            return blockers
        }
        var options = PartitionMaintenance.Options()
        let name = "process \(slow.serverProcessId) "
        #expect(try blockers(options).contains { $0.contains(name) }, "attaching")
        try slow.query(Statement(name: "end", sql: "COMMIT"))
        try maintenance.run(options)
        try slow.query(Statement(name: "begin", sql: "BEGIN"))
        try slow.query(Statement(name: "write", sql: "UPDATE symbols SET last_seen = now() WHERE base_asset = 'B1'"))
        options.keptDays = 14
        #expect(try blockers(options).contains { $0.contains(name) }, "detaching")
        #expect(try fixture.count("pg_inherits WHERE inhdetachpending") == 1, "begun, and nothing of it is seen")
        #expect(try fixture.backfill { $0.verifies = true }.differing.isEmpty)
        try slow.query(Statement(name: "end", sql: "COMMIT"))
        try maintenance.run(options)
        #expect(try fixture.count("pg_inherits WHERE inhdetachpending") == 0)
        #expect(try fixture.count("market_data_partitions WHERE state = 'detached'") >= 2)
        #expect(count.load(ordering: .relaxed) > 0)
    }

    @Test("a second run at the same time is refused, naming the first")
    func once() throws {
        let fixture = try MarketDataFixture()
        let other = try fixture.database.connect()
        try SessionLock.partitions.holding("test", other) {
            let error = #expect(throws: MarketDataError.self) { try fixture.partitions() }
            #expect("\(String(describing: error))".contains("process \(other.serverProcessId)"))
        }
    }
}
