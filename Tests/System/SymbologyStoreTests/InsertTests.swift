import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import SymbologyStore

@Suite("Rows into the store")
struct InsertTests {
    /// A quote that does something when it is about to be sent.
    private struct TriggeringRow: StorableRow {
        let ticker: BookTicker
        let act: @Sendable () -> Void

        static var table: StoredTable { BookTicker.table }

        func write(to fields: inout RowFields) throws(MarketStoreError) {
            act()
            try ticker.write(to: &fields)
        }
    }

    @Test("one row and many come back as they were written, whatever their numbers are", arguments: [1, 7, 1_000])
    func roundTrip(batchRowCount: Int) throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        try SeededGenerator.run { generator in
            let rows = (0..<60).map { index -> BookTicker in
                func number() -> WideDecimal {
                    let digits = (0..<Int.random(in: 1...19, using: &generator)).map { _ in
                        "\(Int.random(in: 1...9, using: &generator))"
                    }.joined()
                    return wide(digits + "e\(Int.random(in: -25...4, using: &generator))")
                }
                let (one, other) = (number(), number())
                return BookTicker(
                    symbolId: symbolId, bidPrice: min(one, other), bidQuantity: number(), askPrice: max(one, other),
                    askQuantity: number(), time: now.adding(milliseconds: Int64(index)))
            }
            let report = try store.insert(rows.dropLast(), options: InsertOptions(batchRowCount: batchRowCount))
            #expect(report.writtenCount == 59 && report.durableCount == 59 && report.unknownCount == 0, "\(generator)")
            let id = try store.insert(rows[59])
            let stored = try store.run(
                .bookTickers(of: .symbol(.id(symbolId)), from: now, to: now.adding(milliseconds: 1_000)))
            #expect(stored.last?.id == id && id >= 1 << 52)
            let plain = stored.map { row in
                BookTicker(
                    symbolId: row.symbolId, bidPrice: row.bidPrice, bidQuantity: row.bidQuantity,
                    askPrice: row.askPrice, askQuantity: row.askQuantity, time: row.time)
            }
            #expect(plain == rows, "\(generator)")
            #expect(stored.allSatisfy { $0.createdAt != nil })
        }
    }

    @Test("rows that spell their symbol out are stored by its id; every unknown name of a batch is named, none dropped")
    func names() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let now = try fixture.now()
        var rows = (1...20).map { fixture.legacy("B\($0)", at: now) }
        #expect(try store.insert(named: rows).writtenCount == 20)
        #expect(try store.run(.latestBookTickers(of: .matching(exchange: "MEXC_SPOT"))).count == 20)

        rows[3].symbolBase = "NOBODY"
        rows[15].exchange = "NOWHERE"
        rows[16].exchange = "NOWHERE"
        let failure = try #require(throws: InsertFailure.self) {
            try store.insert(named: rows, options: InsertOptions(batchRowCount: 10))
        }
        guard case .unknownSymbols(let first) = failure.reason else {
            Issue.record("\(failure)")
            return
        }
        #expect(first.map(\.description) == ["MEXC_SPOT NOBODY/USDT (unknown_symbol)"])
        #expect(failure.report.writtenCount == 0 && failure.report.takenCount == 10)

        rows[3].symbolBase = "B4"
        let later = try #require(throws: InsertFailure.self) {
            try store.insert(named: rows, options: InsertOptions(batchRowCount: 10))
        }
        #expect(later.report.writtenCount == 10)
        #expect("\(later)".contains("NOWHERE B16/USDT (unknown_exchange), NOWHERE B17"))
        #expect(later.report.outcome(ofRow: 9) == .written && later.report.outcome(ofRow: 10) == .notWritten)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 30)
    }

    @Test("a row that the table refuses takes its batch with it, and the reason names the rule")
    func refused() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        var rows = (0..<5).map { fixture.ticker(symbolId, at: now.adding(milliseconds: $0)) }
        rows[3].askPrice = wide("1")
        let failure = try #require(throws: InsertFailure.self) {
            try store.insert(rows, options: InsertOptions(batchRowCount: 2))
        }
        guard case .refused(let fault) = failure.reason else {
            Issue.record("\(failure)")
            return
        }
        #expect(fault.constraintName == "book_ticker_v2_positive" && !fault.isConnectionLost)
        #expect(failure.report.writtenCount == 2 && failure.report.unknownCount == 0)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 2)

        let early = fixture.ticker(symbolId, at: Timestamp(microsecondsSince1970: 0))
        let noPartition = try #require(throws: MarketStoreError.self) { try store.insert(early) }
        #expect("\(noPartition)".contains("symbology partitions"))
        #expect(throws: MarketStoreError.self) { try store.insert(fixture.ticker(4_000_000, at: now)) }
        #expect(throws: MarketStoreError.self) { try store.insert(fixture.ticker(.max, at: now)) }
        #expect(throws: MarketStoreError.self) { try store.insert(fixture.ticker(symbolId, at: .absent)) }
        #expect(throws: InsertFailure.self) { try store.insert(rows, options: InsertOptions(batchRowCount: 0)) }
        // None of these cost a connection.
        #expect(try store.insert(fixture.ticker(symbolId, at: now)) > 0)
    }

    @Test(
        "a balance that its column would round or refuse is named before it is sent",
        arguments: [
            "1000000000000", "0.0000000000000000001",
        ])
    func amountsThatDoNotFit(text: String) throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        var balance = AccountBalance(
            exchangeId: 1, accountType: .spot, asset: "SHIB", freeBalance: wide(text), time: try fixture.now())
        let what = "free_balance \(text) has more than 12 digits"
        let one = try #require(throws: MarketStoreError.self) { try store.insert(balance) }
        let many = try #require(throws: InsertFailure.self) { try store.insert([balance]) }
        #expect("\(one)".contains(what) && "\(many)".contains(what), "\(one)")
        balance.freeBalance = wide("999999999999.999999999999999999")
        try store.insert([balance])
        let stored = try store.run(.latestBalances())
        #expect(stored.map(\.freeBalance) == [balance.freeBalance])
    }

    @Test("cut in the middle of a COPY, earlier batches are written, the one under way is not, and the next works")
    func cutInMidCopy() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        let target = try fixture.database.database.target
        let rows = (0..<12_000).map { index in
            TriggeringRow(ticker: fixture.ticker(symbolId, at: now.adding(milliseconds: Int64(index)))) {
                // Far behind what libpq has sent of the second batch by then.
                guard index == 8_000 else { return }
                do { try StoreFixture.cut(try Connection(target)) } catch { Issue.record(error) }
            }
        }
        let failure = try #require(throws: InsertFailure.self) {
            try store.insert(rows, options: InsertOptions(batchRowCount: 5_000))
        }
        guard case .notReachable(let fault) = failure.reason else {
            Issue.record("\(failure)")
            return
        }
        #expect(fault.isConnectionLost)
        let report = failure.report
        #expect(report.writtenCount == 5_000 && report.unknownCount == 0 && report.takenCount == 10_000)
        #expect(report.outcome(ofRow: 4_999) == .written && report.outcome(ofRow: 5_000) == .notWritten)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 5_000)

        let rest = rows[report.writtenCount...].map(\.ticker)
        #expect(try store.insert(rest).writtenCount == 7_000)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 12_000)
    }

    /// As the server dies while it commits: the client has said COMMIT, and hears nothing more.
    private static let dyingCommit = """
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER die AFTER INSERT ON account_balances DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION die()
        """

    @Test("cut behind a COMMIT, the database is asked what became of it")
    func cutInCommit() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store { $0.waitMilliseconds = 2_000 }
        let balance = AccountBalance(
            exchangeId: 1, accountType: .spot, asset: "BTC", freeBalance: wide("1"), time: try fixture.now())
        try fixture.database.connection.executeScript(Self.dyingCommit, name: "die in commit")
        let failure = try #require(throws: InsertFailure.self) { try store.insert([balance]) }
        #expect(failure.reason.isConnectionLost)
        #expect(failure.report.outcome(ofRow: 0) == .notWritten && failure.report.unknownCount == 0)
        #expect(try fixture.count("account_balances") == 0)
    }

    @Test("where the database cannot be asked either, the batch is unknown")
    func nobodyToAsk() throws {
        let fixture = try StoreFixture()
        // One connection: it cannot be that another one is still there to ask.
        let store = try fixture.store {
            $0.waitMilliseconds = 300
            $0.connectionCountMax = 1
        }
        let now = try fixture.now()
        let balances = ["BTC", "ETH"].map {
            AccountBalance(exchangeId: 1, accountType: .spot, asset: $0, freeBalance: wide("1"), time: now)
        }
        try fixture.database.connection.executeScript(Self.dyingCommit, name: "die in commit")
        _ = try store.run(.latestBalances())
        let name = fixture.database.database.name
        let outside = try fixture.database.database.testCluster.connect()
        try outside.query(Statement(name: "close", sql: "ALTER DATABASE \(name) ALLOW_CONNECTIONS false"))
        defer { _ = try? outside.query(Statement(name: "open", sql: "ALTER DATABASE \(name) ALLOW_CONNECTIONS true")) }
        let failure = try #require(throws: InsertFailure.self) { try store.insert(balances) }
        #expect(failure.report.unknownCount == 2 && failure.report.writtenCount == 0)
        #expect(failure.report.outcome(ofRow: 1) == .unknown && failure.report.outcome(ofRow: 2) == .notWritten)
        #expect("\(failure)".contains("of 2 more it is not known"))
    }

    @Test("what became of a transaction: committed, rolled back, under way until it ends, or of another life")
    func unansweredCommits() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let life = try fixture.database.text(
            "SELECT concat(pg_postmaster_start_time(), ' ', stats_reset) FROM pg_stat_bgwriter")
        func commit(_ id: UInt64, life: String) -> UnansweredCommit {
            UnansweredCommit(transactionId: id, serverLife: life, reason: .closed)
        }
        let connection = fixture.database.connection
        func transaction(_ end: String) throws -> UInt64 {
            try connection.executeScript("BEGIN; CREATE TEMP TABLE t (); DROP TABLE t", name: "begin")
            let id = try #require(try fixture.database.run("SELECT pg_current_xact_id()").transactionId(0, 0))
            try connection.executeScript(end, name: "end")
            return id
        }
        let written = try transaction("COMMIT")
        #expect(commit(written, life: life).outcome(store.pool, by: .after(milliseconds: 5_000)) == .written)
        #expect(commit(written, life: "another").outcome(store.pool, by: .after(milliseconds: 5_000)) == .unknown)
        let aborted = try transaction("ROLLBACK")
        #expect(commit(aborted, life: life).outcome(store.pool, by: .after(milliseconds: 5_000)) == .notWritten)
        let underWay = try transaction("SELECT 1")
        #expect(commit(underWay, life: life).outcome(store.pool, by: .after(milliseconds: 50)) == .unknown)
        try connection.executeScript("COMMIT", name: "end")
        #expect(commit(underWay, life: life).outcome(store.pool, by: .after(milliseconds: 5_000)) == .written)
    }

    @Test("the commit waits for the disk as it was told", arguments: CommitWait.allCases)
    func waits(wait: CommitWait) throws {
        let fixture = try StoreFixture()
        // A deferred trigger sees what the commit will do.
        try fixture.database.connection.executeScript(
            """
            CREATE TABLE seen (setting text);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER see AFTER INSERT ON account_balances DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION see()
            """, name: "see commits")
        let store = try fixture.store()
        let now = try fixture.now()
        let rows = (0..<3).map {
            AccountBalance(
                exchangeId: 1, accountType: .spot, asset: "BTC", freeBalance: wide("1"),
                time: now.adding(milliseconds: $0))
        }
        let report = try store.insert(rows, options: InsertOptions(batchRowCount: 1, wait: wait))
        let seen = try fixture.database.text("SELECT string_agg(setting, ' ') FROM seen")
        switch wait {
        case .eachBatch: #expect(seen == "on on on" && report.durableCount == 3)
        case .lastBatch: #expect(seen == "off off on" && report.durableCount == 3)
        case .nothing: #expect(seen == "off off off" && report.durableCount == 0)
        }
        #expect(report.writtenCount == 3)
    }

    @Test("a sequence is taken a batch at a time: no more than that and one row is ahead of what is written")
    func boundedMemory() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        var aheadMax: Int64 = 0
        let rows = (0..<40).lazy.map { index -> BookTicker in
            let written = (try? fixture.count("book_ticker_snapshots_v2")) ?? -1
            aheadMax = max(aheadMax, Int64(index) + 1 - written)
            return fixture.ticker(symbolId, at: now.adding(milliseconds: Int64(index)))
        }
        try store.insert(rows, options: InsertOptions(batchRowCount: 10))
        #expect(aheadMax == 11)
    }

    @Test("tasks insert too")
    func tasks() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let now = try fixture.now()
        let report = try await store.insert(named: [fixture.legacy(at: now), fixture.legacy("B2", at: now)])
        #expect(report.writtenCount == 2)
        let symbolId = try await store.run(.symbolIds(of: [StoreFixture.pair]))[0]
        #expect(try await store.insert([fixture.ticker(symbolId, at: now)]).writtenCount == 1)
        #expect(try await store.insert(fixture.ticker(symbolId, at: now)) > 0)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 4)
        await #expect(throws: InsertFailure.self) { try await store.insert(named: [fixture.legacy("NOBODY", at: now)]) }
    }
}
