import Platform
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@testable import MarketDataStore

/// Writers that do what they like beside a backfill that is broken off three times: both tables are equal in the end.
@Suite("Market data: random writers beside a backfill")
struct RandomWritersTests {
    private final class Writers: Sendable {
        private let isOver = Atomic<Bool>(false)
        private let mayTruncate = Atomic<Bool>(false)
        private let failures = Mutex<[String]>([])
        private let transactionCount = Atomic<Int>(0)
        private let threads = Mutex<[SystemThread]>([])

        func start(_ count: Int, _ database: TestDatabase, seed: UInt64) throws {
            for number in 0..<count {
                let thread = try SystemThread { [self] in
                    do {
                        let connection = try MarketDataFixture.connect(as: "test_collector", to: database)
                        let writer = RandomWriter(connection, number: number, seed: seed)
                        while !isOver.load(ordering: .relaxed) {
                            try writer.write(mayTruncate: mayTruncate.load(ordering: .relaxed))
                            transactionCount.add(1, ordering: .relaxed)
                        }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
                threads.withLock { $0.append(thread) }
            }
        }

        /// - Returns: what failed.
        func end() -> (transactionCount: Int, failures: [String]) {
            isOver.store(true, ordering: .relaxed)
            for thread in threads.withLock({ $0 }) { thread.join() }
            return (transactionCount.load(ordering: .relaxed), failures.withLock { $0 })
        }

        func letTruncate() { mayTruncate.store(true, ordering: .relaxed) }

        var count: Int { transactionCount.load(ordering: .relaxed) }
    }

    @Test("not one row differs at the end, and no writer failed", arguments: 0..<3)
    func equalAtTheEnd(_ run: Int) throws {
        try SeededGenerator.run { generator in
            let fixture = try MarketDataFixture()
            try fixture.fill(4_000)
            let writers = Writers()
            try writers.start(3, fixture.database.database, seed: generator.next())
            var stopCount = 0
            while stopCount < 3 {
                let result = try fixture.backfill(
                    { $0.batchSize = Int.random(in: 50...120, using: &generator) },
                    stoppedAfter: Int.random(in: 3...8, using: &generator))
                let copied = "SELECT sum(copied_count)::int8 FROM market_data_partitions"
                #expect(try !result.isComplete && (1..<4_000).contains(fixture.database.integer(copied)))
                stopCount += 1
            }
            writers.letTruncate()
            let countBefore = writers.count
            #expect(Deadline().poll { writers.count > countBefore + 100 })
            // To its end beside the writers, and once more after the last of them.
            #expect(try fixture.backfill({ $0.batchSize = 200 }, stoppedAfter: 10_000).comparedCount == nil)
            let (transactionCount, failures) = writers.end()
            #expect(failures.isEmpty, "\(generator): \(failures)")
            let result = try fixture.backfill { $0.verifies = true }
            #expect(result.isComplete && result.differing.isEmpty, "\(generator): \(result)")
            // B21 is no symbol: its rows wait, and are all that wait.
            #expect(result.waiting.keys.allSatisfy { $0 == "unknown symbol" }, "\(generator): \(result.waiting)")
            try fixture.database.run("ALTER TABLE book_ticker_snapshots DISABLE TRIGGER ALL")
            try fixture.database.run("DELETE FROM book_ticker_snapshots WHERE symbol_base = 'B21'")
            #expect(try fixture.differences() == 0, "\(generator), \(transactionCount) transactions")
        }
    }
}
