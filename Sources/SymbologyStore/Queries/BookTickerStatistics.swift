import ReferenceData

/// Numbers about the quotes of a symbol in a span of time. Prices as in `BookTicker`.
public struct BookTickerStatistics: Sendable, Hashable {
    /// `symbols.id`.
    public let symbolId: UInt32
    /// How many quotes.
    public let count: Int64
    /// The time of the first.
    public let firstTime: Timestamp
    /// The time of the last.
    public let lastTime: Timestamp
    /// The lowest bid.
    public let lowestBid: WideDecimal
    /// The highest bid.
    public let highestBid: WideDecimal
    /// The lowest ask.
    public let lowestAsk: WideDecimal
    /// The highest ask.
    public let highestAsk: WideDecimal
    /// The narrowest spread.
    public let narrowestSpread: WideDecimal
    /// The widest spread.
    public let widestSpread: WideDecimal
    /// The mean of the spreads, each quote counted once; of a mean 18 digits behind the point are kept.
    public let averageSpread: WideDecimal

    init(_ row: ResultRow) throws(MarketStoreError) {
        symbolId = try row.symbolId(0)
        count = try row.int64(1)
        firstTime = try row.time(2)
        lastTime = try row.time(3)
        lowestBid = try row.decimal(4)
        highestBid = try row.decimal(5)
        lowestAsk = try row.decimal(6)
        highestAsk = try row.decimal(7)
        narrowestSpread = try row.decimal(8)
        widestSpread = try row.decimal(9)
        averageSpread = try row.decimal(10)
    }
}
