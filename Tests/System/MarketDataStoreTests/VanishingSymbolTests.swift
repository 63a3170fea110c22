import PostgreSQL
import TestSupport
import Testing

@testable import MarketDataStore

/// Symbols that are deleted while rows of theirs are on the way.
@Suite("Market data: symbols that vanish")
struct VanishingSymbolTests {
    /// Deletes a symbol that no row of a partition refers to yet, behind the chunk of that number.
    private func backfill(_ fixture: MarketDataFixture, deletingBehind chunkNumber: Int) throws -> BackfillResult {
        var options = Backfill.Options()
        options.sources = [.bookTicker]
        options.batchSize = 50
        options.verifies = true
        var chunkCount = 0
        var failure: String?
        var backfill = Backfill(try fixture.database.connect(), options)
        backfill.onEvent = { event in
            guard case .progress(let progress) = event, progress.rowCount > 0, progress.stage != "comparing" else {
                return
            }
            chunkCount += 1
            guard chunkCount == chunkNumber else { return }
            do { try fixture.database.run("DELETE FROM symbols WHERE base_asset = 'B1'") } catch {
                failure = "\(error)"
            }
        }
        let result = try #require(try backfill.run().first)
        #expect(failure == nil && chunkCount >= chunkNumber)
        return result
    }

    @Test("one of a partition that is being built: its rows wait, and the partition comes")
    func beingBuilt() throws {
        let fixture = try MarketDataFixture()
        try fixture.fill(400, days: 14, fromMonday: true)
        let result = try backfill(fixture, deletingBehind: 2)
        #expect(result.isComplete && result.differing.isEmpty && result.waiting == ["unknown symbol": 20], "\(result)")
        #expect(try fixture.count("book_ticker_snapshots_v2") == 380)
    }

    @Test("one of a partition that is filled: its further rows wait")
    func beingFilled() throws {
        let fixture = try MarketDataFixture()
        var options = PartitionMaintenance.Options()
        options.aheadCount = 0
        try fixture.database.run(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT 'MEXC_SPOT', CASE WHEN g > 150 AND g % 2 = 0 THEN 'B1' ELSE 'B2' END, 'USDT', 1, 1, 1, 1,
                   now() + g * interval '1 microsecond' FROM generate_series(1, 300) g
            """)
        // What the name means is known from the first chunk on, by a row whose id is refused.
        try fixture.database.run(
            """
            INSERT INTO book_ticker_snapshots
                   (id, exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT 4503599627370497, exchange, 'B1', symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp
              FROM book_ticker_snapshots ORDER BY timestamp LIMIT 1
            """)
        _ = try fixture.partitions(options)
        let result = try backfill(fixture, deletingBehind: 1)
        #expect(result.isComplete && result.waiting == ["unknown symbol": 76], "\(result)")
        #expect(try fixture.count("book_ticker_snapshots_v2") == 225)
    }

    @Test("a writer does not wait for whoever deletes it, be it done or undone", arguments: ["COMMIT", "ROLLBACK"])
    func beingWritten(_ end: String) throws {
        let fixture = try MarketDataFixture()
        try fixture.backfill()
        let other = try fixture.database.connect()
        try other.query(Statement(name: "begin", sql: "BEGIN"))
        try other.query(Statement(name: "delete", sql: "DELETE FROM symbols WHERE base_asset = 'B1'"))
        try fixture.say("SET lock_timeout = '1ms'")
        try fixture.say(MarketDataFixture.plainInsert)
        #expect(try fixture.queue() == ["changed"])
        try other.query(Statement(name: "end", sql: end))
        try fixture.backfill()
        #expect(try fixture.queue() == (end == "COMMIT" ? ["unknown symbol"] : []))
        #expect(try fixture.count("book_ticker_snapshots_v2") == (end == "COMMIT" ? 0 : 1))
    }

    @Test("a row that is queued again and again waits once")
    func waitsOnce() throws {
        let fixture = try MarketDataFixture()
        try fixture.backfill()
        try fixture.insert("NONE")
        for _ in 0..<3 { try fixture.say("UPDATE book_ticker_snapshots SET bid_qty = bid_qty + 1") }
        #expect(try fixture.queue().count == 4)
        #expect(try fixture.backfill().waiting == ["unknown symbol": 1])
        #expect(try fixture.backfill().waiting == ["unknown symbol": 1])
    }

    @Test("TRUNCATE of symbols beside the mirror: its writers go on, and what they write waits")
    func truncated() throws {
        let fixture = try MarketDataFixture()
        try fixture.backfill()
        try fixture.insert()
        try fixture.database.run("TRUNCATE symbols CASCADE")
        #expect(try fixture.count("book_ticker_snapshots_v2") == 0)
        try fixture.insert()
        #expect(try fixture.queue() == ["unknown symbol"])
    }
}
