import PostgreSQL
import TestSupport
import Testing

@testable import MarketDataStore

/// Trades, in both shapes: what holds for book tickers holds for them.
@Suite("Market data: trades")
struct TradeTests {
    enum Shape: String, CaseIterable {
        /// As migration 001 makes it.
        case ours = "trade_snapshots"
        /// As in production: another name, a key that ends in id, texts as trade ids, columns of its own.
        case production = "trades"
    }

    private let fixture: MarketDataFixture

    init() throws { fixture = try MarketDataFixture() }

    private func prepare(_ shape: Shape) throws {
        guard shape == .production else { return }
        try fixture.database.connection.executeScript(
            """
            CREATE TABLE trades (
                id bigserial NOT NULL, exchange varchar(20) NOT NULL, symbol_base varchar(20) NOT NULL,
                symbol_quote varchar(20) NOT NULL, price numeric(20,8) NOT NULL, quantity numeric(20,8) NOT NULL,
                side varchar(4) NOT NULL, "timestamp" timestamptz NOT NULL, trade_id text, update_type varchar(10),
                created_at timestamptz DEFAULT now(),
                PRIMARY KEY ("timestamp", exchange, symbol_base, symbol_quote, id));
            GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON trades TO test_collector;
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO test_collector
            """, name: "production's trades")
    }

    private func write(_ shape: Shape, _ count: Int, _ prefix: String, at time: String) throws {
        try fixture.say(
            """
            INSERT INTO \(shape.rawValue)
                   (exchange, symbol_base, symbol_quote, price, quantity, side, timestamp, trade_id)
            SELECT 'MEXC_SPOT', 'B' || 1 + g % 20, 'USDT', 1.5, 2, CASE g % 2 WHEN 0 THEN 'buy' ELSE 'sell' END,
                   \(time) - g * interval '1 hour', '\(prefix)' || g FROM generate_series(1, \(count)) g
            """)
    }

    private func backfill(stoppedAfter chunkCount: Int = .max) throws -> BackfillResult {
        try fixture.backfill(
            {
                $0.sources = [.trade]
                $0.batchSize = 50
                $0.verifies = true
            }, stoppedAfter: chunkCount)
    }

    /// Rows that only one of both has.
    private func differences(_ shape: Shape) throws -> Int64 {
        let columns = """
            id, exchange, symbol_base, symbol_quote, price, quantity, side::text, "timestamp", trade_id::text,
            created_at
            """
        let old = "SELECT \(columns) FROM \(shape.rawValue)"
        let new = "SELECT \(columns) FROM trade_snapshots_legacy"
        return try fixture.database.integer(
            "SELECT count(*) FROM ((\(old) EXCEPT ALL \(new)) UNION ALL (\(new) EXCEPT ALL \(old))) d")
    }

    @Test("broken off and gone on with, mirrored, changed: both tables are equal", arguments: Shape.allCases)
    func carriedOver(_ shape: Shape) throws {
        try prepare(shape)
        try write(shape, 700, "t", at: "now()")
        #expect(try !backfill(stoppedAfter: 5).isComplete)
        let copied = try fixture.database.integer("SELECT sum(copied_count)::int8 FROM market_data_partitions")
        #expect(copied > 0 && copied < 700)
        try write(shape, 20, "later", at: "now()")
        for statement in [
            "UPDATE \(shape.rawValue) SET side = 'sell' WHERE trade_id = 't4'",
            "UPDATE \(shape.rawValue) SET timestamp = timestamp - interval '9 days' WHERE trade_id IN ('t5', 'later3')",
            "DELETE FROM \(shape.rawValue) WHERE trade_id IN ('t6', 'later4', 't600')",
        ] { try fixture.say(statement) }
        let result = try backfill()
        #expect(result.isComplete && result.differing.isEmpty && result.waiting.isEmpty)
        #expect(result.legacyTable == shape.rawValue)
        #expect(try differences(shape) == 0 && fixture.count("trade_snapshots_v2") == 717)
        #expect(try fixture.count("trade_snapshots_v2 WHERE trade_id = 't4' AND side = 2") == 1)
        try fixture.say("TRUNCATE \(shape.rawValue)")
        try write(shape, 3, "anew", at: "now()")
        #expect(try backfill().differing.isEmpty)
        #expect(try differences(shape) == 0 && fixture.count("trade_snapshots_v2") == 3)
    }

    @Test("another side than buy and sell waits, and a comparison names the trade that is not the same")
    func sides() throws {
        try fixture.database.run("ALTER TABLE trade_snapshots DROP CONSTRAINT trade_snapshots_side")
        try write(.ours, 10, "t", at: "now()")
        #expect(try backfill().isComplete)
        try fixture.say("UPDATE trade_snapshots SET side = 'BUY' WHERE trade_id = 't1'")
        try fixture.say("UPDATE trade_snapshots SET side = 'swap' WHERE trade_id = 't2'")
        let result = try backfill()
        #expect(result.waiting == ["refused": 1] && result.differing.isEmpty)
        #expect(try fixture.count("trade_snapshots_v2 WHERE trade_id = 't1' AND side = 1") == 1)
        try fixture.database.run("UPDATE trade_snapshots_v2 SET side = 2 WHERE trade_id = 't4'")
        let planted = try fixture.database.integer("SELECT id FROM trade_snapshots WHERE trade_id = 't4'")
        let rows = try backfill().differing.flatMap(\.rows)
        #expect(rows.count == 1 && rows[0].hasPrefix("id \(planted) of ") && rows[0].hasSuffix("has other values"))
    }

    @Test("partitions of trades are detached and dropped by age, and indexed like the table")
    func retention() throws {
        try write(.ours, 700, "t", at: "now()")
        #expect(try backfill().isComplete)
        let incomplete = """
            SELECT count(*) FROM market_data_partitions p WHERE source = 'trade'
               AND (SELECT count(*) FROM pg_index WHERE indrelid = p.relation AND indisvalid) <> 4
            """
        #expect(try fixture.database.integer(incomplete) == 0)
        var options = PartitionMaintenance.Options()
        options.keptDays = 14
        options.dropsDetached = true
        let old = "trade_snapshots_v2 WHERE timestamp < now() - interval '21 days'"
        #expect(try fixture.count(old) > 0)
        let steps = try fixture.partitions(options)
        #expect(steps.contains { $0.action == .dropped && $0.partition.contains("trade_snapshots_v2_p") })
        #expect(try fixture.count(old) == 0)
        #expect(try fixture.count("market_data_partitions WHERE source = 'trade' AND state <> 'attached'") == 0)
    }
}
