import PostgreSQL
import TestSupport
import Testing

/// `arbitrage_opportunities` beside a model of it, with venues, symbols and quotes of every kind at random.
///
/// All of a round is one transaction, in which `now()` stands still: so ages are exact.
@Suite struct ArbitrageTests {
    private struct Quote {
        var symbol: Int
        var bid: Int
        var ask: Int
        /// Before now; negative is ahead.
        var ageMicroseconds: Int
    }

    private struct Listed {
        var id: Int64
        var exchange: String
        var pair: String
        /// Whether it is what the pair means on a venue that trades.
        var counts: Bool
    }

    /// A row of the view; the percentage apart.
    private struct Opportunity: Hashable {
        var pair: String
        var bid: Int
        var ask: Int
        var exchanges: [String]
        var buy: String
        var buyId: Int64
        var sell: String
        var sellId: Int64
        var oldestMicroseconds: Int
    }

    private static let venues: [(code: String, market: String, isActive: Bool)] = [
        ("A_SPOT", "SPOT", true), ("B_SPOT", "SPOT", true), ("C_SPOT", "SPOT", true), ("D_FUTURES", "FUTURES", true),
        ("E_FUTURES", "FUTURES", true), ("F_SPOT", "SPOT", false),
    ]

    /// What a venue lists of a pair: columns as SQL, and whether it counts.
    private static let spot = [
        ("'spot', NULL, NULL, NULL, true", true), ("'spot', NULL, NULL, NULL, false", false),
        ("'spot', NULL, NULL, now(), true", false),
    ]
    private static let futures = [
        ("'perpetual', 'USDT', 'linear', NULL, true", true), ("'perpetual', 'USDT', 'linear', NULL, false", false),
        ("'perpetual', 'BTC', 'inverse', NULL, true", false), ("'perpetual', 'USDC', 'linear', NULL, true", false),
    ]

    private let database: TestSession

    init() throws {
        database = try TestSession()
        try database.run(
            """
            CREATE TABLE quotes PARTITION OF book_ticker_snapshots_v2 FOR VALUES FROM ('2000-01-01') TO ('2200-01-01')
            """)
        for venue in Self.venues {
            try database.run(
                """
                INSERT INTO exchanges (name, enum_value, display_name, market_type, is_active)
                VALUES ($1, $1, $1, $2, \(venue.isActive))
                """, [.text(venue.code), .text(venue.market)])
        }
    }

    private func list(_ generator: inout SeededGenerator) throws -> [Listed] {
        var symbols: [Listed] = []
        for number in 0..<24 {
            for venue in Self.venues where generator.chance(70) {
                let kinds = venue.market == "SPOT" ? Self.spot : Self.futures
                let kind = generator.chance(60) ? 0 : Int.random(in: 0..<kinds.count, using: &generator)
                let (columns, isMeant) = kinds[kind]
                let id = try database.run(
                    """
                    INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, kind, settle_asset,
                                         payoff, delists_at, is_active)
                    SELECT id, 'B\(number)', 'USDT', 'B\(number)USDT', \(columns) FROM exchanges WHERE enum_value = $1
                    RETURNING id
                    """, [.text(venue.code)]
                ).int64(0, 0)
                symbols.append(
                    Listed(
                        id: try #require(id), exchange: venue.code, pair: "B\(number)/USDT",
                        counts: isMeant && venue.isActive))
            }
        }
        return symbols
    }

    private static let ages = [
        -600_000_000, -60_000_001, -60_000_000, -1, 0, 1_000_000, 250_000_000, 299_999_999, 300_000_000, 900_000_000,
    ]

    private func quote(_ symbols: [Listed], _ generator: inout SeededGenerator) throws -> [Quote] {
        var quotes: [Quote] = []
        for symbol in symbols.indices {
            // None of one moment: of these either counts.
            for age in Self.ages.shuffled(using: &generator).prefix(Int.random(in: 0...3, using: &generator)) {
                let bid = Int.random(in: 1...6, using: &generator)
                quotes.append(
                    Quote(
                        symbol: symbol, bid: bid, ask: bid + Int.random(in: 0...2, using: &generator),
                        ageMicroseconds: age))
            }
        }
        for quote in quotes {
            try database.run(
                """
                INSERT INTO book_ticker_snapshots_v2 (symbol_id, bid_price, bid_qty, ask_price, ask_qty, timestamp)
                VALUES ($1, \(quote.bid), 1, \(quote.ask), 1, now() - $2 * interval '1 microsecond')
                """, [.int64(symbols[quote.symbol].id), .int64(Int64(quote.ageMicroseconds))])
        }
        return quotes
    }

    private func model(_ symbols: [Listed], _ quotes: [Quote]) -> Set<Opportunity> {
        var newest: [Int: Quote] = [:]
        for quote in quotes
        where symbols[quote.symbol].counts && quote.ageMicroseconds >= -60_000_000
            && quote.ageMicroseconds < 300_000_000
        {
            if let known = newest[quote.symbol], known.ageMicroseconds < quote.ageMicroseconds { continue }
            newest[quote.symbol] = quote
        }
        var opportunities: Set<Opportunity> = []
        for (pair, group) in Dictionary(grouping: newest.values, by: { symbols[$0.symbol].pair }) {
            let byVenue = group.sorted { symbols[$0.symbol].exchange < symbols[$1.symbol].exchange }
            guard let bid = group.map(\.bid).max(), let ask = group.map(\.ask).min(), bid > ask,
                let sell = byVenue.first(where: { $0.bid == bid }), let buy = byVenue.first(where: { $0.ask == ask })
            else { continue }
            let (seller, buyer) = (symbols[sell.symbol], symbols[buy.symbol])
            opportunities.insert(
                Opportunity(
                    pair: pair, bid: bid, ask: ask, exchanges: byVenue.map { symbols[$0.symbol].exchange },
                    buy: buyer.exchange, buyId: buyer.id, sell: seller.exchange, sellId: seller.id,
                    oldestMicroseconds: group.map(\.ageMicroseconds).max() ?? 0))
        }
        return opportunities
    }

    private func view() throws -> [Opportunity] {
        let rows = try database.run(
            """
            SELECT symbol_pair, highest_bid::int8, lowest_ask::int8, array_to_string(exchanges, ' '), buy_exchange,
                   buy_symbol_id, sell_exchange, sell_symbol_id,
                   (extract(epoch FROM now() - oldest_quote_time) * 1000000)::int8, exchange_count,
                   spread_opportunity = highest_bid - lowest_ask
                       AND abs(profit_percentage - 100.0 * spread_opportunity / lowest_ask) < 1e-9
                       AND symbol_pair = base_asset || '/' || quote_asset
              FROM arbitrage_opportunities
            """)
        return try (0..<rows.rowCount).map { row in
            let exchanges = try #require(try rows.text(row, 3)).split(separator: " ").map(String.init)
            #expect(try rows.int64(row, 9) == Int64(exchanges.count))
            #expect(try rows.bool(row, 10) == true)
            return Opportunity(
                pair: try #require(try rows.text(row, 0)), bid: Int(try #require(try rows.int64(row, 1))),
                ask: Int(try #require(try rows.int64(row, 2))), exchanges: exchanges,
                buy: try #require(try rows.text(row, 4)), buyId: try #require(try rows.int64(row, 5)),
                sell: try #require(try rows.text(row, 6)), sellId: try #require(try rows.int64(row, 7)),
                oldestMicroseconds: Int(try #require(try rows.int64(row, 8))))
        }
    }

    @Test("it has the pairs that cross, by the newest quote of each venue, and says where to buy and to sell")
    func random() throws {
        try SeededGenerator.run { generator in
            let seed = "\(generator)"
            var crossingCount = 0
            for _ in 0..<8 {
                try database.run("BEGIN")
                let symbols = try list(&generator)
                let quotes = try quote(symbols, &generator)
                let (found, wanted) = (try view(), model(symbols, quotes))
                #expect(Set(found) == wanted && found.count == wanted.count, "\(seed)")
                crossingCount += found.count
                try database.run("ROLLBACK")
            }
            #expect(crossingCount > 20, "\(seed)")
        }
    }

    @Test("no partition but that of now is looked into")
    func plan() throws {
        try database.run("DROP TABLE quotes")
        try database.run(
            """
            DO $$ BEGIN
                FOR week IN -5..5 LOOP
                    EXECUTE format('CREATE TABLE quotes_%s PARTITION OF book_ticker_snapshots_v2 '
                                   'FOR VALUES FROM (%L) TO (%L)', week + 5,
                                   date_trunc('week', now(), 'UTC') + week * interval '7 days',
                                   date_trunc('week', now(), 'UTC') + (week + 1) * interval '7 days');
                END LOOP;
            END $$
            """)
        let plan = try database.run("EXPLAIN (COSTS off) SELECT * FROM arbitrage_opportunities")
        let lines = try (0..<plan.rowCount).map { try plan.text($0, 0) ?? "" }
        // Around Monday's midnight there are two.
        let isPruned = lines.contains { $0.contains("Subplans Removed: 10") || $0.contains("Subplans Removed: 9") }
        #expect(isPruned, "\(lines.joined(separator: "\n"))")
    }
}
