import ReferenceData

/// How the orders of a symbol went in the last 24 hours. Quantities are in units of the base asset, or contracts. Of
/// quotients 18 digits behind the point are kept.
public struct TradingPerformance: Sendable, Hashable {
    /// The code of the venue.
    public let exchange: String
    /// `BTC/USDT`.
    public let pair: String
    /// `symbols.id`.
    public let symbolId: UInt32
    /// How many orders.
    public let orderCount: Int64
    /// How many executions they had.
    public let executionCount: Int64
    /// Orders that were filled.
    public let filledCount: Int64
    /// Orders that were cancelled, some of them partly filled.
    public let cancelledCount: Int64
    /// Orders that were rejected.
    public let rejectedCount: Int64
    /// What was bought.
    public let buyQuantity: WideDecimal
    /// What was sold.
    public let sellQuantity: WideDecimal
    /// In units of the quote asset, weighed by quantity; nil where nothing was executed.
    public let averagePrice: WideDecimal?
    /// What was executed of what was ordered.
    public let fillPercentage: WideDecimal?
    /// Of the executions, those that rested in the book; nil where there are none.
    public let makerPercentage: WideDecimal?
    /// Milliseconds from the order to its first execution; nil where there is none.
    public let averageWaitMilliseconds: WideDecimal?
    /// Of the last execution; nil where there is none.
    public let lastExecutionTime: Timestamp?

    init(_ row: ResultRow) throws(MarketStoreError) {
        exchange = try row.text(0)
        pair = try row.text(1)
        symbolId = try row.symbolId(2)
        orderCount = try row.int64(3)
        executionCount = try row.int64(4)
        filledCount = try row.int64(5)
        cancelledCount = try row.int64(6)
        rejectedCount = try row.int64(7)
        buyQuantity = try row.decimal(8)
        sellQuantity = try row.decimal(9)
        averagePrice = try row.optionalDecimal(10)
        fillPercentage = try row.optionalDecimal(11)
        makerPercentage = try row.optionalDecimal(12)
        averageWaitMilliseconds = try row.optionalDecimal(13)
        lastExecutionTime = try row.optionalTime(14)
    }
}
