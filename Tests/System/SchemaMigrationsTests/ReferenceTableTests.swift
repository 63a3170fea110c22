import PostgreSQL
import TestSupport
import Testing

/// What the tables themselves promise.
@Suite struct ReferenceTableTests {
    let database: TestDatabase
    let connection: Connection

    init() throws {
        database = try TestDatabase(.migrated)
        connection = try database.connect()
    }

    private func run(_ sql: String) throws(PostgreSQLError) { try connection.executeScript(sql, name: "test") }

    private func text(_ sql: String) throws -> String? {
        try connection.query(Statement(name: "test", sql: "SELECT (\(sql))::text")).text(0, 0)
    }

    @Test func aSymbolThatCannotBeServedIsRefused() throws {
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'BTC', 'X', 'BTCX')
            """)
        let cases = [
            ("base_asset", "'€€€€€€€'", "symbols_base_asset_servable"),
            ("base_asset", "''", "symbols_base_asset_servable"),
            ("quote_asset", "''", "symbols_quote_asset_servable"),
            ("quote_asset", "'BTC'", "symbols_assets_differ"),
            ("symbol_string", "''", "symbols_symbol_string_servable"),
            ("symbol_string", "repeat('é', 26)", "symbols_symbol_string_servable"),
            ("tick_size", "'NaN'", "symbols_tick_size_servable"),
            ("step_size", "'NaN'", "symbols_step_size_servable"),
            ("min_notional", "'NaN'", "symbols_min_notional_servable"),
            ("min_notional", "0", "symbols_min_notional_positive"),
            ("min_order_size", "'NaN'", "symbols_min_order_size_servable"),
            ("max_order_size", "'NaN'", "symbols_max_order_size_servable"),
            ("max_order_size", "12345678901.23456789", "symbols_max_order_size_servable"),
            ("tick_size", "0", "symbols_tick_size_positive"),
            ("step_size", "-0.1", "symbols_step_size_positive"),
            ("precision_base", "0", "symbols_precision_base_range"),
            ("precision_quote", "19", "symbols_precision_quote_range"),
            ("precision_price", "-1", "symbols_precision_price_range"),
            ("last_seen", "'infinity'", "symbols_times_servable"),
            ("created_at", "'-infinity'", "symbols_times_servable"),
            ("exchange_id", "99", "symbols_exchange_id_fkey"),
        ]
        // One database for all: a refused statement changes nothing.
        for (column, value, constraint) in cases {
            let error = #expect(throws: PostgreSQLError.self) { try run("UPDATE symbols SET \(column) = \(value)") }
            #expect(error?.constraintName == constraint, "\(column) = \(value)")
        }
    }

    @Test func whatJustFitsIsTaken() throws {
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, min_order_size, max_order_size,
                tick_size, step_size, precision_base, precision_quote, precision_price, last_seen)
            VALUES (1, '€€€€€€ab', repeat('q', 20), repeat('é', 25), 0.00000001, 999999999999, 123456789012.123456,
                1234567890.12345678, 1, 18, 8, now())
            """)
        #expect(throws: PostgreSQLError.self) {
            try run("UPDATE symbols SET min_order_size = 1e12 - 1, max_order_size = 1")
        }
    }

    @Test func anExchangeThatCannotBeServedIsRefused() throws {
        let cases = [
            ("name", "''", "exchanges_name_servable"), ("enum_value", "''", "exchanges_enum_value_servable"),
            ("enum_value", "repeat('é', 26)", "exchanges_enum_value_servable"),
            ("display_name", "repeat('é', 51)", "exchanges_display_name_servable"),
            ("base_url", "repeat('é', 128)", "exchanges_base_url_servable"),
            ("websocket_url", "repeat('é', 128)", "exchanges_websocket_url_servable"),
            ("market_type", "'spot'", "exchanges_market_type_servable"),
            ("rate_limit_requests_per_second", "-1", "exchanges_rate_limit_servable"),
            ("precision_default", "19", "exchanges_precision_default_servable"),
            ("updated_at", "'infinity'", "exchanges_times_servable"),
        ]
        // One database for all: a refused statement changes nothing.
        for (column, value, constraint) in cases {
            let error = #expect(throws: PostgreSQLError.self) {
                try run("UPDATE exchanges SET \(column) = \(value) WHERE id = 1")
            }
            #expect(error?.constraintName == constraint, "\(column) = \(value)")
        }
    }

    @Test func identitiesStayPositive() throws {
        #expect(throws: PostgreSQLError.self) {
            try run(
                """
                INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string)
                OVERRIDING SYSTEM VALUE VALUES (0, 1, 'A', 'B', 'AB')
                """)
        }
    }

    @Test func pairsAndStringsAreUniquePerVenue() throws {
        let insert = "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES "
        try run(insert + "(1, 'BTC', 'USDT', 'BTCUSDT'), (2, 'BTC', 'USDT', 'BTCUSDT'), (1, 'btc', 'USDT', 'btcusdt')")
        for (row, constraint) in [
            ("(1, 'BTC', 'USDT', 'other')", "symbols_exchange_pair_unique"),
            ("(1, 'ETH', 'USDT', 'BTCUSDT')", "symbols_exchange_string_unique"),
        ] {
            let error = #expect(throws: PostgreSQLError.self) { try run(insert + row) }
            #expect(error?.constraintName == constraint)
        }
    }

    @Test func functionsAndViewAnswer() throws {
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (2, 'BTC', 'USDT', 'BTC_USDT');
            UPDATE exchanges SET is_active = false WHERE id = 2;
            SET search_path = pg_catalog;
            """)
        #expect(try text("public.get_exchange_id('GATEIO_SPOT')") == "2")
        #expect(try text("public.get_symbol_id('GATEIO_SPOT', 'BTC', 'USDT')") == "1")
        #expect(try text("public.get_symbol_id_by_string('GATEIO_SPOT', 'BTC_USDT')") == "1")
        #expect(try text("public.get_symbol_id_by_string('GATEIO_SPOT', 'btc_usdt')") == nil)
        #expect(try text("public.get_exchange_id('nowhere')") == nil)
        #expect(
            try text("SELECT (exchange_code, is_active, is_tradable) FROM public.symbol_details WHERE symbol_id = 1")
                == "(GATEIO_SPOT,t,f)")
    }

    @Test func updatedAtFollowsTheDefinitionOnly() throws {
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, created_at, updated_at)
            VALUES (1, 'A', 'B', 'AB', '2020-01-01', '2020-01-01');
            UPDATE symbols SET last_seen = now();
            UPDATE symbols SET is_active = is_active;
            """)
        #expect(try text("SELECT updated_at = created_at FROM symbols") == "true")
        // Also for a writer whose search_path leads elsewhere.
        try run("SET search_path = pg_catalog; UPDATE public.symbols SET tick_size = 0.1; RESET search_path")
        #expect(try text("SELECT updated_at > created_at FROM symbols") == "true")
    }

    @Test func lookupsUseTheirIndexes() throws {
        try run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || x, 'USDT', 'B' || x || 'USDT' FROM generate_series(1, 5000) x;
            ANALYZE symbols;
            """)
        for (condition, index) in [
            ("exchange_id = 1 AND base_asset = 'B7' AND quote_asset = 'USDT'", "symbols_exchange_pair_unique"),
            ("exchange_id = 1 AND symbol_string = 'B7USDT'", "symbols_exchange_string_unique"),
            ("base_asset = 'B7' AND quote_asset = 'USDT' AND is_active", "idx_symbols_active_pair"),
            ("upper(symbol_string) LIKE 'B77%' AND is_active", "idx_symbols_active_string_prefix"),
            ("changed_xid >= '999999999'", "idx_symbols_changed_xid"), ("id = 7", "symbols_pkey"),
        ] {
            let plan = try connection.query(
                Statement(name: "plan", sql: "EXPLAIN SELECT * FROM symbols WHERE \(condition)"))
            let text = try (0..<plan.rowCount).map { try plan.text($0, 0) ?? "" }.joined(separator: "\n")
            #expect(text.contains(index), "\(text)")
        }
    }
}
