import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import SymbologyStore

@Suite("Market data out of the store")
struct MarketDataQueryTests {
    @Test("the newest, by name, venue, base and quote; symbols without any have none")
    func latest() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let now = try fixture.now()
        try store.insert(
            named: [
                fixture.legacy("B1", at: now), fixture.legacy("B1", at: now.adding(milliseconds: -1)),
                fixture.legacy("B1", exchange: "GATEIO_SPOT", at: now), fixture.legacy("B2", at: now),
            ])
        let one = try store.run(.latestBookTickers(of: .symbol(StoreFixture.pair)))
        #expect(one.map(\.time) == [now] && one[0].bidPrice == wide("1.5"))
        #expect(try store.run(.latestBookTickers(of: .all)).count == 3)
        #expect(try store.run(.latestBookTickers(of: .matching(exchange: "MEXC_SPOT"))).count == 2)
        #expect(try store.run(.latestBookTickers(of: .matching(base: "B1"))).count == 2)
        #expect(try store.run(.latestBookTickers(of: .matching(exchange: "GATEIO_SPOT", quote: "USDT"))).count == 1)
        #expect(try store.run(.latestBookTickers(of: .matching(quote: "EUR"))).isEmpty)
        let quiet = SymbolReference.pair(exchange: "MEXC_SPOT", base: "B9", quote: "USDT")
        #expect(try store.run(.latestBookTickers(of: .symbol(quiet))).isEmpty)
        #expect(throws: MarketStoreError.unknownExchange("NOWHERE", .unknownExchange)) {
            try store.run(.latestBookTickers(of: .matching(exchange: "NOWHERE")))
        }
    }

    @Test("a range comes in pages that lose and repeat nothing, also of rows of one moment")
    func pages() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, other, now) = (try fixture.id(), try fixture.id(StoreFixture.otherPair), try fixture.now())
        // Seven rows of each moment, over two symbols.
        let rows = (0..<70).map { index in
            fixture.ticker(index % 2 == 0 ? symbolId : other, at: now.adding(milliseconds: Int64(index / 7)))
        }
        try store.insert(rows)
        let symbols = SymbolSelection.symbols([StoreFixture.pair, StoreFixture.otherPair])
        let end = now.adding(milliseconds: 9)
        var seen: [BookTicker] = []
        var (from, afterId) = (now, Int64.min)
        while true {
            let page = try store.run(.bookTickers(of: symbols, from: from, to: end, afterId: afterId, limit: 4))
            guard let last = page.last, let id = last.id else { break }
            seen += page
            (from, afterId) = (last.time, id)
        }
        #expect(seen.count == 63, "the end is not part of it")
        #expect(Set(seen.compactMap(\.id)).count == 63)
        #expect(seen.map(\.time) == seen.map(\.time).sorted())
        #expect(try store.run(.bookTickers(of: symbols, from: end, to: now)).isEmpty)
        #expect(throws: MarketStoreError.self) { try store.run(.bookTickers(of: symbols, from: .absent, to: now)) }
    }

    @Test("sampled: of each step the newest, none where there is none")
    func sampled() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        let moments: [Int64] = [0, 400, 999, 1_000, 3_500, 3_999]
        try store.insert(moments.map { fixture.ticker(symbolId, at: now.adding(milliseconds: $0)) })
        let one = SymbolSelection.symbol(StoreFixture.pair)
        let samples = try store.run(
            .sampledBookTickers(of: one, from: now, to: now.adding(milliseconds: 3_900), stepMilliseconds: 1_000))
        #expect(samples.map(\.start) == [0, 1_000, 3_000].map { now.adding(milliseconds: $0) })
        #expect(samples.map(\.row.time) == [999, 1_000, 3_500].map { now.adding(milliseconds: $0) })
        for step in [0, -1] {
            #expect(throws: MarketStoreError.self) {
                try store.run(.sampledBookTickers(of: one, from: now, to: now, stepMilliseconds: step))
            }
        }
        #expect(throws: MarketStoreError.self) {
            try store.run(
                .sampledBookTickers(of: one, from: now, to: now.adding(milliseconds: 200_000), stepMilliseconds: 1))
        }
    }

    @Test("trades, their numbers, and those of quotes")
    func statistics() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let (symbolId, now) = (try fixture.id(), try fixture.now())
        let end = now.adding(milliseconds: 1_000)
        let one = SymbolSelection.symbol(StoreFixture.pair)
        let trade = LegacyTrade(
            exchange: "MEXC_SPOT", symbolBase: "B1", symbolQuote: "USDT", price: wide("2"), quantity: wide("0.1"),
            side: .buy, time: now, tradeId: "a\u{1F}\t\\ü", quoteQuantity: wide("0.2"), isBuyer: true)
        try store.insert(named: [trade])
        let second = Trade(
            symbolId: symbolId, price: wide("5"), quantity: wide("0.2"), side: .sell, time: now.adding(milliseconds: 10)
        )
        try store.insert(second)
        let trades = try store.run(.trades(of: one, from: now, to: end))
        #expect(trades.map(\.tradeId) == [trade.tradeId, nil] && trades.map(\.side) == [.buy, .sell])
        #expect(trades[0].quoteQuantity == wide("0.2") && trades[0].isBuyer == true && trades[0].isMaker == nil)
        #expect(try store.run(.latestTrades(of: one)).map(\.price) == [wide("5")])
        #expect(try store.run(.sampledTrades(of: one, from: now, to: end, stepMilliseconds: 5)).count == 2)
        let numbers = try #require(try store.run(.tradeStatistics(of: one, from: now, to: end)).first)
        #expect(numbers.count == 2 && numbers.buyCount == 1 && numbers.quantity == wide("0.3"))
        #expect(numbers.notional == wide("1.2") && numbers.averagePrice == wide("4"))
        #expect(numbers.lowestPrice == wide("2") && numbers.highestPrice == wide("5"))

        try store.insert([
            fixture.ticker(symbolId, bid: "1", ask: "1.5", at: now),
            fixture.ticker(symbolId, bid: "2", ask: "2", at: now),
        ])
        let quotes = try #require(try store.run(.bookTickerStatistics(of: one, from: now, to: end)).first)
        #expect(quotes.count == 2 && quotes.symbolId == symbolId && quotes.firstTime == now && quotes.lastTime == now)
        #expect(quotes.narrowestSpread == .zero && quotes.widestSpread == wide("0.5"))
        #expect(quotes.averageSpread == wide("0.25") && quotes.lowestBid == wide("1") && quotes.highestAsk == wide("2"))
        #expect(try store.run(.bookTickerStatistics(of: one, from: end, to: now)).isEmpty)
    }

    @Test("rows are removed by age: of some symbols, or of all")
    func removal() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let now = try fixture.now()
        let rows = (0..<10).flatMap { index in
            ["B1", "B2"].map { fixture.legacy($0, at: now.adding(milliseconds: Int64(index))) }
        }
        try store.insert(named: rows)
        let middle = now.adding(milliseconds: 5)
        #expect(try store.run(.removeRows(of: .bookTickers(.symbol(StoreFixture.pair)), before: middle)) == 5)
        #expect(try store.run(.removeRows(of: .bookTickers(nil), before: middle)) == 5)
        #expect(try fixture.count("book_ticker_snapshots_v2") == 10)
        #expect(try store.run(.removeRows(of: .trades(.all), before: middle)) == 0)
    }

    @Test("a pair that one venue bids more for than another asks, the best first")
    func arbitrage() throws {
        let fixture = try StoreFixture()
        let store = try fixture.store()
        let now = try fixture.now()
        let (mexc, gate) = (try fixture.id(), try fixture.id(StoreFixture.otherPair))
        try store.insert([
            fixture.ticker(mexc, bid: "0.00003539", ask: "0.0000354", at: now),
            fixture.ticker(gate, bid: "0.00003537", ask: "0.00003538", at: now),
        ])
        let found = try store.run(.arbitrageOpportunities())
        #expect(found.count == 1)
        let one = try #require(found.first)
        #expect(one.base == "B1" && one.quote == "USDT" && one.spread == wide("1e-8"))
        #expect(one.buyExchange == "GATEIO_SPOT" && one.buySymbolId == gate && one.sellSymbolId == mexc)
        #expect(one.exchanges == ["GATEIO_SPOT", "MEXC_SPOT"] && one.oldestQuoteTime == now)
        #expect(one.profitPercentage > wide("0.0282") && one.profitPercentage < wide("0.0283"))
        #expect(try store.run(.arbitrageOpportunities(profitPercentageMin: wide("0.03"))).isEmpty)
        #expect(try store.run(.performanceAlerts()).isEmpty)
    }
}
