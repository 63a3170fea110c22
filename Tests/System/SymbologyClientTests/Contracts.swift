import ReferenceData

/// Tables with all kinds of instruments: a spot venue, one of futures and one of options whose chain has 700 rows.
enum Contracts {
    /// 2026-12-01T00:00:00Z.
    static let start = Timestamp(microsecondsSince1970: 1_796_083_200_000_000)

    static func time(days: Int = 0, hours: Int = 0, seconds: Int = 0) -> Timestamp {
        let seconds = Int64(days * 24 + hours) * 3_600 + Int64(seconds)
        return Timestamp(microsecondsSince1970: start.microsecondsSince1970 + seconds * 1_000_000)
    }

    static let exchanges = [
        Tables.exchange(1, "ALPHA_SPOT"), Tables.exchange(2, "BETA_FUTURES"), options(3, "DELTA_OPTIONS"),
    ]

    private static func options(_ id: UInt16, _ code: String) -> Exchange {
        var exchange = Tables.exchange(id, code)
        exchange.marketType = .options
        return exchange
    }

    static func symbol(
        _ id: UInt32, exchangeId: UInt16, _ kind: InstrumentKind, base: String = "BTC", quote: String = "USDT",
        settle: String = "USDT", payoff: Payoff? = .linear, expiresAt: Timestamp = .absent, strike: String? = nil,
        optionType: OptionType? = nil
    ) -> SymbolRecord {
        let isContract = kind != .spot
        return SymbolRecord(
            id: id, exchangeId: exchangeId, kind: kind, settleAsset: AssetText(isContract ? settle : "")!,
            payoff: isContract ? payoff : nil, contractSize: isContract ? DecimalValue("0.01")! : .absent,
            expiresAt: expiresAt, strike: strike.map { DecimalValue($0)! } ?? .absent, optionType: optionType,
            symbolString: SymbolText("S\(id)")!, baseAsset: AssetText(base)!, quoteAsset: AssetText(quote)!,
            tickSize: DecimalValue("0.25")!)
    }

    /// Seven days of a hundred options each. On the first, one more call of the last strike expires in the afternoon:
    /// two have one name.
    static let chain: [SymbolRecord] = (0..<700).map { number in
        let (day, strike) = (number / 100, number % 100)
        let isTwin = number == 99
        return symbol(
            UInt32(1_000 + number * 11 % 700), exchangeId: 3, .option,
            expiresAt: time(days: day + 1, hours: isTwin ? 16 : 8), strike: "\(10_000 + strike / 2 * 500)",
            optionType: strike % 2 == 0 || isTwin ? .call : .put)
    }

    static let others = [
        symbol(1, exchangeId: 1, .spot), symbol(2, exchangeId: 1, .spot, base: "A/B"),
        symbol(3, exchangeId: 2, .perpetual), symbol(4, exchangeId: 2, .perpetual, settle: "BTC", payoff: .inverse),
        symbol(5, exchangeId: 2, .perpetual, base: "ETH", settle: "BTC", payoff: .quanto),
        symbol(6, exchangeId: 2, .perpetual, base: "ETH", settle: "ETH", payoff: .inverse),
        symbol(7, exchangeId: 2, .future, expiresAt: time(days: 25)),
        symbol(8, exchangeId: 2, .future, expiresAt: time(days: 2)),
        symbol(9, exchangeId: 2, .other, payoff: nil),
        symbol(
            10, exchangeId: 2, .option, base: String(repeating: "L", count: 25), expiresAt: time(days: 2),
            strike: "123456789.5", optionType: .put),
    ]

    static func snapshot(at time: Timestamp = start, generation: UInt64 = 3) -> Snapshot {
        Snapshot.build(
            ReferenceContent(exchanges: exchanges, symbols: others + chain), epoch: 7, generation: generation,
            databaseSnapshot: "", at: time)
    }

    /// With every form, hits and misses, on every exchange.
    static let names = [
        "BTC/USDT", "A/B/USDT", "BTC/USDT:USDT", "BTC/USDT:BTC", "ETH/USDT:BTC", "ETH/USDT", "BTC/USDT:USDT-261226",
        "BTC/USDT:USDT-261203", "BTC/USDT:USDT-261226-10000-C", "BTC/USDT:USDT-261202-10000-C",
        "BTC/USDT:USDT-261202-34500-C", "BTC/USDT:USDT-261208-34500-P", "BTC/USDT:USDT-261202-34500-X", "BTC", "/", ":",
        "", "BTC/", "S3", "\(String(repeating: "L", count: 25))/USDT:USDT-261203-123456789.5-P",
        "\(String(repeating: "L", count: 26))/USDT", String(repeating: "é", count: 25), "BTC\0/USDT",
    ]
}
