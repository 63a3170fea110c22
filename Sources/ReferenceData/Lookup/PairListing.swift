/// A pair, and the symbols that trade it.
public struct PairListing: Sendable, Hashable {
    /// The base asset as the tables write it.
    public var base: String
    /// The quote asset as the tables write it.
    public var quote: String
    /// Those of the pair, in order of exchange id, expiry, strike, option type and id.
    public var symbols: [Symbol]

    /// Makes a listing of symbols that have this base and quote.
    public init(base: String, quote: String, symbols: [Symbol]) {
        self.base = base
        self.quote = quote
        self.symbols = symbols
    }
}

extension Page where Row == PairListing {
    /// Adds the next symbol in the order of pairs.
    package mutating func append(_ symbol: Symbol) {
        let record = symbol.record
        if let last = rows.last?.symbols.last?.record, last.baseAsset == record.baseAsset,
            last.quoteAsset == record.quoteAsset
        {
            rows[rows.count - 1].symbols.append(symbol)
        } else {
            rows.append(PairListing(base: symbol.baseAsset, quote: symbol.quoteAsset, symbols: [symbol]))
        }
    }

    /// Leaves at most `limit` pairs.
    package mutating func cut(to limit: Int) {
        guard rows.count > limit else { return }
        rows.removeLast(rows.count - limit)
        hasMore = true
    }
}
