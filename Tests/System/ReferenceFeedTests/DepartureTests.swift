import ReferenceData
import Testing

@testable import ReferenceFeed

/// Which changes of ids are everyday work, and which say that the database is not the one it was.
@Suite struct DepartureTests {
    private static func row(
        _ id: UInt32, _ string: String, base: String? = nil, exchange: UInt16 = 1, isActive: Bool = true
    ) -> SymbolRecord {
        SymbolRecord(
            id: id, exchangeId: exchange, isActive: isActive, symbolString: SymbolText(string)!,
            baseAsset: AssetText(base ?? String(string.prefix { $0 != "_" }))!, quoteAsset: AssetText("USDT")!)
    }

    private static func venue(_ id: UInt16, _ code: String, name: String? = nil) -> Exchange {
        Exchange(id: id, name: name ?? code, enumValue: code, displayName: code, marketType: .spot)
    }

    private let exchanges = [venue(1, "A"), venue(2, "B")]
    private let symbols = [row(1, "BTC_USDT"), row(2, "ETH_USDT"), row(3, "BTC_USDT", exchange: 2), row(4, "SOL_USDT")]
    private var served: Snapshot {
        .build(
            ReferenceContent(exchanges: exchanges, symbols: symbols), epoch: 1, generation: 1, databaseSnapshot: "1:1:")
    }

    /// Reused ids and moved keys, of a whole load.
    private func counts(
        _ symbols: [SymbolRecord], exchanges: [Exchange]? = nil, aliases: [SymbolAlias] = []
    ) -> [Int] {
        let departure = Departure(
            ReferenceContent(exchanges: exchanges ?? self.exchanges, symbols: symbols, aliases: aliases), from: served)
        #expect(departure.symbolCount == symbols.count)
        return [departure.reusedCount, departure.movedCount]
    }

    @Test func whatKeepsItsIdIsNoDeparture() {
        #expect(counts(symbols) == [0, 0])
        #expect(counts(Array(symbols.dropLast())) == [0, 0])
        #expect(counts(symbols + [Self.row(9, "NEW_USDT")]) == [0, 0])
        // The string or the instrument stays.
        #expect(counts([Self.row(1, "XBT_USDT", base: "BTC")] + symbols.dropFirst()) == [0, 0])
        #expect(counts([Self.row(1, "BTC_USDT", base: "XBT")] + symbols.dropFirst()) == [0, 0])
        // Strings change places; a newcomer takes over the string of one that was delisted.
        #expect(
            counts([Self.row(1, "ETH_USDT", base: "BTC"), Self.row(2, "BTC_USDT", base: "ETH")] + symbols[2...])
                == [0, 0])
        #expect(
            counts([Self.row(1, "BTC_USDT", isActive: false), Self.row(9, "BTC_USDT", base: "NEW")] + symbols[1...])
                == [0, 0])
        // A coin that is renamed is known by its former name.
        let alias = SymbolAlias(key: SymbolKey(exchangeId: 1, symbol: SymbolText("SOL_USDT")!), symbolId: 4)
        #expect(counts(symbols.dropLast() + [Self.row(4, "LUX_USDT")], aliases: [alias]) == [0, 0])
    }

    @Test func idsThatMeanSomethingElseAreCounted() {
        #expect(counts([Self.row(2, "BTC_USDT"), Self.row(1, "ETH_USDT")] + symbols[2...]) == [2, 0])
        #expect(counts(symbols.dropLast() + [Self.row(4, "DOGE_USDT")]) == [1, 0])
        #expect(counts(symbols.dropLast() + [Self.row(4, "SOL_USDT", exchange: 2)]) == [1, 0])
        #expect(counts(symbols.dropLast() + [Self.row(9, "SOL_USDT")]) == [0, 1])
        #expect(counts(symbols.map { Self.row($0.id + 10, "\($0.symbolString)", exchange: $0.exchangeId) }) == [0, 4])
    }

    @Test func exchangesAreKnownByTheirCodes() {
        let swapped = symbols.map { Self.row($0.id, "\($0.symbolString)", exchange: 3 - $0.exchangeId) }
        #expect(counts(swapped, exchanges: [Self.venue(2, "A"), Self.venue(1, "B")]) == [2, 0])
        let renamed = [Self.venue(1, "A", name: "Renamed"), Self.venue(2, "NEW", name: "B")]
        #expect(counts(symbols, exchanges: renamed) == [0, 0])
        let moved = symbols.map { Self.row($0.id, "\($0.symbolString)", exchange: $0.exchangeId + 4) }
        #expect(counts(moved, exchanges: [Self.venue(5, "A"), Self.venue(6, "B")]) == [0, 2])
    }

    @Test func incrementsAreComparedWithWhatTheyDelete() {
        let moved = Departure(
            ReferenceDelta(symbols: [Self.row(9, "SOL_USDT")], deletedSymbolIds: [4, 4, 77]), from: served)
        #expect([moved.reusedCount, moved.movedCount, moved.symbolCount] == [0, 1, 4])
        let takenOver = Departure(
            ReferenceDelta(symbols: [Self.row(4, "SOL_USDT", isActive: false), Self.row(9, "SOL_USDT", base: "N")]),
            from: served)
        #expect([takenOver.reusedCount, takenOver.movedCount, takenOver.symbolCount] == [0, 0, 5])
    }

    @Test func theLimitIsAShareAndStrangeIdsHaveTheirOwn() {
        let one = Departure(
            ReferenceContent(exchanges: exchanges, symbols: symbols.dropLast() + [Self.row(9, "SOL_USDT")]),
            from: served)
        let reused = Departure(
            ReferenceContent(exchanges: exchanges, symbols: symbols.dropLast() + [Self.row(4, "DOGE_USDT")]),
            from: served)
        let limit = ShrinkLimit()
        #expect(!limit.forbids(one, of: 4, isWhole: true, isOther: false))
        #expect(limit.forbids(one, of: 4, isWhole: true, isOther: true), "another database")
        #expect(limit.forbids(one, of: 1, isWhole: true, isOther: false), "all of them")
        #expect(limit.forbids(reused, of: 1_000, isWhole: true, isOther: false))
        #expect(!limit.forbids(reused, of: 1, isWhole: false, isOther: false), "written within a session that saw it")
        let wide = ShrinkLimit(percentMax: 25, strangePercentMax: 25)
        #expect(!wide.forbids(reused, of: 4, isWhole: true, isOther: true))
        #expect(wide.forbids(reused, of: 3, isWhole: true, isOther: true))
        #expect(!limit.forbids(vanishing: 100, of: 100) && limit.forbids(vanishing: 101, of: 201))
        #expect(!limit.forbids(vanishing: 101, of: 202))
        #expect(!ShrinkLimit(percentMax: 100, strangePercentMax: 100).forbids(vanishing: 500, of: 500))
    }
}
