import ReferenceData

/// A pair that one venue bids more for than another asks, by the newest quotes of the last five minutes. Fees, depth
/// and contract sizes are the reader's to judge.
public struct ArbitrageOpportunity: Sendable, Hashable, CustomStringConvertible {
    /// The base asset of the pair.
    public let base: String
    /// The quote asset of the pair.
    public let quote: String
    /// The highest bid, in units of the quote asset for one of the base.
    public let highestBid: WideDecimal
    /// The lowest ask, in the same units.
    public let lowestAsk: WideDecimal
    /// Bid less ask.
    public let spread: WideDecimal
    /// The spread in percent of the lowest ask; of a quotient 18 digits behind the point are kept.
    public let profitPercentage: WideDecimal
    /// The venues with such a quote of the pair, by their codes.
    public let exchanges: [String]
    /// Who asks the least.
    public let buyExchange: String
    /// The symbol there.
    public let buySymbolId: UInt32
    /// Who bids the most.
    public let sellExchange: String
    /// The symbol there.
    public let sellSymbolId: UInt32
    /// When the oldest of the quotes was observed.
    public let oldestQuoteTime: Timestamp

    /// `BTC/USDT: buy on A at 1, sell on B at 1.1, 10 %`.
    public var description: String {
        "\(base)/\(quote): buy on \(buyExchange) at \(lowestAsk), sell on \(sellExchange) at \(highestBid), "
            + "\(profitPercentage) %"
    }

    init(_ row: ResultRow) throws(MarketStoreError) {
        base = try row.text(0)
        quote = try row.text(1)
        highestBid = try row.decimal(2)
        lowestAsk = try row.decimal(3)
        spread = try row.decimal(4)
        profitPercentage = try row.decimal(5)
        exchanges = try row.text(6).split(separator: "\u{1F}").map(String.init)
        buyExchange = try row.text(7)
        buySymbolId = try row.symbolId(8)
        sellExchange = try row.text(9)
        sellSymbolId = try row.symbolId(10)
        oldestQuoteTime = try row.time(11)
    }
}
