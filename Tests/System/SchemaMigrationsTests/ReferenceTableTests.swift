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
            ("base_asset", "'€€€€€€€€€'", "symbols_base_asset_servable"),
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
            ("kind", "'perpetual'", "symbols_kind_complete"), ("kind", "'swap'", "symbols_kind_servable"),
            ("payoff", "'linear'", "symbols_kind_complete"), ("settle_asset", "'BTC'", "symbols_kind_complete"),
            ("(kind, payoff)", "('other', '')", "symbols_payoff_servable"),
            ("(kind, option_type)", "('other', 'c')", "symbols_option_type_servable"),
            ("tick_size", "0", "symbols_tick_size_positive"),
            ("step_size", "-0.1", "symbols_step_size_positive"),
            ("precision_base", "-1", "symbols_precision_base_range"),
            ("precision_quote", "255", "symbols_precision_quote_range"),
            ("precision_price", "-1", "symbols_precision_price_range"),
            ("last_seen", "'infinity'", "symbols_times_servable"),
            ("created_at", "'-infinity'", "symbols_times_servable"),
            ("listed_at", "'infinity'", "symbols_times_servable"),
            ("delists_at", "'infinity'", "symbols_times_servable"),
            ("listed_at", "'10000-01-01 00:00+00'", "symbols_times_servable"),
            ("listed_at", "'0001-12-31 23:59:59+00 BC'", "symbols_times_servable"),
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
            VALUES (1, '€€€€€€€€a', repeat('q', 25), repeat('é', 25), 0.00000001, 999999999999, 123456789012.123456,
                1234567890.12345678, 0, 254, NULL, now())
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
            ("precision_default", "255", "exchanges_precision_default_servable"),
            ("enum_value", "E'A\\u200b'", "exchanges_enum_value_servable"),
            ("name", "' A'", "exchanges_name_servable"),
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

    /// Two keys that look the same are the same: what shows as nothing is refused, its neighbours are not.
    @Test func keysHoldNothingThatIsUnseen() throws {
        let unseen = [
            0x01...0x1F, 0x7F...0xA0, 0xAD...0xAD, 0x61C...0x61C, 0x1680...0x1680, 0x180E...0x180E, 0x2000...0x200F,
            0x2028...0x202F, 0x205F...0x206F, 0x3000...0x3000, 0xFEFF...0xFEFF, 0xFFF9...0xFFFB,
        ]
        let others = [0x20, 0x7E] + unseen.dropFirst(2).flatMap { [$0.lowerBound - 1, $0.upperBound + 1] }
        let attempts =
            unseen.flatMap { range in Set([range.lowerBound, range.upperBound]).map { ($0, false) } }
            + others.filter { other in !unseen.contains { $0.contains(other) } }.map { ($0, true) }
        for column in ["base_asset", "quote_asset", "settle_asset", "symbol_string"] {
            for (point, isTaken) in attempts {
                let key = "E'A\\U\(String(point + 0x1_0000_0000, radix: 16).dropFirst())B'"
                let insert = """
                    BEGIN; INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset)
                    VALUES (1, 'X', 'Y', 'Z', 'other', 'S'); UPDATE symbols SET \(column) = \(key); ROLLBACK
                    """
                do throws(PostgreSQLError) {
                    try run(insert)
                    #expect(isTaken, "\(column) \(key)")
                } catch {
                    try run("ROLLBACK")
                    #expect(!isTaken && error.constraintName == "symbols_\(column)_servable", "\(column) \(key)")
                }
            }
        }
    }

    /// What each kind needs, and what it has no use for: rows by the names of the fields that they have.
    @Test(arguments: [
        ("spot", [], ["settle_asset", "payoff", "contract_size", "expires_at", "strike", "option_type"]),
        ("perpetual", ["settle_asset"], ["expires_at", "strike", "option_type"]),
        ("future", ["settle_asset", "expires_at"], ["strike", "option_type"]),
        ("option", ["settle_asset", "expires_at", "strike", "option_type"], []), ("other", [], []),
    ])
    func kindsAreComplete(kind: String, needed: [String], useless: [String]) throws {
        let values = [
            "settle_asset": "'S'", "payoff": "'quanto'", "contract_size": "0.001", "expires_at": "now()", "strike": "1",
            "option_type": "'put'",
        ]
        let optional = values.keys.filter { !needed.contains($0) && !useless.contains($0) }
        func isTaken(_ fields: [String]) -> Bool {
            let names = (["exchange_id", "base_asset", "quote_asset", "symbol_string", "kind"] + fields)
            let row = (["1", "'A'", "'B'", "'AB'", "'\(kind)'"] + fields.compactMap { values[$0] })
            let insert =
                "INSERT INTO symbols (\(names.joined(separator: ", "))) VALUES (\(row.joined(separator: ", ")))"
            return (try? run("\(insert); DELETE FROM symbols")) != nil
        }
        #expect(isTaken(needed))
        #expect(isTaken(needed + optional))
        for field in needed { #expect(!isTaken(needed.filter { $0 != field }), "without \(field)") }
        for field in useless { #expect(!isTaken(needed + [field]), "with \(field)") }
    }

    @Test func namesAreMadeOfWhatAnInstrumentIs() throws {
        let name = { (fields: String) in try self.text("symbol_unified_name(\(fields))") }
        let hour = "'2024-12-27 08:00+00'"
        #expect(try name("'BTC', 'USDT', NULL, 'spot', NULL, NULL, NULL") == "BTC/USDT")
        #expect(try name("'BTC', 'USDT', 'USDT', 'perpetual', NULL, NULL, NULL") == "BTC/USDT:USDT")
        #expect(try name("'BTC', 'USD', 'BTC', 'future', \(hour), NULL, NULL") == "BTC/USD:BTC-241227")
        #expect(
            try name("'BTC', 'USDT', 'USDT', 'option', \(hour), 100000.00, 'call'") == "BTC/USDT:USDT-241227-100000-C")
        #expect(try name("'X', 'USD', 'USD', 'option', \(hour), 0.0500, 'put'") == "X/USD:USD-241227-0.05-P")
        #expect(try name("'BTC', 'USDT', 'USDT', 'other', \(hour), NULL, NULL") == nil)
        // The day is that of UTC, whoever asks.
        try run("SET TimeZone = 'Asia/Tokyo'")
        #expect(try name("'A', 'B', 'C', 'future', '2009-01-01 23:59:59.9+00', NULL, NULL") == "A/B:C-090101")
    }

    /// A pair means one kind, by the market of its exchange; a string the living one, an alias, or the last that died.
    @Test func functionsAnswerAsTheServerDoes() throws {
        try run(
            """
            INSERT INTO exchanges (name, enum_value, display_name, market_type) VALUES ('O', 'O', 'O', 'OPTIONS');
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, is_active, kind, settle_asset,
                payoff,
                expires_at, delists_at) VALUES
            (1, 'LUNA', 'USDT', 'LUNAUSDT', false, 'spot', NULL, NULL, NULL, NULL),
            (1, 'LUNA', 'USDT', 'LUNAUSDT', true, 'spot', NULL, NULL, NULL, NULL),
            (1, 'OLD', 'USDT', 'OLDUSDT', false, 'spot', NULL, NULL, NULL, NULL),
            (1, 'OLD', 'USDT', 'OLDUSDT', false, 'spot', NULL, NULL, NULL, NULL),
            (3, 'BTC', 'USD', 'BTC-I', true, 'perpetual', 'BTC', 'inverse', NULL, NULL),
            (3, 'BTC', 'USD', 'BTC-L', true, 'perpetual', 'USD', 'linear', NULL, NULL),
            (3, 'ETH', 'USD', 'ETH-I', true, 'perpetual', 'ETH', 'inverse', NULL, NULL),
            (3, 'ETH', 'USD', 'ETH-Q', true, 'perpetual', 'BTC', 'quanto', NULL, NULL),
            (3, 'SOL', 'USD', 'SOL-I', true, 'perpetual', 'SOL', 'inverse', NULL, NULL),
            (3, 'SOL', 'USD', 'SOL-F', true, 'future', 'SOL', 'inverse', now() - interval '1 hour', NULL),
            (3, 'XRP', 'USD', 'XRP-L', true, 'perpetual', 'USD', 'linear', NULL, now() - interval '1 hour'),
            (3, 'XRP', 'USD', 'XRP-I', false, 'perpetual', 'XRP', 'inverse', NULL, NULL),
            (4, 'BTC', 'USD', 'BTC-X', true, 'other', NULL, NULL, NULL, NULL);
            INSERT INTO symbol_aliases VALUES
            (1, 'OLDUSDT', 2, now(), now() + interval '1 day'), (3, 'XRP-I', 11, now(), now() + interval '1 day'),
            (1, 'GONE', 2, now() - interval '2 hours', now() - interval '1 hour');
            """)
        let pairs = [
            ("MEXC_SPOT", "LUNA", "USDT", "2"), ("MEXC_SPOT", "OLD", "USDT", "4"),
            ("GATEIO_FUTURES", "BTC", "USD", "6"),
            ("GATEIO_FUTURES", "ETH", "USD", nil), ("GATEIO_FUTURES", "SOL", "USD", "9"),
            ("GATEIO_FUTURES", "XRP", "USD", "11"), ("O", "BTC", "USD", nil), ("MEXC_SPOT", "BTC", "USD", nil),
        ]
        for (exchange, base, quote, id) in pairs {
            #expect(
                try text("get_symbol_id('\(exchange)', '\(base)', '\(quote)')") == id, "\(exchange) \(base)/\(quote)")
        }
        let strings = [
            ("MEXC_SPOT", "LUNAUSDT", "2"), ("MEXC_SPOT", "OLDUSDT", "2"), ("MEXC_SPOT", "GONE", nil),
            ("GATEIO_FUTURES", "SOL-F", "10"), ("GATEIO_FUTURES", "XRP-I", "12"), ("GATEIO_FUTURES", "XRP-L", "11"),
        ]
        for (exchange, string, id) in strings {
            #expect(try text("get_symbol_id_by_string('\(exchange)', '\(string)')") == id, "\(exchange) \(string)")
        }
        #expect(
            try text("SELECT string_agg(symbol_string, ' ') FROM symbol_details WHERE is_active AND NOT is_tradable")
                == "SOL-F XRP-L")
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

    @Test func stringsAndInstrumentsAreUniqueAmongTheLivingOfAVenue() throws {
        let insert = """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, payoff,
                expires_at, is_active) VALUES
            """
        try run(
            insert + """
                (1, 'BTC', 'USDT', 'BTCUSDT', 'spot', NULL, NULL, NULL, true),
                (2, 'BTC', 'USDT', 'BTCUSDT', 'spot', NULL, NULL, NULL, true),
                (1, 'btc', 'USDT', 'btcusdt', 'spot', NULL, NULL, NULL, true),
                (1, 'BTC', 'USDT', 'BTC-P', 'perpetual', 'USDT', 'linear', NULL, true),
                (1, 'BTC', 'USDT', 'BTC-I', 'perpetual', 'BTC', 'inverse', NULL, true),
                (1, 'BTC', 'USDT', 'BTC-1', 'future', 'USDT', 'linear', '2026-12-24 08:00+00', true),
                (1, 'BTC', 'USDT', 'BTC-2', 'future', 'USDT', 'linear', '2026-12-24 09:00+00', true),
                (1, 'BTC', 'USDT', 'SPREAD-1', 'other', NULL, NULL, NULL, true),
                (1, 'BTC', 'USDT', 'SPREAD-2', 'other', NULL, NULL, NULL, true),
                (1, 'BTC', 'USDT', 'BTCUSDT', 'spot', NULL, NULL, NULL, false),
                (1, 'BTC', 'USDT', 'BTCUSDT', 'spot', NULL, NULL, NULL, false)
                """)
        for (row, constraint) in [
            ("(1, 'BTC', 'USDT', 'new', 'spot', NULL, NULL, NULL, true)", "symbols_live_identity_unique"),
            ("(1, 'BTC', 'USDT', 'new', 'perpetual', 'USDT', 'linear', NULL, true)", "symbols_live_identity_unique"),
            ("(1, 'ETH', 'USDT', 'BTCUSDT', 'spot', NULL, NULL, NULL, true)", "symbols_live_string_unique"),
            ("(1, 'ETH', 'USDT', 'SPREAD-1', 'other', NULL, NULL, NULL, true)", "symbols_live_string_unique"),
        ] {
            let error = #expect(throws: PostgreSQLError.self) { try run(insert + row) }
            #expect(error?.constraintName == constraint, "\(row)")
        }
    }

    /// SQL rounds nothing on its way in, however many digits there are.
    @Test(arguments: [
        "0.000000005", "0.0000000000001", "9999999999999", "10000", "0.001953125", "123456789.123456789",
        "999999999999999999", "0.0000000000000000000000000001", "1e127", "1e-128",
    ])
    func numbersStayExact(text: String) throws {
        try run("INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (1, 'A', 'B', 'AB')")
        try run("UPDATE symbols SET tick_size = \(text)")
        #expect(try self.text("SELECT tick_size = '\(text)'::numeric FROM symbols") == "true")
        #expect(
            try self.text("SELECT new_row ->> 'tick_size' FROM reference_audit WHERE action = 'update'")
                == self.text("SELECT '\(text)'::numeric"))
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
            ("exchange_id = 1 AND base_asset = 'B7' AND quote_asset = 'USDT' AND kind = 'spot'", "idx_symbols_pair"),
            ("exchange_id = 1 AND symbol_string = 'B7USDT' AND is_active", "symbols_live_string_unique"),
            ("exchange_id = 1 AND symbol_string = 'B7USDT' AND NOT is_active", "idx_symbols_dead_string"),
            ("base_asset = 'B7' AND quote_asset = 'USDT'", "idx_symbols_pair"),
            ("is_active AND least(expires_at, delists_at) > now()", "idx_symbols_due"),
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
