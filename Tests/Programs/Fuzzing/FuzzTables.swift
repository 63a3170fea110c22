import ReferenceData

/// A small world with one of everything: base and overlay, inactive and refused rows, an alias, names beyond ASCII.
enum FuzzTables {
    static func snapshot() -> Snapshot {
        let exchanges = (1...3).map { id in
            Exchange(
                id: UInt16(id), name: "venue \(id)", enumValue: "VENUE_\(id)", displayName: "Venue \(id)",
                marketType: id == 3 ? .futures : .spot, isActive: id != 2)
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
                exchanges: exchanges, symbols: symbols, aliases: alias.map { [$0] } ?? [], refused: [refused]),
            epoch: 7, generation: 1, databaseSnapshot: "100:200:")
        let changed = [symbol(1, "BTC", exchangeId: 1, isActive: false), symbol(30, "NEW", exchangeId: 3)]
        let delta = ReferenceDelta(symbols: changed.compactMap { $0 }, deletedSymbolIds: [5])
        return base.applying(delta, generation: 2, databaseSnapshot: "100:201:").snapshot
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
