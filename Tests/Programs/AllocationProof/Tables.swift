import ReferenceData

/// Reference data that sends lookups down every way there is: rows of the base and of the overlay, aliases, refused
/// rows, inactive symbols, unknown symbols and unknown exchanges.
struct Tables {
    static let symbolCount: UInt32 = 10_000
    /// As many keys as one batch of the proofs asks for.
    static let keyCount = 1_024

    let snapshot: Snapshot
    /// Half of them found, half of them not.
    let symbolKeys: [SymbolKey]
    let pairKeys: [PairKey]
    /// Unified names with their exchanges: pairs and perpetuals by turns, half of them found.
    let names: [(exchangeId: UInt16, name: String)]

    init() throws {
        let exchanges = (1...4).map { id in
            Exchange(
                id: UInt16(id), name: "venue \(id)", enumValue: "VENUE_\(id)", displayName: "Venue \(id)",
                marketType: .spot, isActive: id != 4)
        }
        let symbols = try (1...Self.symbolCount).map { try Self.symbol($0) }
        let perpetuals = try (1...UInt32(Self.keyCount)).map { try Self.perpetual($0) }
        let alias = try SymbolAlias(key: Self.key("OLD_NAME", on: 1), symbolId: 4)
        let refused = try RefusedRow(
            table: .symbol, id: 90_000, reason: "a number with too many digits",
            symbolKey: Self.key("REFUSED_USDT", on: 1), exchangeId: 1)
        let base = Snapshot.build(
            ReferenceContent(
                exchanges: exchanges, symbols: symbols + perpetuals, aliases: [alias], refused: [refused]), epoch: 1,
            generation: 1, databaseSnapshot: "100:200:")
        let changed = try (1...50).map { try Self.symbol($0 * 7, precisionPrice: 3) }
        snapshot =
            base.applying(
                ReferenceDelta(symbols: changed, deletedSymbolIds: [5, 6]), generation: 2, databaseSnapshot: "100:201:"
            ).snapshot

        var symbolKeys: [SymbolKey] = []
        var pairKeys: [PairKey] = []
        var names: [(exchangeId: UInt16, name: String)] = []
        for position in 0..<UInt32(Self.keyCount) {
            let isKnown = position % 2 == 0
            let symbol = try Self.symbol(position + 1)
            let exchangeId = isKnown ? symbol.exchangeId : position % 32 == 1 ? 900 : 2
            let name = "\(isKnown ? "C" : "MISSING")\(position + 1)"
            symbolKeys.append(try Self.key("\(name)_USDT", on: exchangeId))
            guard let pair = PairKey(exchangeId: exchangeId, base: name, quote: "USDT") else { throw BadTables() }
            pairKeys.append(pair)
            let isPair = position % 4 < 2
            names.append(isPair ? (exchangeId, "\(name)/USDT") : (2, "\(isKnown ? "P" : "M")\(position + 1)/USDT:USDT"))
        }
        symbolKeys[1] = alias.key
        symbolKeys[3] = try Self.key("REFUSED_USDT", on: 1)
        self.symbolKeys = symbolKeys
        self.pairKeys = pairKeys
        self.names = names
    }

    private static func symbol(_ id: UInt32, precisionPrice: UInt8 = 5) throws -> SymbolRecord {
        guard let symbol = SymbolText("C\(id)_USDT"), let base = AssetText("C\(id)"), let quote = AssetText("USDT")
        else { throw BadTables() }
        return SymbolRecord(
            id: id, exchangeId: UInt16(id % 4) + 1, isActive: id % 10 != 3, precisionBase: 6, precisionQuote: 4,
            precisionPrice: precisionPrice, symbolString: symbol, baseAsset: base, quoteAsset: quote)
    }

    private static func perpetual(_ number: UInt32) throws -> SymbolRecord {
        guard let symbol = SymbolText("P\(number)"), let base = AssetText("P\(number)"), let quote = AssetText("USDT")
        else { throw BadTables() }
        return SymbolRecord(
            id: symbolCount + number, exchangeId: 2, kind: .perpetual, settleAsset: quote, payoff: .linear,
            symbolString: symbol, baseAsset: base, quoteAsset: quote)
    }

    private static func key(_ symbol: String, on exchangeId: UInt16) throws -> SymbolKey {
        guard let key = SymbolKey(exchangeId: exchangeId, symbol: symbol) else { throw BadTables() }
        return key
    }

    struct BadTables: Error {}
}
