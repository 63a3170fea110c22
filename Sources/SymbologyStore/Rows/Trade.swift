import ReferenceData

/// Who took the price.
public enum TradeSide: Int16, Sendable, Hashable, CaseIterable {
    /// A buyer took what was asked.
    case buy = 1
    /// A seller took what was bid.
    case sell = 2

    /// Reads `buy` and `sell`, as the legacy tables spell them; nil for anything else.
    public init?(legacyName: String) {
        switch legacyName {
        case "buy": self = .buy
        case "sell": self = .sell
        default: return nil
        }
    }
}

/// A trade as observed: a row of `trade_snapshots_v2`.
public struct Trade: StorableRow, Hashable {
    /// Nil until it is stored. What a legacy table wrote has that table's id, all else one from 2^52 on.
    public var id: Int64?
    /// `symbols.id`, as `SymbolResolution.symbolId` gives it.
    public var symbolId: UInt32
    /// In units of the quote asset for one of the base asset, or for one contract.
    public var price: WideDecimal
    /// In units of the base asset, or contracts.
    public var quantity: WideDecimal
    /// Who took the price.
    public var side: TradeSide
    /// When it happened.
    public var time: Timestamp
    /// The venue's own id of it; nil where the venue gives none.
    public var tradeId: String?
    /// What was paid as the venue says it, in units of the quote asset; nil where it does not.
    public var quoteQuantity: WideDecimal?
    /// As the venue says it; nil where it does not.
    public var isBuyer: Bool?
    /// As the venue says it; nil where it does not.
    public var isMaker: Bool?
    /// When the row was written; nil until it is stored, and for some legacy rows.
    public var createdAt: Timestamp?

    /// Makes one that is to be stored. The table refuses a price or quantity that is not positive.
    public init(
        symbolId: UInt32, price: WideDecimal, quantity: WideDecimal, side: TradeSide, time: Timestamp,
        tradeId: String? = nil, quoteQuantity: WideDecimal? = nil, isBuyer: Bool? = nil, isMaker: Bool? = nil
    ) {
        self.symbolId = symbolId
        self.price = price
        self.quantity = quantity
        self.side = side
        self.time = time
        self.tradeId = tradeId
        self.quoteQuantity = quoteQuantity
        self.isBuyer = isBuyer
        self.isMaker = isMaker
    }

    /// A legacy row under the id of its symbol.
    public init(_ legacy: LegacyTrade, symbolId: UInt32) {
        self.init(
            symbolId: symbolId, price: legacy.price, quantity: legacy.quantity, side: legacy.side, time: legacy.time,
            tradeId: legacy.tradeId, quoteQuantity: legacy.quoteQuantity, isBuyer: legacy.isBuyer,
            isMaker: legacy.isMaker)
    }

    /// Price times quantity, in units of the quote asset (of a contract of size one).
    public var notional: WideDecimal { get throws(NumberFault) { try price.multiplied(by: quantity) } }

    /// `trade_snapshots_v2`.
    public static let table = StoredTable(.trades)

    /// Appends the columns that are written.
    public func write(to fields: inout RowFields) throws(MarketStoreError) {
        try fields.append(symbolId: symbolId)
        try fields.append(price, "price")
        try fields.append(quantity, "quantity")
        fields.append(side.rawValue)
        try fields.append(time, "timestamp")
        try fields.append(tradeId, "trade_id")
        try fields.append(quoteQuantity, "quote_quantity")
        fields.append(isBuyer)
        fields.append(isMaker)
    }

    init(_ row: ResultRow) throws(MarketStoreError) {
        self.init(
            symbolId: try row.symbolId(1), price: try row.decimal(2), quantity: try row.decimal(3),
            side: try row.code(4), time: try row.time(5), tradeId: try row.optionalText(6),
            quoteQuantity: try row.optionalDecimal(7), isBuyer: try row.optionalBool(8),
            isMaker: try row.optionalBool(9))
        id = try row.int64(0)
        createdAt = try row.optionalTime(10)
    }
}

/// A trade that spells its venue and pair out, as `trade_snapshots` does and as venues and files do.
public struct LegacyTrade: NamedRow, Hashable {
    /// The code of the venue: its enum value, or else its name.
    public var exchange: String
    /// The base asset.
    public var symbolBase: String
    /// The quote asset.
    public var symbolQuote: String
    /// As `Trade.price`.
    public var price: WideDecimal
    /// As `Trade.quantity`.
    public var quantity: WideDecimal
    /// Who took the price.
    public var side: TradeSide
    /// When it happened.
    public var time: Timestamp
    /// As `Trade.tradeId`.
    public var tradeId: String?
    /// As `Trade.quoteQuantity`.
    public var quoteQuantity: WideDecimal?
    /// As the venue says it.
    public var isBuyer: Bool?
    /// As the venue says it.
    public var isMaker: Bool?

    /// Makes one from its columns.
    public init(
        exchange: String, symbolBase: String, symbolQuote: String, price: WideDecimal, quantity: WideDecimal,
        side: TradeSide, time: Timestamp, tradeId: String? = nil, quoteQuantity: WideDecimal? = nil,
        isBuyer: Bool? = nil, isMaker: Bool? = nil
    ) {
        self.exchange = exchange
        self.symbolBase = symbolBase
        self.symbolQuote = symbolQuote
        self.price = price
        self.quantity = quantity
        self.side = side
        self.time = time
        self.tradeId = tradeId
        self.quoteQuantity = quoteQuantity
        self.isBuyer = isBuyer
        self.isMaker = isMaker
    }

    /// The pair.
    public var symbol: SymbolReference { .pair(exchange: exchange, base: symbolBase, quote: symbolQuote) }

    /// The row by the id of its symbol.
    public func stored(symbolId: UInt32) -> Trade { Trade(self, symbolId: symbolId) }
}
