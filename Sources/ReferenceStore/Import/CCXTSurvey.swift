import ReferenceData

/// What a file of markets has, market by market.
struct CCXTSurvey {
    /// Those that name a symbol.
    private(set) var marketCount = 0
    private var isGiven = Array(repeating: false, count: CCXTMarket.Field.allCases.count)
    private var hasFraction = false
    private var hasWholeNumber = false

    mutating func note(_ market: CCXTMarket, _ reader: JSONReader) {
        if market[.id] != nil || market[.symbol] != nil { marketCount += 1 }
        for field in CCXTMarket.Field.allCases where market[field] != nil { isGiven[field.rawValue] = true }
        for field in [CCXTMarket.Field.precisionPrice, .precisionAmount] where !hasFraction {
            guard let text = try? market.text(field, reader), DecimalValue(text) != nil else { continue }
            let isFraction = text.utf8.contains { ".eE".utf8.contains($0) }
            if isFraction { hasFraction = true } else { hasWholeNumber = true }
        }
    }

    /// Nil where it cannot be told. A count of digits is a whole number; ccxt's Python writes a size as 1.0 even where
    /// it is whole.
    var precision: CCXTPrecision? { hasFraction || !hasWholeNumber ? .tickSize : nil }

    /// Those that say what a symbol is, and those that any market gives.
    func columns(_ precision: CCXTPrecision) -> [SymbolColumn] {
        let always: [SymbolColumn] = [
            .exchange, .baseAsset, .quoteAsset, .symbolString, .kind, .settleAsset, .payoff, .expiresAt, .strike,
            .optionType,
        ]
        return SymbolColumn.allCases.filter { column in
            always.contains(column)
                || CCXTMarket.sources(of: column, precision).contains { isGiven[$0.rawValue] }
        }
    }
}
