import PostgreSQL
import ReferenceData
import Scenarios
import TestSupport
import Testing

@testable import ReferencePhases
@testable import ReferenceStore

@Suite("Population from the legacy tables")
struct SymbolPopulationTests {
    let database: TestSession

    init() throws { database = try TestSession() }

    private func populate(isDryRun: Bool = false) throws -> PopulationReport {
        try SymbolPopulation(database.connection).run(isDryRun: isDryRun)
    }

    private func recordTwoVenues() throws {
        try database.bookTicker(
            "GATEIO_FUTURES", "LUNC", "USDT", bid: "0.00003528", ask: "0.00003531", bidQuantity: "89",
            askQuantity: "153.00000000", at: "2025-10-11 02:44:56.873131+00")
        try database.bookTicker(
            "MEXC_SPOT", "LUNC", "USDT", bid: "0.00003520", ask: "0.00003530", bidQuantity: "1400000000.25",
            askQuantity: "7.5", at: "2025-10-11 02:44:57+00")
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT", bid: "121000.10", ask: "121000.35", bidQuantity: "0.000001")
        try database.trade(
            "MEXC_SPOT", "BTC", "USDT", price: "121000.125", quantity: "3", quoteQuantity: "363000.3750",
            at: "2025-10-12 00:00:00+00")
        try database.trade("GATEIO_SPOT", "ETH", "BTC", price: "43000", quantity: "200")
    }

    @Test("venues, pairs, symbol strings, precision, tick, step and last_seen; the second time changes nothing")
    func populatesTwiceWithTheSameResult() throws {
        try recordTwoVenues()
        let first = try populate()
        #expect(
            first.venues.map { "\($0.legacyName) \($0.outcome) \($0.pairCount)" } == [
                "GATEIO_FUTURES mapped 1", "GATEIO_SPOT mapped 1", "MEXC_SPOT mapped 2",
            ])
        #expect(first.pairs.map(\.outcome) == [.new, .new, .new, .new])
        let expected = [
            // The tick of the finest price of both tables; what was not observed is not there.
            "GATEIO_FUTURES LUNC_USDT 8 0.00000001 0 1 - inferred", "GATEIO_SPOT ETH_BTC 0 1 0 1 - inferred",
            "MEXC_SPOT BTCUSDT 3 0.001 6 0.000001 3 inferred", "MEXC_SPOT LUNCUSDT 7 0.0000001 2 0.01 - inferred",
        ]
        #expect(try database.rules == expected)
        #expect(
            try database.text(
                "SELECT string_agg(kind || coalesce(':' || settle_asset || payoff, ''), ' ' ORDER BY id) FROM symbols")
                == "perpetual:USDTlinear spot spot spot")
        #expect(try database.integer("SELECT count(*) FROM symbols WHERE is_active") == 4)
        #expect(
            try database.text("SELECT last_seen::text FROM symbols WHERE symbol_string = 'BTCUSDT'")
                == "2025-10-12 00:00:00+00")
        let btc = try #require(first.pair("MEXC_SPOT", "BTC", "USDT"))
        #expect(btc.tickSize == DecimalValue("0.001") && btc.precisionPrice == 3 && btc.symbolId == 3)
        #expect(btc.lastSeen.description == "2025-10-12T00:00:00.000000Z")

        let state = try database.populatedState
        let second = try populate()
        #expect(second.pairs.map(\.outcome) == [.known, .known, .known, .known])
        #expect(second.seenCount == 0)
        #expect(try database.populatedState == state, "no row is written and no identity value drawn")
    }

    @Test("a dry run says the same and writes nothing")
    func dryRun() throws {
        try recordTwoVenues()
        let state = try database.populatedState
        let dry = try populate(isDryRun: true)
        #expect(dry.isDryRun && dry.pairs.allSatisfy { $0.outcome == .new && $0.symbolId == nil })
        #expect(try database.populatedState == state)
        var real = try populate()
        for index in real.pairs.indices { real.pairs[index].symbolId = nil }
        #expect(real.pairs == dry.pairs)
    }

    @Test("what a DBA set stays, and is named where observations contradict it")
    func valuesSetByHandStay() throws {
        try recordTwoVenues()
        _ = try populate()
        try database.run(
            """
            UPDATE symbols SET tick_size = 0.5, precision_price = 1, is_active = false, symbol_string = 'BTC-USDT'
             WHERE symbol_string = 'BTCUSDT'
            """)
        try database.run("UPDATE symbols SET step_size = 10 WHERE symbol_string = 'LUNC_USDT'")
        let rules = try database.rules
        let again = try populate()
        #expect(try database.rules == rules)
        #expect(try database.integer("SELECT count(*) FROM symbols WHERE is_active") == 3)
        let btc = try #require(again.pair("MEXC_SPOT", "BTC", "USDT"))
        #expect(btc.outcome == .known && btc.symbolString == "BTC-USDT")
        #expect(btc.remark?.contains("observed prices have 3 digits") == true)

        // Finer prices are seen: what was set by hand stays, what was inferred follows.
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT", bid: "1.00001", ask: "1.00001")
        try database.bookTicker("GATEIO_SPOT", "ETH", "BTC", bid: "1.25", ask: "1.25", bidQuantity: "0.5")
        let finer = try populate()
        #expect(finer.pair("MEXC_SPOT", "BTC", "USDT")?.outcome == .known)
        #expect(finer.pair("GATEIO_SPOT", "ETH", "BTC")?.outcome == .updated)
        #expect(try database.rules.contains("GATEIO_SPOT ETH_BTC 2 0.01 1 0.1 - inferred"))
        #expect(try database.rules.contains { $0.hasPrefix("MEXC_SPOT BTC-USDT 1 0.5 ") })
        #expect(try populate().pairs.allSatisfy { $0.outcome == .known })
    }

    @Test("a symbol that came otherwise is completed where it says nothing only")
    func whatIsUnsaidIsFilled() throws {
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, tick_size, precision_base)
            SELECT id, 'AAA', 'USDT', 'AAA_USDT', NULL::numeric, NULL::int2 FROM exchanges WHERE enum_value =
                'GATEIO_SPOT' UNION ALL
            SELECT id, 'BBB', 'USDT', 'BBB_USDT', 0.25, NULL FROM exchanges WHERE enum_value = 'GATEIO_SPOT' UNION ALL
            SELECT id, 'CCC', 'USDT', 'CCC_USDT', 0.25, 8 FROM exchanges WHERE enum_value = 'GATEIO_SPOT'
            """)
        for base in ["AAA", "BBB", "CCC"] {
            try database.bookTicker("GATEIO_SPOT", base, "USDT", bid: "0.125", ask: "0.25")
        }
        let report = try populate()
        #expect(report.pairs.map(\.outcome) == [.updated, .updated, .known])
        #expect(
            try database.rules == [
                "GATEIO_SPOT AAA_USDT 3 0.001 0 1 - inferred", "GATEIO_SPOT BBB_USDT - 0.25 0 1 - inferred",
                "GATEIO_SPOT CCC_USDT - 0.25 8 - - given",
            ])
        #expect(report.seenCount == 3)
        #expect(report.pairs.map(\.isInferred) == [true, true, false])
    }

    @Test(
        "prices in steps of 0.25 give a tick that says that it was inferred, until somebody confirms it",
        .scenario(.quarterSteps))
    func quarterSteps() throws {
        for price in ["100.25", "100.50", "100.75", "101.00"] {
            try database.bookTicker("MEXC_SPOT", "SPX", "USD", bid: price, ask: price)
        }
        _ = try populate()
        var resolver = DatabaseResolver(database.connection)
        #expect(try resolver.resolve(exchange: "MEXC_SPOT", symbol: "SPXUSD").flags.contains(.derived))
        let inferred = try #require(try resolver.symbol(id: 1).row)
        #expect(inferred.isInferred && inferred.tickSize == DecimalValue("0.01"))

        try database.run(
            "UPDATE symbols SET tick_size = 0.25, precision_price = 2, precision_quote = 2, is_inferred = false")
        #expect(try populate().pairs.map(\.outcome) == [.known])
        #expect(try database.rules == ["MEXC_SPOT SPXUSD 2 0.25 0 1 2 given"])
        #expect(try !resolver.resolve(exchange: "MEXC_SPOT", symbol: "SPXUSD").flags.contains(.derived))
    }

    @Test("a pair is what its venue trades: spot, a perpetual among several, and no option")
    func kinds() throws {
        try database.run(
            """
            INSERT INTO exchanges (name, enum_value, display_name, market_type) VALUES ('OPT', 'OPT', 'OPT', 'OPTIONS');
            """)
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset, payoff,
                is_active,
                                 expires_at)
            SELECT e.id, v.base, 'USDT', v.string, v.kind, v.settle, v.payoff, v.is_active, v.expires_at
              FROM exchanges e, (VALUES
                   ('BTC', 'BTC_COIN', 'perpetual', 'BTC', 'inverse', true, NULL::timestamptz),
                   ('BTC', 'BTC_OLD', 'perpetual', 'USDT', 'linear', false, NULL),
                   ('BTC', 'BTC_MAR', 'future', 'USDT', 'linear', true, '2099-03-27 08:00:00+00'),
                   ('ETH', 'ETH_A', 'perpetual', 'ETH', 'inverse', true, NULL),
                   ('ETH', 'ETH_B', 'perpetual', 'USDC', 'linear', true, NULL),
                   ('SOL', 'SOL_A', 'perpetual', 'SOL', 'inverse', true, NULL),
                   ('SOL', 'SOL_B', 'perpetual', 'USDT', 'linear', true, NULL),
                   ('XRP', 'XRP_MAR', 'future', 'USDT', 'linear', true, '2099-03-27 08:00:00+00'),
                   ('LTC', 'LTC_USDT', 'spot', NULL, NULL, false, NULL))
                   AS v (base, string, kind, settle, payoff, is_active, expires_at)
             WHERE e.enum_value = 'GATEIO_FUTURES'
            """)
        for base in ["BTC", "ETH", "SOL", "XRP", "LTC"] { try database.bookTicker("GATEIO_FUTURES", base, "USDT") }
        try database.bookTicker("OPT", "BTC", "USDT")
        let report = try populate()
        func symbol(_ base: String) -> String? { report.pair("GATEIO_FUTURES", base, "USDT")?.symbolString }
        #expect(symbol("BTC") == "BTC_COIN", "the only live one; the usual one is dead")
        #expect(symbol("SOL") == "SOL_B", "of two live ones the usual one")
        let eth = try #require(report.pair("GATEIO_FUTURES", "ETH", "USDT"))
        #expect(eth.outcome == .skipped && eth.remark?.contains("several live perpetuals") == true, "\(eth)")
        #expect(
            symbol("XRP") == "XRP_USDT" && symbol("LTC") == "LTC_USDT",
            "neither a future nor what is dead is in the way")
        #expect(report.pairs.filter { $0.outcome == .new }.map(\.baseAsset) == ["LTC", "XRP"])
        let option = try #require(report.pair("OPT", "BTC", "USDT"))
        #expect(option.outcome == .skipped && option.remark?.contains("trades options") == true, "\(option)")
        #expect(try populate().pairs.allSatisfy { $0.outcome == .known || $0.outcome == .skipped })
    }

    @Test("a string whose symbol has ended is free, though nobody wrote that it ended")
    func ended() throws {
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, delists_at)
            SELECT id, 'OLD', 'COIN', 'NEWCOIN', now() - interval '1 day' FROM exchanges WHERE enum_value = 'MEXC_SPOT'
            """)
        try database.bookTicker("MEXC_SPOT", "NEW", "COIN")
        #expect(try populate(isDryRun: true).pairs.map(\.outcome) == [.new])
        #expect(try database.integer("SELECT count(*) FROM symbols WHERE is_active") == 1)
        #expect(try populate().pairs.map(\.symbolId) == [2])
        #expect(try database.text("SELECT string_agg(id::text, ' ') FROM symbols WHERE is_active") == "2")
    }

    @Test("once fine, always fine: digits that were observed are remembered when only coarse rows are left")
    func digitsAreRemembered() throws {
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT", bid: "1.001", ask: "1.002")
        _ = try populate()
        try database.run("TRUNCATE book_ticker_snapshots")
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT", bid: "1.5", ask: "1.5")
        #expect(try populate().pairs.map(\.outcome) == [.known])
        #expect(try database.rules == ["MEXC_SPOT BTCUSDT 3 0.001 0 1 - inferred"])
    }

    @Test("rows that can be no symbol are reported with a reason and stop nothing")
    func oddRowsAreSkipped() throws {
        try database.run("ALTER TABLE book_ticker_snapshots ALTER symbol_base TYPE varchar(40)")
        let odd: [(String, String, String)] = [
            ("USDT", "USDT", "base and quote asset are the same"),
            ("ÄÖÜÄÖÜÄÖÜÄÖÜ", "USDT", ""), ("ÄÖÜÄÖÜÄÖÜÄÖÜÄ", "USDT", "has 26 bytes"),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "USDT", "has 26 bytes"), ("", "USDT", "base asset is empty"),
            (" BTC", "USDT", "blank"), ("B\tC", "USDT", "control"),
            ("btc", "USDT", "differs only in case from BTC/USDT"),
            ("BTC", "USDT", ""), ("doge", "USDT", ""), ("BTCU", "SDT", "the symbol string BTCUSDT is that of BTC/USDT"),
        ]
        for (base, quote, _) in odd { try database.bookTicker("MEXC_SPOT", base, quote) }
        try database.bookTicker("NOWHERE", "BTC", "USDT")
        try database.bookTicker("mexc_spot", "BTC", "USDT")
        let report = try populate()
        for (base, quote, reason) in odd {
            let pair = try #require(report.pair("MEXC_SPOT", base, quote), "\(base)/\(quote)")
            #expect(pair.outcome == (reason.isEmpty ? .new : .skipped), "\(base): \(pair)")
            #expect(reason.isEmpty || pair.remark?.contains(reason) == true, "\(base): \(pair)")
        }
        #expect(report.pair("MEXC_SPOT", "doge", "USDT")?.remark == "contains small letters; keys match byte for byte")
        #expect(report.venue("NOWHERE")?.outcome == .unknown)
        #expect(report.venue("mexc_spot")?.outcome == .unknown, "codes match byte for byte")
        #expect(report.pair("NOWHERE", "BTC", "USDT")?.remark == "unknown venue")
        #expect(report.venue("GATEIO_SPOT")?.outcome == .missing)
        #expect(try database.integer("SELECT count(*) FROM symbols") == 3)

        let state = try database.populatedState
        let again = try populate()
        #expect(
            again.pair("MEXC_SPOT", "btc", "USDT")?.remark?.contains("differs only in case from BTC/USDT (id ") == true)
        #expect(again.pair("MEXC_SPOT", "BTCU", "SDT")?.remark?.contains("belongs to BTC/USDT (id ") == true)
        #expect(try database.populatedState == state)
    }

    /// They were there before the constraints, which therefore hold only for what is written from then on.
    @Test("symbols that cannot be represented are named and stop nothing")
    func unservableSymbols() throws {
        for column in ["tick_size", "step_size"] {
            let name = "symbols_\(column)_servable"
            let rule = try database.text(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '\(name)'")
            try database.run("ALTER TABLE symbols DROP CONSTRAINT \(name)")
            try database.run(
                """
                INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, \(column))
                SELECT id, $1::text, 'USDT', $1::text || 'USDT',
                       CASE $1::text WHEN 'TICK_SIZE' THEN 'NaN' ELSE 12345678901.23456789 END
                  FROM exchanges WHERE enum_value = 'MEXC_SPOT'
                """, [.text(column.uppercased())])
            try database.run("ALTER TABLE symbols ADD CONSTRAINT \(name) \(rule) NOT VALID")
        }
        for base in ["TICK_SIZE", "STEP_SIZE", "BTC"] { try database.bookTicker("MEXC_SPOT", base, "USDT") }
        for isDryRun in [true, false] {
            let report = try populate(isDryRun: isDryRun)
            let tick = try #require(report.pair("MEXC_SPOT", "TICK_SIZE", "USDT"))
            #expect(tick.outcome == .skipped && tick.symbolId == 1, "\(tick)")
            #expect(tick.remark == "symbol 1 cannot be represented: tick_size is NaN")
            let step = try #require(report.pair("MEXC_SPOT", "STEP_SIZE", "USDT"))
            #expect(step.outcome == .skipped && step.symbolId == 2, "\(step)")
            #expect(
                step.remark == "symbol 2 cannot be represented: step_size has more than 18 significant digits")
            #expect(report.pair("MEXC_SPOT", "BTC", "USDT")?.outcome == .new)
        }
        #expect(try database.integer("SELECT count(*) FROM symbols WHERE last_seen IS NOT NULL") == 1)
        let checks = try ReferenceValidation(database.connection).run()
        #expect(checks.first { $0.name == "legacy.read" }?.verdict == .passed)
        #expect(checks.first { $0.name == "legacy.pairs" }?.verdict == .passed)
        let unusable = try #require(checks.first { $0.name == "legacy.unusable_pairs" })
        #expect(unusable.detail.contains("symbol 1 cannot be") && unusable.detail.contains("symbol 2 cannot be"))
    }

    @Test("a known venue that exchanges lacks is added with its defaults; another is mapped by its own symbols' style")
    func venues() throws {
        try database.run("DELETE FROM exchanges WHERE enum_value = 'GATEIO_SPOT'")
        try database.run(
            """
            INSERT INTO exchanges (name, enum_value, display_name, market_type) VALUES
                ('Kraken', 'KRAKEN_SPOT', 'Kraken', 'SPOT'), ('Other', 'OTHER_SPOT', 'Other', 'SPOT')
            """)
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT id, 'XBT', 'USD', 'XBT/USD' FROM exchanges WHERE enum_value = 'KRAKEN_SPOT'
            """)
        try database.bookTicker("GATEIO_SPOT", "BTC", "USDT")
        try database.bookTicker("KRAKEN_SPOT", "ETH", "USD")
        try database.bookTicker("Kraken", "SOL", "USD")
        try database.bookTicker("OTHER_SPOT", "BTC", "USDT")
        let dry = try populate(isDryRun: true)
        #expect(dry.venue("GATEIO_SPOT")?.outcome == .added && dry.venue("GATEIO_SPOT")?.exchangeId == nil)
        let report = try populate()
        #expect(report.venue("GATEIO_SPOT")?.outcome == .added && report.venue("GATEIO_SPOT")?.exchangeId != nil)
        #expect(
            try database.text(
                """
                SELECT format('%s %s %L', websocket_url, rate_limit_requests_per_second, precision_default)
                  FROM exchanges WHERE enum_value = 'GATEIO_SPOT'
                """
            )
                == "wss://api.gateio.ws/ws/v4/ 100 NULL")
        #expect(report.venue("Kraken")?.code == "KRAKEN_SPOT")
        #expect(report.pair("KRAKEN_SPOT", "ETH", "USD")?.symbolString == "ETH/USD")
        #expect(report.pair("KRAKEN_SPOT", "SOL", "USD")?.symbolString == "SOL/USD")
        #expect(report.pair("OTHER_SPOT", "BTC", "USDT")?.remark?.contains("is not known") == true)
        #expect(report.venue("MEXC_SPOT")?.outcome == .missing)
    }

    @Test("a last_seen never goes back, and rings no doorbell")
    func lastSeen() throws {
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT", at: "2025-10-11 03:00:00+00")
        _ = try populate()
        let stamp = "SELECT changed_xid::text FROM symbols"
        let before = try database.text(stamp)
        try database.run("UPDATE symbols SET last_seen = '2026-01-01 00:00:00+00'")
        #expect(try populate().seenCount == 0)
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT", at: "2026-02-01 00:00:00+00")
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT", at: "infinity")
        #expect(try populate().seenCount == 1)
        #expect(try database.text("SELECT last_seen::text FROM symbols") == "2026-02-01 00:00:00+00")
        #expect(try database.text(stamp) == before)
    }

    @Test("without the tables of the migrations the error says what to do; without legacy tables that is reported")
    func absentTables() throws {
        try database.run("DROP TABLE book_ticker_snapshots")
        try database.run("ALTER TABLE trade_snapshots RENAME TO moved")
        try database.run("CREATE VIEW trade_snapshots AS SELECT * FROM moved")
        #expect(try populate().absentTables == ["book_ticker_snapshots", "trade_snapshots"])
        try database.run("DROP TABLE symbol_inferences")
        let error = #expect(throws: StoreError.self) { try populate() }
        #expect(error?.description.contains("symbology migrate up") == true)
    }

    /// A letter with an accent, in one character and in two: other bytes, which Swift holds for equal.
    @Test("venues are told apart byte for byte")
    func venuesByTheirBytes() throws {
        let (composed, decomposed) = ("CAF\u{C9}_SPOT", "CAFE\u{301}_SPOT")
        try database.run(
            "INSERT INTO exchanges (name, enum_value, display_name, market_type) VALUES ($1, $1, 'Café', 'SPOT')",
            [.text(composed)])
        try database.bookTicker(decomposed, "BTC", "USDT")
        let report = try populate()
        let found = try #require(report.venues.first { $0.legacyName.utf8.elementsEqual(decomposed.utf8) })
        #expect(found.outcome == .unknown && found.exchangeId == nil)
        #expect(report.venues.contains { $0.outcome == .missing && $0.legacyName.utf8.elementsEqual(composed.utf8) })
        #expect(try database.integer("SELECT count(*) FROM symbols") == 0)
    }
}
