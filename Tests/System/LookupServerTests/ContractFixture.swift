import ReferenceData

/// Four exchanges with every kind of instrument, in the first days of 2026: among them a chain of 700 options.
enum ContractFixture {
    static let (spot, futures, options, unknown): (UInt16, UInt16, UInt16, UInt16) = (1, 2, 4, 9)
    static let chainCount = 700
    static let firstOption: UInt32 = 1_000
    /// Two pairs of futures of one name each, and a pair with two perpetuals.
    static let (linear, inverse, expired, morning, evening): (UInt32, UInt32, UInt32, UInt32, UInt32) = (2, 3, 6, 7, 8)

    static let now = time("2026-01-10T00:00:00Z")
    /// When future `morning` expires.
    static let due = time("2030-01-01T08:00:00Z")

    static func time(_ text: String) -> Timestamp { Timestamp(text)! }

    static func asset(_ text: String) -> AssetText { AssetText(text)! }

    static func contract(
        _ id: UInt32, _ kind: InstrumentKind, on exchangeId: UInt16, _ symbol: String, _ base: String, _ quote: String,
        settle: String, _ payoff: Payoff = .linear, expiresAt: Timestamp = .absent, strike: DecimalValue = .absent,
        _ optionType: OptionType? = nil
    ) -> SymbolRecord {
        SymbolRecord(
            id: id, exchangeId: exchangeId, kind: kind, settleAsset: asset(settle), payoff: payoff,
            contractSize: DecimalValue("0.01")!, expiresAt: expiresAt, strike: strike, optionType: optionType,
            symbolString: SymbolText(symbol)!, baseAsset: asset(base), quoteAsset: asset(quote),
            tickSize: DecimalValue("0.05")!, isTiered: kind == .option)
    }

    /// Seven days with fifty strikes each, calls and puts, in no order of theirs.
    static let chain: [SymbolRecord] = (0..<chainCount).map { number in
        let index = number * 397 % chainCount
        let (day, strike) = (index / 100, index / 2 % 50 + 1)
        let expiry = Timestamp(
            microsecondsSince1970: time("2026-03-27T08:00:00Z").microsecondsSince1970 + Int64(day) * 86_400_000_000)
        return contract(
            firstOption + UInt32(number), .option, on: options, "BTC-\(day)-\(strike)-\(index % 2)", "BTC", "USD",
            settle: "BTC", .inverse, expiresAt: expiry, strike: DecimalValue(mantissa: Int64(strike) * 5, exponent: 2)!,
            index % 2 == 0 ? .call : .put)
    }

    static let content: ReferenceContent = {
        func exchange(_ id: UInt16, _ code: String, _ type: MarketType) -> Exchange {
            Exchange(id: id, name: code.lowercased(), enumValue: code, displayName: code, marketType: type)
        }
        let others = [
            SymbolRecord(
                id: 1, exchangeId: spot, precisionPrice: 2, symbolString: SymbolText("BTCUSDT")!,
                baseAsset: asset("BTC"), quoteAsset: asset("USDT")),
            contract(linear, .perpetual, on: futures, "BTCUSDT", "BTC", "USDT", settle: "USDT"),
            contract(inverse, .perpetual, on: futures, "BTCUSDT_I", "BTC", "USDT", settle: "BTC", .inverse),
            contract(4, .perpetual, on: futures, "ETHUSD_A", "ETH", "USD", settle: "ETH", .inverse),
            contract(5, .perpetual, on: futures, "ETHUSD_B", "ETH", "USD", settle: "USDC", .quanto),
            contract(
                expired, .future, on: futures, "BTC_OLD", "BTC", "USDT", settle: "USDT",
                expiresAt: time("2026-01-02T08:00:00Z")),
            contract(morning, .future, on: futures, "BTC_AM", "BTC", "USDT", settle: "USDT", expiresAt: due),
            contract(
                evening, .future, on: futures, "BTC_PM", "BTC", "USDT", settle: "USDT",
                expiresAt: time("2030-01-01T20:00:00Z")),
            SymbolRecord(
                id: 9, exchangeId: spot, symbolString: SymbolText("A:B")!, baseAsset: asset("A:B"),
                quoteAsset: asset("USDT")),
        ]
        return ReferenceContent(
            exchanges: [
                exchange(spot, "ALPHA_SPOT", .spot), exchange(futures, "BETA_FUTURES", .futures),
                exchange(options, "DELTA_OPTIONS", .options),
            ], symbols: others + chain)
    }()

    static let snapshot = Snapshot.build(
        content, epoch: Fixture.epoch, generation: 1, databaseSnapshot: "100:200:", at: now)
}
