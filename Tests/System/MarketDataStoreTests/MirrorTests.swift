import PostgreSQL
import TestSupport
import Testing

@testable import MarketDataStore

/// Writers of the legacy table, as a role that may do nothing else.
@Suite("Market data: the mirror")
struct MirrorTests {
    private func mirrored(_ shape: MarketDataFixture.Shape) throws -> MarketDataFixture {
        let fixture = try MarketDataFixture(shape)
        #expect(try fixture.backfill().isComplete)
        return fixture
    }

    @Test(
        "an INSERT is there by symbol when it is done, of either shape, and a rollback takes both back",
        arguments: MarketDataFixture.Shape.allCases)
    func inserts(_ shape: MarketDataFixture.Shape) throws {
        let fixture = try mirrored(shape)
        try fixture.insert()
        try fixture.insert("B2", exchange: "GATEIO_SPOT")
        #expect(try fixture.differences() == 0 && fixture.count("book_ticker_snapshots_v2") == 2)
        #expect(try fixture.queue().isEmpty)
        try fixture.say("BEGIN")
        try fixture.insert()
        try fixture.say("ROLLBACK")
        #expect(try fixture.count("book_ticker_snapshots_v2") == 2)
        #expect(
            throws: PostgreSQLError.self, "no privilege was given away"
        ) { try fixture.say("SELECT FROM book_ticker_snapshots_v2") }
    }

    @Test("production's columns are carried along, and its upsert runs unchanged")
    func upserts() throws {
        let fixture = try mirrored(.byMoment)
        let time = "date_trunc('hour', now())"
        for bid in ["1.5", "1.6", "1.7"] { try fixture.upsert(bid: bid, at: time) }
        try fixture.say("UPDATE book_ticker_snapshots SET sequence_number = 7, update_type = 'delta'")
        #expect(try fixture.count("book_ticker_snapshots_v2 WHERE bid_price = 1.5") == 1, "only the INSERT is copied")
        #expect(try fixture.queue() == Array(repeating: "changed", count: 3), "one key each")
        #expect(try fixture.backfill { $0.verifies = true }.drainedCount == 1, "the one row, once")
        #expect(try fixture.differences() == 0 && fixture.queue().isEmpty)
        #expect(try fixture.count("book_ticker_snapshots_v2 WHERE sequence_number = 7 AND update_type = 'delta'") == 1)
    }

    @Test("what cannot be copied is queued with its reason, beside what can, and never fails")
    func reasons() throws {
        let fixture = try mirrored(.byId)
        try fixture.database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, payoff, settle_asset)
            SELECT id, 'B1', 'USDT', 'B1-' || settle, 'perpetual', 'inverse', settle
              FROM exchanges, (VALUES ('B1'), ('X')) AS s (settle) WHERE enum_value = 'GATEIO_FUTURES'
            """)
        try fixture.database.run("ALTER TABLE book_ticker_snapshots DROP CONSTRAINT book_ticker_snapshots_spread")
        try fixture.say(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            VALUES ('MEXC_SPOT', 'B1', 'USDT', 1, 1, 1, 1, now()), ('MEXC_SPOT', 'NONE', 'USDT', 1, 1, 1, 1, now()),
                   ('NOWHERE', 'B1', 'USDT', 1, 1, 1, 1, now()), ('GATEIO_FUTURES', 'B1', 'USDT', 1, 1, 1, 1, now()),
                   ('MEXC_SPOT', 'B1', 'USDT', 2, 1, 1, 1, now()),
                   ('MEXC_SPOT', 'B1', 'USDT', 1, 1, 1, 1, '1999-01-01'),
                   ('MEXC_SPOT', 'B1', 'USDT', 1, 1, 1, 1, 'infinity')
            """)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 1)
        let reasons = [
            "unknown symbol", "unknown symbol", "ambiguous symbol", "refused", "no partition", "no partition",
        ]
        #expect(try fixture.queue() == reasons)

        // 1999 gets its partition; the symbol comes; the rest waits on.
        try fixture.database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT id, 'NONE', 'USDT', 'NONE_USDT' FROM exchanges WHERE enum_value = 'MEXC_SPOT'
            """)
        let result = try fixture.backfill { $0.verifies = true }
        #expect(
            result.waiting == ["unknown symbol": 1, "ambiguous symbol": 1, "refused": 1, "no partition": 1])
        #expect(result.differing.isEmpty)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 3)
        try fixture.say("DELETE FROM book_ticker_snapshots WHERE exchange IN ('NOWHERE', 'GATEIO_FUTURES')")
        #expect(try fixture.backfill().waiting == ["refused": 1, "no partition": 1])
    }

    @Test("names mean what they mean to a lookup: one kind, the living before the dead, a venue's name too")
    func names() throws {
        let fixture = try mirrored(.byId)
        try fixture.database.connection.executeScript(
            """
            UPDATE exchanges SET name = 'Gate' WHERE enum_value = 'GATEIO_FUTURES';
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, payoff, settle_asset,
                                 is_active, delists_at)
            SELECT id, base, 'USD', text, kind, payoff, settle, s.is_active, now() + delists
              FROM exchanges, (VALUES ('A', 'inverse', 'perpetual', 'inverse', 'A', true, NULL::interval),
                   ('B', 'first', 'perpetual', 'linear', 'USD', true, NULL),
                   ('B', 'second', 'perpetual', 'inverse', 'B', true, NULL),
                   ('C', 'older', 'perpetual', 'linear', 'USD', false, NULL),
                   ('C', 'died last', 'perpetual', 'linear', 'USD', false, NULL),
                   ('D', 'to die', 'perpetual', 'linear', 'USD', true, '1 day'),
                   ('E', 'spot', 'spot', NULL, NULL, true, NULL))
                   AS s (base, text, kind, payoff, settle, is_active, delists)
             WHERE enum_value = 'GATEIO_FUTURES'
            """, name: "contracts")
        try fixture.say(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT exchange, base, 'USD', 1, 1, 1, 1, now()
              FROM unnest(ARRAY['A', 'B', 'C', 'D', 'E']) base, unnest(ARRAY['GATEIO_FUTURES', 'Gate']) exchange
            """)
        let found = """
            SELECT string_agg(symbol_string || ' ' || count, ', ' ORDER BY symbol_string) FROM (
                SELECT symbol_string, count(*) FROM book_ticker_snapshots_v2 t JOIN symbols s ON s.id = t.symbol_id
                 GROUP BY symbol_string) found
            """
        #expect(try fixture.database.text(found) == "died last 2, first 2, inverse 2, to die 2")
        #expect(try fixture.queue() == ["unknown symbol", "unknown symbol"])
        #expect(try fixture.backfill { $0.verifies = true }.differing.isEmpty)
    }

    @Test(
        "UPDATE, DELETE and TRUNCATE are carried over by the queue", arguments: MarketDataFixture.Shape.allCases)
    func changes(_ shape: MarketDataFixture.Shape) throws {
        let fixture = try mirrored(shape)
        for number in 1...9 { try fixture.insert("B\(number)") }
        try fixture.say("UPDATE book_ticker_snapshots SET bid_price = 1.2 WHERE symbol_base = 'B1'")
        try fixture.say(
            "UPDATE book_ticker_snapshots SET timestamp = now() - interval '20 days' WHERE symbol_base = 'B2'")
        try fixture.say("UPDATE book_ticker_snapshots SET symbol_base = 'B11' WHERE symbol_base = 'B3'")
        try fixture.say("DELETE FROM book_ticker_snapshots WHERE symbol_base = 'B4'")
        try fixture.backfill()
        #expect(try fixture.differences() == 0 && fixture.queue().isEmpty)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 8)
        try fixture.say("BEGIN")
        try fixture.insert("B12")
        try fixture.say("TRUNCATE book_ticker_snapshots")
        try fixture.insert("B13")
        try fixture.say("COMMIT")
        // What nobody mirrors is nobody's to remove.
        try fixture.database.run(
            """
            INSERT INTO book_ticker_snapshots_v2 (symbol_id, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT id, 1, 1, 1, 1, now() FROM symbols LIMIT 1
            """)
        try fixture.backfill()
        #expect(try fixture.count("book_ticker_snapshots_v2") == 2 && fixture.queue().isEmpty)
        #expect(try fixture.count("book_ticker_snapshots_v2 WHERE id < 4503599627370496") == 1)
    }

    @Test("a row of an id that was there before, and is still there by symbol, is queued and not lost")
    func idsAgain() throws {
        let fixture = try mirrored(.byId)
        let insert = """
            INSERT INTO book_ticker_snapshots
                   (id, exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            VALUES (7, 'MEXC_SPOT', 'B1', 'USDT', $1::numeric, 1, 9, 1, date_trunc('day', now()))
            """
        try fixture.say(insert, [.text("1")])
        try fixture.say("DELETE FROM book_ticker_snapshots")
        try fixture.say(insert, [.text("2")])
        #expect(try fixture.queue() == ["changed", "changed"])
        try fixture.backfill()
        #expect(try fixture.differences() == 0 && fixture.count("book_ticker_snapshots_v2") == 1)
    }

    @Test("writers that see one snapshot only queue", arguments: ["REPEATABLE READ", "SERIALIZABLE"])
    func snapshots(_ level: String) throws {
        let fixture = try mirrored(.byId)
        try fixture.say("BEGIN ISOLATION LEVEL \(level)")
        try fixture.insert()
        try fixture.say("COMMIT")
        #expect(try fixture.queue() == ["changed"])
        try fixture.backfill()
        #expect(try fixture.differences() == 0 && fixture.queue().isEmpty)
    }

    @Test("a partition that goes by hand fails no writer")
    func detachedByHand() throws {
        let fixture = try mirrored(.byId)
        try fixture.insert()
        let name = try fixture.database.text(
            "SELECT relation::text FROM market_data_partitions WHERE source = 'book_ticker'")
        let isUsual = "SELECT book_ticker_has_partition(now())"
        #expect(try fixture.database.run(isUsual).bool(0, 0) == true)
        #expect(
            try fixture.database.run("SELECT book_ticker_has_partition(now() - interval '9 days')").bool(0, 0) == false)
        try fixture.database.run("ALTER TABLE book_ticker_snapshots_v2 DETACH PARTITION \(name)")
        #expect(try fixture.database.run(isUsual).bool(0, 0) != true)
        try fixture.insert()
        #expect(try fixture.queue() == ["no partition"])
        try fixture.database.run("DROP TABLE \(name)")
        try fixture.insert()
        #expect(try fixture.queue().count == 2)
    }

    @Test("a table whose shape is not understood is refused, naming each column")
    func refusals() throws {
        let fixture = try MarketDataFixture()
        try fixture.database.connection.executeScript(
            """
            ALTER TABLE book_ticker_snapshots ALTER COLUMN exchange DROP NOT NULL, DROP COLUMN ask_qty;
            DROP INDEX idx_book_ticker_timestamp
            """, name: "another shape")
        let error = #expect(throws: MarketDataError.self) { try fixture.backfill() }
        let text = "\(String(describing: error))"
        for word in ["ask_qty", "exchange may be NULL", "CREATE INDEX CONCURRENTLY"] { #expect(text.contains(word)) }
        #expect(try fixture.count("pg_trigger WHERE tgname LIKE 'market_data_%'") == 0)
    }
}
