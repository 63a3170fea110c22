import ReferenceData

/// Numbers about the trades of a symbol in a span of time. Prices and quantities as in `Trade`.
public struct TradeStatistics: Sendable, Hashable {
    /// `symbols.id`.
    public let symbolId: UInt32
    /// How many trades.
    public let count: Int64
    /// The time of the first.
    public let firstTime: Timestamp
    /// The time of the last.
    public let lastTime: Timestamp
    /// The lowest price.
    public let lowestPrice: WideDecimal
    /// The highest price.
    public let highestPrice: WideDecimal
    /// The sum of the quantities.
    public let quantity: WideDecimal
    /// The sum of price times quantity.
    public let notional: WideDecimal
    /// The notional by the quantity; of a quotient 18 digits behind the point are kept.
    public let averagePrice: WideDecimal
    /// Of the trades, those that a buyer made.
    public let buyCount: Int64

    init(_ row: ResultRow) throws(MarketStoreError) {
        symbolId = try row.symbolId(0)
        count = try row.int64(1)
        firstTime = try row.time(2)
        lastTime = try row.time(3)
        lowestPrice = try row.decimal(4)
        highestPrice = try row.decimal(5)
        quantity = try row.decimal(6)
        notional = try row.decimal(7)
        averagePrice = try row.decimal(8)
        buyCount = try row.int64(9)
    }
}
