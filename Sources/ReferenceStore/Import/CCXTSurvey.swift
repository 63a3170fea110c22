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
        for field in [CCXTMarket.Field.precisionPrice, .precisionAmount, .precisionQuote] where !hasFraction {
            guard let text = try? market.text(field, reader), let number = DecimalValue(text) else { continue }
            if number.exponent < 0 { hasFraction = true } else { hasWholeNumber = true }
        }
    }

    /// Nil where it cannot be told. The mode is one for all markets of an exchange, and in two of ccxt's three modes
    /// precision counts digits: a number that is not whole is a size. A whole one may be either, however it is written:
    /// ccxt's Python writes the sizes 1 and 10 as 1.0 and 10.0, and whoever calculates with its counts writes 8 as 8.0,
    /// which read as a tick would be wrong by nine powers of ten.
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
