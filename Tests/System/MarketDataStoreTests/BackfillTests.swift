import PostgreSQL
import TestSupport
import Testing

@testable import MarketDataStore

@Suite("Market data: the backfill")
struct BackfillTests {
    @Test(
        "everything is carried over, closed partitions and the live one, and compared",
        arguments: MarketDataFixture.Shape.allCases)
    func wholeTable(_ shape: MarketDataFixture.Shape) throws {
        let fixture = try MarketDataFixture(shape)
        try fixture.fill(5_000)
        _ = try fixture.partitions()
        let result = try fixture.backfill {
            $0.batchSize = 300
            $0.verifies = true
        }
        #expect(result.isComplete && result.copiedCount == 5_000 && result.differing.isEmpty)
        #expect(result.comparedCount ?? 0 > 15)
        #expect(try fixture.differences() == 0 && fixture.count("book_ticker_snapshots_v2") == 5_000)
        #expect(try fixture.count("market_data_partitions WHERE state <> 'attached'") == 0)
        // Each partition has what the partitioned table has.
        let incomplete = """
            SELECT count(*) FROM market_data_partitions p
             WHERE source = 'book_ticker' AND (
                   (SELECT count(*) FROM pg_index WHERE indrelid = p.relation AND indisvalid) <> 3
                OR (SELECT count(*) FROM pg_constraint
                     WHERE conrelid = p.relation AND contype IN ('f', 'c') AND convalidated) <> 2)
            """
        #expect(try fixture.database.integer(incomplete) == 0)
        #expect(try fixture.backfill().copiedCount == 0, "there is nothing left")
    }

    @Test("trades: side, trade id and quote quantity")
    func trades() throws {
        let fixture = try MarketDataFixture()
        try fixture.say(
            """
            INSERT INTO trade_snapshots (exchange, symbol_base, symbol_quote, price, quantity, side, timestamp,
                                         trade_id, quote_quantity, is_buyer, is_maker)
            SELECT 'MEXC_SPOT', 'B1', 'USDT', 1.5, 2, CASE g % 2 WHEN 0 THEN 'buy' ELSE 'sell' END,
                   now() - g * interval '1 hour', 't' || g, 3, g % 3 = 0, NULL FROM generate_series(1, 500) g
            """)
        let result = try fixture.backfill {
            $0.sources = [.trade]
            $0.verifies = true
        }
        #expect(result.isComplete && result.copiedCount == 500 && result.differing.isEmpty)
        try fixture.say(
            """
            INSERT INTO trade_snapshots
                   (exchange, symbol_base, symbol_quote, price, quantity, side, timestamp, trade_id)
            VALUES ('MEXC_SPOT', 'B2', 'USDT', 1.5, 2, 'sell', now(), 'x')
            """)
        let sold = "trade_snapshots_v2 WHERE trade_id = 'x' AND side = 2 AND quote_quantity IS NULL"
        #expect(try fixture.count(sold) == 1)
        let both = "(TABLE trade_snapshots EXCEPT TABLE trade_snapshots_legacy)"
        #expect(try fixture.database.integer("SELECT count(*) FROM \(both) d") == 0)
    }

    @Test("stopped after any chunk, it goes on there: nothing is lost and nothing is twice")
    func goesOn() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(3_000)
        var copiedCount: Int64 = 0
        var runCount = 0
        var isComplete = false
        while !isComplete, runCount < 100 {
            let result = try fixture.backfill({ $0.batchSize = 100 }, stoppedAfter: 5)
            copiedCount += result.copiedCount
            isComplete = result.isComplete
            runCount += 1
        }
        #expect(isComplete && copiedCount == 3_000 && runCount > 6)
        #expect(try fixture.differences() == 0)
    }

    @Test("what is written for a time whose partition is being built arrives")
    func writesToWhatIsBuilt() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(1_000, days: 28, fromMonday: true)
        // Half of the oldest partition is copied, aside.
        try fixture.backfill({ $0.batchSize = 20 }, stoppedAfter: 4)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 0)
        let oldest = "(SELECT min(timestamp) FROM book_ticker_snapshots)"
        try fixture.say("UPDATE book_ticker_snapshots SET bid_price = 0.5 WHERE timestamp = \(oldest)")
        try fixture.say(
            """
            DELETE FROM book_ticker_snapshots WHERE timestamp =
                (SELECT timestamp FROM book_ticker_snapshots ORDER BY timestamp OFFSET 1 LIMIT 1)
            """)
        try fixture.insert(at: "\(oldest) + interval '1 second'")
        // A run that ends before it is attached keeps what was queued.
        try fixture.backfill({ $0.batchSize = 20 }, stoppedAfter: 2)
        #expect(try fixture.queue().count == 3)
        #expect(try fixture.backfill { $0.verifies = true }.isComplete)
        #expect(try fixture.differences() == 0 && fixture.queue().isEmpty)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 1_000)
    }

    @Test("a symbol that goes away after its rows were copied aside: they wait, and the rest is attached")
    func symbolGoesAway() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(1_000, days: 28, fromMonday: true)
        try fixture.backfill({ $0.batchSize = 50 }, stoppedAfter: 4)
        #expect(try fixture.database.integer("SELECT sum(copied_count)::int8 FROM market_data_partitions") >= 150)
        try fixture.database.run("DELETE FROM symbols WHERE base_asset = 'B2'")
        let result = try fixture.backfill { $0.verifies = true }
        #expect(result.isComplete && result.differing.isEmpty && result.waiting == ["unknown symbol": 50])
        #expect(try fixture.count("book_ticker_snapshots_v2") == 950)
    }

    @Test("a comparison finds one changed, one missing and one surplus row, and says where")
    func comparison() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(1_000)
        #expect(try fixture.backfill().isComplete)
        let ids = "FROM book_ticker_snapshots_v2)"
        try fixture.database.run("UPDATE book_ticker_snapshots_v2 SET bid_qty = 2.5 WHERE id = (SELECT min(id) \(ids)")
        try fixture.database.run("DELETE FROM book_ticker_snapshots_v2 WHERE id = (SELECT max(id) \(ids)")
        let result = try fixture.backfill {
            $0.batchSize = 100
            $0.verifies = true
        }
        #expect(result.differing.count == 2)
        #expect(result.differing.map { $0.legacyCount - $0.count } == [0, 1])
        let named = result.differing.flatMap(\.rows)
        #expect(named.count == 2 && named[0].hasPrefix("id 1 of ") && named[0].hasSuffix("has other values"))
        #expect(named[1].hasPrefix("id 1000 of ") && named[1].hasSuffix("is missing"), "\(named)")
    }

    @Test("no legacy row is locked by it")
    func locksNothing() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(500)
        try fixture.backfill()
        #expect(try fixture.count("book_ticker_snapshots WHERE xmax <> 0") == 0)
    }

    @Test("chunks take the time that their rows have")
    func pace() {
        var moment: UInt64 = 0
        for chunk in 0..<10 {
            moment = BackfillPace.next(
                after: moment, now: UInt64(chunk) * 1_000_000, rowCount: 1_000, rowsPerSecondMax: 2_000)
        }
        #expect(moment == 5_000_000_000)
        // What was slow is not made up for.
        let late = BackfillPace.next(after: 1, now: 9_000_000_000, rowCount: 1_000, rowsPerSecondMax: 1_000)
        #expect(late == 10_000_000_000)
        // A chunk of 10,000 rows at one a second has hours left.
        let distant = BackfillPace.next(after: 0, now: 0, rowCount: 10_000, rowsPerSecondMax: 1)
        #expect(BackfillPace.pauseMicroseconds(until: distant, now: 0) == 100_000)
        #expect(BackfillPace.pauseMicroseconds(until: 5_000, now: 0) == 6)
        #expect(BackfillPace.pauseMicroseconds(until: 0, now: 1) == 1)
    }

    @Test("its state is there for others")
    func status() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(1_000)
        try fixture.backfill({ $0.batchSize = 100 }, stoppedAfter: 5)
        try fixture.insert("NONE")
        let status = try #require(try BackfillStatus.read(try fixture.database.connect()).first)
        #expect(status.source == .bookTicker && status.legacyTable == "book_ticker_snapshots" && !status.isRunning)
        #expect(status.stage == "stopped" && status.rowCount > 0 && status.rowCount < 1_000)
        #expect(status.unfinishedCount > 0 && status.queuedCount == 1)
    }

    @Test("more partitions than serve are refused before anything is made")
    func tooManyPartitions() throws {
        let fixture = try MarketDataFixture()
        for year in 2000..<2003 {
            try fixture.database.run(
                """
                INSERT INTO book_ticker_snapshots
                       (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
                SELECT 'MEXC_SPOT', 'B1', 'USDT', 1, 1, 1, 1, day
                  FROM generate_series('\(year)-01-01'::timestamptz, '\(year)-12-31', '7 days') day
                """)
        }
        let error = #expect(throws: MarketDataError.self) { try fixture.backfill() }
        #expect("\(String(describing: error))".contains("--width month"))
        #expect(try fixture.count("market_data_partitions") == 1)
        var options = PartitionMaintenance.Options()
        options.width = .quarter
        _ = try fixture.partitions(options)
        #expect(try fixture.backfill().isComplete && fixture.differences() == 0)
    }
}
