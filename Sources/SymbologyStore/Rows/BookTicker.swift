import ReferenceData

/// The best bid and ask of a symbol at a moment: a row of `book_ticker_snapshots_v2`.
///
/// Prices are in units of the quote asset for one of the base asset (for one contract where the symbol has a contract
/// size), quantities in units of the base asset, or contracts.
public struct BookTicker: StorableRow, Hashable {
    /// Nil until it is stored. What a legacy table wrote has that table's id, all else one from 2^52 on.
    public var id: Int64?
    /// `symbols.id`, as `SymbolResolution.symbolId` gives it.
    public var symbolId: UInt32
    /// The highest price that anybody bids.
    public var bidPrice: WideDecimal
    /// How much is bid at that price.
    public var bidQuantity: WideDecimal
    /// The lowest price that anybody asks; no less than the bid.
    public var askPrice: WideDecimal
    /// How much is asked at that price.
    public var askQuantity: WideDecimal
    /// When it was observed.
    public var time: Timestamp
    /// When the row was written; nil until it is stored, and for some legacy rows.
    public var createdAt: Timestamp?

    /// Makes one that is to be stored. The table refuses prices and quantities that are not positive, and an ask below
    /// the bid.
    public init(
        symbolId: UInt32, bidPrice: WideDecimal, bidQuantity: WideDecimal, askPrice: WideDecimal,
        askQuantity: WideDecimal, time: Timestamp
    ) {
        self.symbolId = symbolId
        self.bidPrice = bidPrice
        self.bidQuantity = bidQuantity
        self.askPrice = askPrice
        self.askQuantity = askQuantity
        self.time = time
    }

    /// A legacy row under the id of its symbol.
    public init(_ legacy: LegacyBookTicker, symbolId: UInt32) {
        self.init(
            symbolId: symbolId, bidPrice: legacy.bidPrice, bidQuantity: legacy.bidQuantity, askPrice: legacy.askPrice,
            askQuantity: legacy.askQuantity, time: legacy.time)
    }

    /// Ask less bid, in units of the quote asset.
    public var spread: WideDecimal { get throws(NumberFault) { try askPrice.subtracting(bidPrice) } }

    /// Halfway between bid and ask, in units of the quote asset.
    public var midPrice: WideDecimal { get throws(NumberFault) { try bidPrice.adding(askPrice).halved() } }

    /// The spread in percent of the mid price. A quotient has no last digit: this is the nearest `Double`, for
    /// thresholds and people.
    public var spreadPercentage: Double {
        get throws(NumberFault) { try spread.approximation / midPrice.approximation * 100 }
    }

    /// What the bid is worth: price times quantity, in units of the quote asset (of a contract of size one).
    public var bidNotional: WideDecimal { get throws(NumberFault) { try bidPrice.multiplied(by: bidQuantity) } }

    /// What the ask is worth: price times quantity, in units of the quote asset (of a contract of size one).
    public var askNotional: WideDecimal { get throws(NumberFault) { try askPrice.multiplied(by: askQuantity) } }

    /// `book_ticker_snapshots_v2`.
    public static let table = StoredTable(.bookTickers)

    /// Appends the columns that are written.
    public func write(to fields: inout RowFields) throws(MarketStoreError) {
        try fields.append(symbolId: symbolId)
        try fields.append(bidPrice, "bid_price")
        try fields.append(bidQuantity, "bid_qty")
        try fields.append(askPrice, "ask_price")
        try fields.append(askQuantity, "ask_qty")
        try fields.append(time, "timestamp")
    }

    init(_ row: ResultRow) throws(MarketStoreError) {
        self.init(
            symbolId: try row.symbolId(1), bidPrice: try row.decimal(2), bidQuantity: try row.decimal(3),
            askPrice: try row.decimal(4), askQuantity: try row.decimal(5), time: try row.time(6))
        id = try row.int64(0)
        createdAt = try row.optionalTime(7)
    }
}

/// A best bid and ask that spells its venue and pair out, as `book_ticker_snapshots` does and as venues and files do.
public struct LegacyBookTicker: NamedRow, Hashable {
    /// The code of the venue: its enum value, or else its name.
    public var exchange: String
    /// The base asset.
    public var symbolBase: String
    /// The quote asset.
    public var symbolQuote: String
    /// As `BookTicker.bidPrice`.
    public var bidPrice: WideDecimal
    /// As `BookTicker.bidQuantity`.
    public var bidQuantity: WideDecimal
    /// As `BookTicker.askPrice`.
    public var askPrice: WideDecimal
    /// As `BookTicker.askQuantity`.
    public var askQuantity: WideDecimal
    /// When it was observed.
    public var time: Timestamp

    /// Makes one from its columns.
    public init(
        exchange: String, symbolBase: String, symbolQuote: String, bidPrice: WideDecimal, bidQuantity: WideDecimal,
        askPrice: WideDecimal, askQuantity: WideDecimal, time: Timestamp
    ) {
        self.exchange = exchange
        self.symbolBase = symbolBase
        self.symbolQuote = symbolQuote
        self.bidPrice = bidPrice
        self.bidQuantity = bidQuantity
        self.askPrice = askPrice
        self.askQuantity = askQuantity
        self.time = time
    }

    /// The pair.
    public var symbol: SymbolReference { .pair(exchange: exchange, base: symbolBase, quote: symbolQuote) }

    /// The row by the id of its symbol.
    public func stored(symbolId: UInt32) -> BookTicker { BookTicker(self, symbolId: symbolId) }
}
