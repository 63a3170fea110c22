import Glibc
import Platform
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import MarketDataStore

/// Writers that do what they like beside a backfill that is killed three times: both tables are equal in the end.
@Suite("Market data: random writers beside a backfill", .serialized)
struct RandomWritersTests {
    /// `make writers` asks for 20.
    private static let runCount = getenv("SYMBOLOGY_WRITER_RUNS").flatMap { Int(String(cString: $0)) } ?? 2

    private final class Writers: Sendable {
        private let isOver = Atomic<Bool>(false)
        private let mayTruncate = Atomic<Bool>(false)
        private let failures = Mutex<[String]>([])
        private let transactionCount = Atomic<Int>(0)
        private let truncationCount = Atomic<Int>(0)
        private let threads = Mutex<[SystemThread]>([])

        func start(_ count: Int, _ database: TestDatabase, seed: UInt64) throws {
            for number in 0..<count {
                let thread = try SystemThread { [self] in
                    do {
                        let connection = try MarketDataFixture.connect(as: "test_collector", to: database)
                        let writer = RandomWriter(connection, number: number, seed: seed)
                        while !isOver.load(ordering: .relaxed) {
                            let before = writer.truncationCount
                            try writer.write(mayTruncate: mayTruncate.load(ordering: .relaxed))
                            transactionCount.add(1, ordering: .relaxed)
                            truncationCount.add(writer.truncationCount - before, ordering: .relaxed)
                        }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
                threads.withLock { $0.append(thread) }
            }
        }

        func letTruncate(_ mayTruncate: Bool) { self.mayTruncate.store(mayTruncate, ordering: .relaxed) }

        /// - Returns: what failed.
        func end() -> [String] {
            isOver.store(true, ordering: .relaxed)
            for thread in threads.withLock({ $0 }) { thread.join() }
            return failures.withLock { $0 }
        }

        var counts: (transactions: Int, truncations: Int) {
            (transactionCount.load(ordering: .relaxed), truncationCount.load(ordering: .relaxed))
        }
    }

    @Test("not one row differs at the end, and no writer failed", arguments: 0..<runCount)
    func equalAtTheEnd(_ run: Int) throws {
        try SeededGenerator.run { generator in
            let fixture = try MarketDataFixture()
            try fixture.fill(6_000)
            let writers = Writers()
            try writers.start(3, fixture.database.database, seed: generator.next())
            defer { _ = writers.end() }
            for _ in 0..<3 {
                try kill(fixture, &generator)
                let copied = "SELECT sum(copied_count)::int8 FROM market_data_partitions"
                let left = """
                    book_ticker_snapshots l JOIN market_data_partitions p ON p.source = 'book_ticker'
                        AND l.timestamp >= p.copied_to AND l.timestamp < p.ends_at
                    """
                #expect(try fixture.database.integer(copied) > 0, "\(generator)")
                #expect(try fixture.count(left) > 0, "\(generator)")
            }
            // On from there, until somebody has emptied the table beside it; then there are rows again.
            writers.letTruncate(true)
            let deadline = Deadline()
            repeat {
                try fixture.backfill { $0.batchSize = 200 }
            } while writers.counts.truncations == 0 && !deadline.isOver
            writers.letTruncate(false)
            #expect(writers.counts.truncations > 0)
            try fixture.fill(1_000)
            let countBefore = writers.counts.transactions
            #expect(Deadline().poll { writers.counts.transactions > countBefore + 100 })
            try fixture.backfill()
            // And once more after the last of them.
            let failures = writers.end()
            #expect(failures.isEmpty, "\(generator): \(failures)")
            let result = try fixture.backfill { $0.verifies = true }
            #expect(result.isComplete && result.differing.isEmpty, "\(generator): \(result)")
            // B21 is no symbol: its rows wait, each once, and are all that wait.
            let unknownCount = try fixture.count("book_ticker_snapshots WHERE symbol_base = 'B21'")
            #expect(result.waiting == (unknownCount > 0 ? ["unknown symbol": unknownCount] : [:]), "\(generator)")
            try fixture.database.run("ALTER TABLE book_ticker_snapshots DISABLE TRIGGER ALL")
            try fixture.database.run("DELETE FROM book_ticker_snapshots WHERE symbol_base = 'B21'")
            #expect(try fixture.differences() == 0, "\(generator), \(writers.counts)")
            #expect(try fixture.count("book_ticker_snapshots_v2") > 500)
        }
    }

    /// Ends a backfill's session from outside, a moment after one of its chunks, wherever it is by then.
    private func kill(_ fixture: MarketDataFixture, _ generator: inout SeededGenerator) throws {
        let connection = try fixture.database.connect()
        var options = Backfill.Options()
        options.sources = [.bookTicker]
        options.batchSize = Int.random(in: 50...120, using: &generator)
        options.rowsPerSecondMax = 10_000
        var chunksLeft = Int.random(in: 3...10, using: &generator)
        let microseconds = UInt32.random(in: 0...10_000, using: &generator)
        nonisolated(unsafe) let killer = try fixture.database.connect()
        let processId = connection.serverProcessId
        var thread: SystemThread?
        var backfill = Backfill(connection, options)
        backfill.onEvent = { event in
            guard case .progress(let progress) = event, progress.rowCount > 0 else { return }
            chunksLeft -= 1
            guard chunksLeft == 0 else { return }
            thread = try? SystemThread {
                usleep(microseconds)
                _ = try? killer.query(Statement(name: "kill", sql: "SELECT pg_terminate_backend(\(processId))"))
            }
        }
        #expect(throws: MarketDataError.self, "\(generator)") { try backfill.run() }
        thread?.join()
        let isThere = "pg_stat_activity WHERE pid = \(processId)"
        #expect(try Deadline().poll { try fixture.count(isThere) == 0 })
    }
}
