import ReferenceData

/// A small world with one of everything: base and overlay, inactive and refused rows, an alias, names beyond ASCII.
enum FuzzTables {
    static func snapshot() -> Snapshot {
        let marketTypes: [MarketType] = [.spot, .spot, .futures, .spot, .options]
        let exchanges = marketTypes.enumerated().map { index, marketType in
            let id = UInt16(index + 1)
            return Exchange(
                id: id, name: "venue \(id)", enumValue: "VENUE_\(id)", displayName: "Venue \(id)",
                marketType: marketType, isActive: id != 2)
        }
        let names = ["BTC", "ETH", "币安", "SOL", "A", "B", "LONGEST_POSSIBLE_20B"]
        let symbols = names.enumerated().flatMap { index, name in
            (1...3).compactMap { symbol(UInt32(index * 3 + $0), name, exchangeId: UInt16($0)) }
        }
        let alias = SymbolKey(exchangeId: 1, symbol: "OLD_NAME").map { SymbolAlias(key: $0, symbolId: 4) }
        let refused = RefusedRow(
            table: .symbol, id: 900, reason: "a number with too many digits",
            symbolKey: SymbolKey(exchangeId: 1, symbol: "REFUSED_USDT"), exchangeId: 1)
        let base = Snapshot.build(
            ReferenceContent(
                exchanges: exchanges, symbols: symbols + contracts, aliases: alias.map { [$0] } ?? [],
                refused: [refused]),
            epoch: 7, generation: 1, databaseSnapshot: "100:200:", at: now)
        let changed = [
            symbol(1, "BTC", exchangeId: 1, isActive: false), symbol(30, "NEW", exchangeId: 3),
            contract(107, .option, on: 5, "BTC", expiresIn: 2, strike: 3, isActive: false),
        ]
        let delta = ReferenceDelta(symbols: changed.compactMap { $0 }, deletedSymbolIds: [5])
        return base.applying(delta, generation: 2, databaseSnapshot: "100:201:").snapshot
    }

    private static let now = Timestamp("2024-12-27T00:00:00Z") ?? .absent

    /// Perpetuals of one pair, futures of one name, options that are dead twins, in both halves of their lives.
    private static let contracts =
        [
            contract(100, .perpetual, on: 3, "BTC"), contract(101, .perpetual, on: 3, "ETH"),
            contract(102, .future, on: 3, "BTC", expiresIn: 1), contract(103, .future, on: 3, "BTC", expiresIn: 2),
            contract(104, .future, on: 3, "BTC", expiresIn: -40), contract(105, .other, on: 3, "BTC", expiresIn: 5),
        ].compactMap { $0 }
        + (106...130).compactMap { id in
            contract(
                id, .option, on: 5, "BTC", expiresIn: Int64(id % 4) * 8, strike: Int64(id % 6) + 1, isActive: id % 3 > 0
            )
        }

    private static func contract(
        _ id: UInt32, _ kind: InstrumentKind, on exchangeId: UInt16, _ base: String, expiresIn hours: Int64? = nil,
        strike: Int64? = nil, isActive: Bool = true
    ) -> SymbolRecord? {
        guard var record = symbol(id, base, exchangeId: exchangeId, isActive: isActive),
            let symbol = SymbolText("\(base)-\(id)")
        else { return nil }
        record.symbolString = symbol
        record.kind = kind
        record.settleAsset = record.quoteAsset
        record.payoff = id % 2 == 0 ? .linear : .inverse
        if let hours {
            record.expiresAt = Timestamp(
                microsecondsSince1970: now.microsecondsSince1970 + hours * 3_600_000_000)
        }
        if let strike {
            record.strike = DecimalValue(mantissa: strike, exponent: 5) ?? .zero
            record.optionType = id % 2 == 0 ? .call : .put
        }
        return record
    }

    static func symbol(
        _ id: UInt32, _ base: String, exchangeId: UInt16, isActive: Bool? = nil
    ) -> SymbolRecord? {
        guard let symbol = SymbolText("\(base)_USDT"), let base = AssetText(base), let quote = AssetText("USDT")
        else { return nil }
        return SymbolRecord(
            id: id, exchangeId: exchangeId, isActive: isActive ?? (id % 5 != 3), precisionBase: 6, precisionQuote: 4,
            precisionPrice: 5, symbolString: symbol, baseAsset: base, quoteAsset: quote)
    }
}
