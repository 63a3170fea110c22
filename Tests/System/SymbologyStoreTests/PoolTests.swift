import Glibc
import PostgreSQL
import ReferenceData
import SymbologyClient
import Synchronization
import TestSupport
import Testing

import class Platform.SystemThread

@testable import SymbologyStore

@Suite("Connections of the store")
struct PoolTests {
    /// A lock that every query of balances waits for, until it is let go.
    private final class Obstacle {
        let connection: Connection
        /// A transaction sees one and the same pg_stat_activity until it ends, so who holds the lock cannot look.
        private let observer: Connection

        init(_ fixture: StoreFixture) throws {
            connection = try fixture.database.connect()
            observer = try fixture.database.connect()
            // It is idle for as long as a task waits for a thread.
            try connection.executeScript(
                """
                SET idle_in_transaction_session_timeout = 0;
                BEGIN; LOCK TABLE account_balances IN ACCESS EXCLUSIVE MODE
                """, name: "lock")
        }

        func clear() throws { try connection.executeScript("COMMIT", name: "unlock") }

        /// Waits until so many sessions wait for it.
        func waitForWaiters(_ count: Int64) throws {
            let isThere = try Deadline().poll { try waiterCount() == count }
            #expect(isThere, "\(count) sessions wait for the lock")
        }

        /// The same in a task, whose thread may be the only one for those that it waits for. Other tests hold such
        /// threads for long.
        func awaitWaiters(_ count: Int64) async throws {
            let deadline = Deadline(seconds: 300)
            while try waiterCount() != count {
                try #require(!deadline.isOver, "\(count) sessions wait for the lock")
                try await Task.sleep(for: .milliseconds(2))
            }
        }

        private func waiterCount() throws -> Int64? {
            let statement = Statement(
                name: "waiters",
                sql: """
                    SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                     WHERE NOT l.granted AND a.datname = current_database() AND a.application_name = 'symbology store'
                    """)
            return try observer.query(statement).int64(0, 0)
        }
    }

    /// Other tests hold the threads that tasks need, for as long as they like.
    private static func beingPatient(_ options: inout MarketStoreOptions) {
        options.waitMilliseconds = 300_000
        options.statementMilliseconds = 300_000
    }

    @Test("a full pool: so many wait, one more is told so at once, and who waits has a deadline")
    func exhausted() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store {
            $0.connectionCountMax = 1
            $0.waiterCountMax = 1
            // Long enough for what is done meanwhile.
            $0.waitMilliseconds = 5_000
        }
        _ = try store.run(.latestBalances())
        let obstacle = try Obstacle(fixture)
        let results = Mutex<[Result<Int, MarketStoreError>]>([])
        let threads = try (0..<2).map { index in
            let thread = TestThread {
                let result = Result { () throws(MarketStoreError) in try store.run(.latestBalances()).count }
                results.withLock { $0.append(result) }
            }
            if index == 0 { try obstacle.waitForWaiters(1) }
            return thread
        }
        #expect(Deadline().poll { store.use.waiterCount == 1 })
        #expect(throws: MarketStoreError.tooManyWaiting(waiterCountMax: 1)) {
            try store.run(.symbolIds(of: [.id(1)]))
        }
        #expect(store.use == MarketStoreUse(connectionCount: 1, idleCount: 0, waiterCount: 1))
        threads[1].join()
        #expect(results.withLock { $0 } == [.failure(.waitedTooLong(milliseconds: 5_000))])
        try obstacle.clear()
        threads[0].join()
        #expect(results.withLock { $0 }.last == .success(0))
        #expect(try store.run(.latestBalances()).isEmpty, "nobody's place is lost")
    }

    @Test("a hundred tasks wait for the database, and none of them holds a thread of Swift's")
    func tasksHoldNoThread() async throws {
        let fixture = try StoreFixture(in: TestCluster())
        let store = try fixture.store {
            $0.connectionCountMax = 2
            Self.beingPatient(&$0)
        }
        let obstacle = try Obstacle(fixture)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { try await store.run(.latestBalances()).count } }
            // Were they held, this would not go on: there are as many threads as processors.
            #expect(await Task.detached { 1 }.value == 1)
            try await obstacle.awaitWaiters(2)
            try obstacle.clear()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 0, count: 100))
        let sessions = try fixture.database.integer(
            """
            SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'symbology store'
            """)
        #expect(sessions == 2, "no more connections than there may be")
    }

    @Test("a task that is cancelled while it waits does nothing, and gives its place up")
    func cancellation() async throws {
        let fixture = try StoreFixture(in: TestCluster())
        let store = try fixture.store {
            $0.connectionCountMax = 1
            $0.waiterCountMax = 2
            Self.beingPatient(&$0)
        }
        let obstacle = try Obstacle(fixture)
        let count = Mutex<Int?>(nil)
        let first = TestThread {
            let found = try? store.run(.latestBalances()).count
            count.withLock { $0 = found }
        }
        try await obstacle.awaitWaiters(1)
        let second = Task { try await store.run(.latestBalances()).count }
        second.cancel()
        await #expect(throws: MarketStoreError.cancelled) { try await second.value }
        try obstacle.clear()
        first.join()
        #expect(count.withLock { $0 } == 0)
        #expect(try await store.run(.latestBalances()).isEmpty)
        #expect(store.use == MarketStoreUse(connectionCount: 1, idleCount: 1, waiterCount: 0))
    }

    @Test("what an administrator ended while nobody used it is replaced without anybody noticing")
    func endedWhileIdle() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store { $0.connectionCountMax = 2 }
        let symbolId = try store.run(.symbolIds(of: [StoreFixture.pair]))[0]
        try StoreFixture.cut(fixture.database.connection)
        #expect(try store.run(.latestBalances()).isEmpty)
        try StoreFixture.cut(fixture.database.connection)
        #expect(try store.insert([fixture.ticker(symbolId, at: try fixture.now())]).writtenCount == 1)
    }

    @Test("a server that is frozen is left after the time it has, and the store goes on with another connection")
    func frozen() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store {
            $0.statementMilliseconds = 5_000
            $0.silenceMilliseconds = 100
        }
        _ = try store.run(.latestBalances())
        let processId = try fixture.database.integer(
            """
            SELECT pid::bigint FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'symbology store'
            """)
        #expect(kill(pid_t(processId), SIGSTOP) == 0)
        defer { kill(pid_t(processId), SIGCONT) }
        #expect(throws: MarketStoreError.answerTookTooLong(milliseconds: 5_100)) {
            try store.run(.latestBalances())
        }
        #expect(try store.run(.latestBalances()).isEmpty)
    }

    @Test("a closed store says so, and what cannot be a store is refused")
    func closed() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        _ = try await store.run(.latestBalances())
        store.close()
        await #expect(throws: MarketStoreError.closed) { try await store.run(.latestBalances()) }
        for adjust: (inout MarketStoreOptions) -> Void in [
            { $0.connectionCountMax = 0 }, { $0.waiterCountMax = -1 }, { $0.statementMilliseconds = 0 },
        ] {
            #expect(throws: MarketStoreError.self) { try fixture.store(adjust) }
        }
        let secret = try #require(throws: MarketStoreError.self) { try MarketStore("host=x password=hunter2") }
        #expect("\(secret)".contains("password") && !"\(secret)".contains("hunter2"))
    }

    @Test("names come from whatever the store was given; whoever cannot look them up is an error")
    func resolvers() throws {
        let fixture = try StoreFixture()
        let conninfo = fixture.database.conninfo
        let expected = try fixture.id()
        let absent = ServerAddress.unix(path: "/nonexistent/s")
        // No server: the database answers for it.
        let fallback = try MarketStore(conninfo) {
            FallbackResolver(absent) { () throws(MarketStoreError) in try DatabaseResolver(conninfo) }
        }
        defer { fallback.close() }
        #expect(try fallback.run(.symbolIds(of: [StoreFixture.pair])) == [expected])
        #expect(
            try fallback.run(.symbolIds(of: [.symbol(exchange: "MEXC_SPOT", symbol: "B1_USDT"), .id(7)])) == [
                expected, 7,
            ])
        #expect(
            try fallback.run(.symbolIds(of: [.unifiedName(exchange: "MEXC_SPOT", name: "B1/USDT")])) == [expected])
        let unknown = try #require(throws: MarketStoreError.self) {
            try fallback.run(.symbolIds(of: [.symbol(exchange: "MEXC_SPOT", symbol: "?"), StoreFixture.pair]))
        }
        #expect("\(unknown)" == "no id for MEXC_SPOT ? (unknown_symbol)")
        #expect(throws: MarketStoreError.unknownExchange("NOWHERE", .unknownExchange)) {
            try fallback.run(.exchangeId(of: "NOWHERE"))
        }

        let client = try MarketStore(conninfo) { try LookupClient(absent) }
        defer { client.close() }
        let failure = try #require(throws: MarketStoreError.self) {
            try client.run(.symbolIds(of: [StoreFixture.pair]))
        }
        guard case .resolverFailed = failure else {
            Issue.record("\(failure)")
            return
        }
    }

    @Test("without the tables the error says what to do")
    func notMigrated() throws {
        let database = try TestSession(.empty)
        defer { database.keep() }
        let store = try MarketStore(database.conninfo)
        defer { store.close() }
        let error = try #require(throws: MarketStoreError.self) { try store.run(.latestBalances()) }
        #expect("\(error)".contains("symbology migrate up"))
    }
}

/// A thread that a test waits for.
private final class TestThread {
    private let thread: SystemThread

    init(_ body: @escaping @Sendable () -> Void) { thread = try! SystemThread(body) }

    func join() { thread.join() }
}
