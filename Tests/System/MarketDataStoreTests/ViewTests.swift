import PostgreSQL
import TestSupport
import Testing

@testable import MarketDataStore

@Suite("Market data: views and functions")
struct ViewTests {
    private let fixture: MarketDataFixture

    init() throws {
        fixture = try MarketDataFixture()
        try fixture.fill(400)
        try fixture.say(
            """
            INSERT INTO trade_snapshots
                   (exchange, symbol_base, symbol_quote, price, quantity, side, timestamp, trade_id)
            SELECT exchange, symbol_base, symbol_quote, bid_price, 1, 'buy', timestamp, 't' || id
              FROM book_ticker_snapshots
            """)
        try fixture.backfill { $0.sources = MarketDataSource.allCases }
    }

    @Test(
        "latest_… has the newest row of each symbol that has any, at once",
        arguments: [
            ("book_ticker_snapshots", "latest_book_ticker_snapshots", "bid_price, bid_qty, ask_price, ask_qty"),
            ("trade_snapshots", "latest_trade_snapshots", "price, quantity, side"),
        ])
    func latest(_ legacy: String, _ view: String, _ columns: String) throws {
        let oldest = "SELECT max(timestamp) - interval '20 days' FROM \(legacy)"
        // A symbol whose newest row is three partitions ago, and one that has two of one moment.
        try fixture.say("DELETE FROM \(legacy) WHERE symbol_base = 'B3' AND timestamp > (\(oldest))")
        try fixture.backfill { $0.sources = MarketDataSource.allCases }
        try fixture.say(
            """
            INSERT INTO \(legacy) (exchange, symbol_base, symbol_quote, \(columns), timestamp)
            SELECT exchange, symbol_base, symbol_quote, \(columns), now() FROM \(legacy)
             WHERE symbol_base = 'B5' LIMIT 2
            """)
        let newest = """
            SELECT DISTINCT ON (exchange, symbol_base) id, "timestamp" FROM \(legacy)
             ORDER BY exchange, symbol_base, "timestamp" DESC, id DESC
            """
        let found = """
            SELECT count(*) FILTER (WHERE n.id IS NULL OR v.id IS NULL) * 1000 + count(*)
              FROM (\(newest)) n FULL JOIN \(view) v USING (id, "timestamp")
            """
        #expect(try fixture.database.integer(found) == 20)
    }

    @Test("…_legacy has the legacy table's columns in their order, and its rows to the last digit")
    func legacy() throws {
        for table in ["book_ticker_snapshots", "trade_snapshots"] {
            func columns(_ relation: String) throws -> String {
                try fixture.database.text(
                    """
                    SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
                     WHERE attrelid = '\(relation)'::regclass AND attnum > 0 AND NOT attisdropped
                    """)
            }
            #expect(try columns(table) == columns("\(table)_legacy"))
            let rows = "SELECT string_agg(t::text, '|' ORDER BY id) FROM"
            #expect(
                try fixture.database.text("\(rows) \(table) t") == fixture.database.text("\(rows) \(table)_legacy t"))
        }
    }

    @Test("get_exchange_name and get_symbol_info name a symbol, and nothing for an id that is none")
    func names() throws {
        let id = try fixture.database.integer(
            "SELECT id FROM symbols WHERE base_asset = 'B7' AND exchange_id = (SELECT id FROM exchanges "
                + "WHERE enum_value = 'GATEIO_SPOT')")
        #expect(try fixture.database.text("SELECT get_exchange_name(\(id))") == "GATEIO_SPOT")
        #expect(
            try fixture.database.text("SELECT get_symbol_info(\(id))::text") == "(GATEIO_SPOT,B7,USDT,B7_USDT)")
        #expect(try fixture.database.text("SELECT get_exchange_name(-1)") == "NULL")
        #expect(try fixture.database.integer("SELECT count(*) FROM get_symbol_info(-1)") == 0)
        // The way there, which phase 1 has.
        #expect(try fixture.database.integer("SELECT get_symbol_id('GATEIO_SPOT', 'B7', 'USDT')") == id)
    }

    @Test("who reads through the views needs the tables' privileges")
    func privileges() throws {
        for view in ["latest_book_ticker_snapshots", "trade_snapshots_legacy"] {
            try fixture.database.run("GRANT SELECT ON \(view) TO test_collector")
            #expect(throws: PostgreSQLError.self) { try fixture.say("SELECT FROM \(view)") }
        }
    }
}
