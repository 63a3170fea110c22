import PostgreSQL
import TestSupport
import Testing

@testable import MarketDataStore

/// The old collector, whose session and prepared statements are older than the mirror, and outlive it.
@Suite("Market data: the old collector")
struct CollectorTests {
    private static let columns =
        "(exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)"

    private static let statements = [
        """
        PREPARE add (varchar, numeric, timestamptz) AS INSERT INTO book_ticker_snapshots \(columns)
        VALUES ('MEXC_SPOT', $1, 'USDT', $2, 2, $2 + 0.1, 3, $3)
        """,
        """
        PREPARE put (varchar, numeric, timestamptz) AS INSERT INTO book_ticker_snapshots \(columns)
        VALUES ('MEXC_SPOT', $1, 'USDT', $2, 2, $2 + 0.1, 3, $3)
        ON CONFLICT (timestamp, exchange, symbol_base, symbol_quote) DO UPDATE
           SET bid_price = EXCLUDED.bid_price, ask_price = EXCLUDED.ask_price
        """,
        "PREPARE forget (interval) AS DELETE FROM book_ticker_snapshots WHERE timestamp < now() - $1",
        """
        PREPARE newest (varchar) AS SELECT bid_price::text FROM book_ticker_snapshots WHERE exchange = 'MEXC_SPOT'
           AND symbol_base = $1 AND symbol_quote = 'USDT' ORDER BY timestamp DESC LIMIT 1
        """,
        """
        PREPARE recent (varchar) AS SELECT count(*) FROM book_ticker_snapshots
         WHERE symbol_base = $1 AND timestamp > now() - interval '1 hour'
        """,
        """
        PREPARE trade (text, numeric) AS INSERT INTO trade_snapshots
               (exchange, symbol_base, symbol_quote, price, quantity, side, timestamp, trade_id)
        VALUES ('MEXC_SPOT', 'B1', 'USDT', $2, 1, 'sell', now(), $1)
        """,
    ]

    /// Everything it ever says, and what it hears.
    private func work(_ fixture: MarketDataFixture, _ round: Int) throws {
        let base = "B\(1 + round % 20)"
        let bid = "\(round + 1).5"
        let age = "now() - interval '\(round % 25) days'"
        if fixture.shape == .byId {
            #expect(try fixture.say("EXECUTE add('\(base)', \(bid), now())").affectedRowCount == 1)
            #expect(try fixture.say("EXECUTE add('\(base)', 2, \(age) - interval '2 hours')").affectedRowCount == 1)
        } else {
            // The same moment twice: a row, and its change.
            for price in ["0.5", bid] {
                #expect(
                    try fixture.say("EXECUTE put('\(base)', \(price), date_trunc('second', now()))").affectedRowCount
                        == 1)
            }
            try fixture.say("EXECUTE put('\(base)', 2, date_trunc('day', \(age)))")
        }
        #expect(try fixture.say("EXECUTE newest('\(base)')").text(0, 0) == "\(bid)0000000")
        #expect(try fixture.say("EXECUTE recent('\(base)')").int64(0, 0) ?? 0 > 0)
        #expect(try fixture.say("EXECUTE trade('t\(round)', \(bid))").affectedRowCount == 1)
        try fixture.say("EXECUTE forget('\(29 * 24 - round) hours')")
    }

    @Test(
        "its prepared statements run before, during and after, and say the same, with no further privilege",
        arguments: MarketDataFixture.Shape.allCases)
    func unchanged(_ shape: MarketDataFixture.Shape) throws {
        let fixture = try MarketDataFixture(shape)
        try fixture.fill(2_000)
        let privileges = """
            SELECT string_agg(concat(table_name, privilege_type), ',' ORDER BY table_name, privilege_type)
              FROM information_schema.role_table_grants WHERE grantee IN ('test_collector', 'PUBLIC')
               AND table_schema = 'public'
            """
        let privilegesBefore = try fixture.database.text(privileges)
        for statement in Self.statements where shape == .byMoment || !statement.hasPrefix("PREPARE put") {
            try fixture.say(statement)
        }
        var round = 0
        func work() throws {
            try self.work(fixture, round)
            round += 1
        }
        // Plans are made anew five times before one is kept.
        for _ in 0..<7 { try work() }

        var options = Backfill.Options()
        options.batchSize = 100
        var failure: String?
        var stages: Set<String> = []
        var backfill = Backfill(try fixture.database.connect(), options)
        backfill.onEvent = { event in
            guard case .progress(let progress) = event else { return }
            stages.insert(progress.stage)
            do { try work() } catch { failure = failure ?? "\(error)" }
        }
        #expect(try backfill.run().allSatisfy(\.isComplete))
        #expect(failure == nil && stages.contains("beginning") && stages.count > 7, "\(stages)")
        for _ in 0..<3 { try work() }

        options.verifies = true
        let results = try Backfill(try fixture.database.connect(), options).run()
        #expect(results.count == 2 && results.allSatisfy { $0.differing.isEmpty && $0.waiting.isEmpty }, "\(results)")
        #expect(try fixture.differences() == 0)
        #expect(try fixture.count("trade_snapshots_v2") == Int64(round))
        #expect(try fixture.database.text(privileges) == privilegesBefore)
    }
}
