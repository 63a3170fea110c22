import ReferenceData

/// Which way an order trades.
public enum OrderSide: Int16, Sendable, Hashable, CaseIterable {
    /// Buys the base asset.
    case buy = 1
    /// Sells it.
    case sell = 2
}

/// What an order asks for.
public enum OrderType: Int16, Sendable, Hashable, CaseIterable {
    /// Its price or a better one.
    case limit = 1
    /// The market's price.
    case market = 2
    /// Its price, and only as maker.
    case limitMaker = 3
    /// What is there at once.
    case immediateOrCancel = 4
    /// All of it at once, or nothing.
    case fillOrKill = 5
    /// A limit order once the stop price is reached.
    case stopLimit = 6
    /// A market order once the stop price is reached.
    case stopMarket = 7
}

/// How long an order stands.
public enum TimeInForce: Int16, Sendable, Hashable, CaseIterable {
    /// Until it is cancelled.
    case goodTillCancelled = 1
    /// Not at all: what is not filled at once is cancelled.
    case immediateOrCancel = 2
    /// Not at all, and it is filled whole or not.
    case fillOrKill = 3
    /// Until a time.
    case goodTillDate = 4
}

/// How far an order is.
public enum OrderStatus: Int16, Sendable, Hashable, CaseIterable {
    /// The venue says something that is none of these.
    case unknown = -1
    /// Nothing is filled yet.
    case new = 1
    /// All is filled.
    case filled = 2
    /// Some is filled, the rest stands.
    case partiallyFilled = 3
    /// Cancelled before anything was filled.
    case cancelled = 4
    /// Some is filled, the rest cancelled.
    case partiallyCancelled = 5
    /// Its time was over.
    case expired = 6
    /// The venue never took it.
    case rejected = 7
}

/// One execution of an order, or what is known of an order that has none yet: a row of `order_executions`.
///
/// Quantities are in units of the base asset, or contracts; prices in units of the quote asset for one of these.
public struct OrderExecution: StorableRow, Hashable {
    /// Nil until it is stored.
    public var id: Int64?
    /// `symbols.id`.
    public var symbolId: UInt32
    /// The venue's id of the order; at most 100 bytes.
    public var orderId: String
    /// The id that whoever ordered gave it; at most 100 bytes.
    public var clientOrderId: String?
    /// The venue's id of this execution; nil of an order that has none. At most 100 bytes.
    public var executionId: String?
    /// Which way it trades.
    public var side: OrderSide
    /// What it asks for.
    public var orderType: OrderType
    /// How long it stands.
    public var timeInForce: TimeInForce
    /// What was ordered; positive.
    public var originalQuantity: WideDecimal
    /// What this execution alone filled; not more than was ordered.
    public var executedQuantity: WideDecimal
    /// What the order still wants after this execution.
    public var remainingQuantity: WideDecimal
    /// The price that was asked for; nil of an order at the market's price.
    public var orderPrice: WideDecimal?
    /// The price that was had; nil while nothing is executed.
    public var executionPrice: WideDecimal?
    /// At which price the order comes to life; nil where at once.
    public var stopPrice: WideDecimal?
    /// What the book shows of it; nil for all.
    public var icebergQuantity: WideDecimal?
    /// For this execution, in units of `commissionAsset`; negative when paid to us.
    public var commission: WideDecimal?
    /// In what the commission is paid; at most 25 bytes.
    public var commissionAsset: String?
    /// Of the order, after this execution.
    public var status: OrderStatus
    /// Whether it rested in the book; nil when unknown.
    public var isMaker: Bool?
    /// When the venue took the order.
    public var orderTime: Timestamp
    /// When the venue executed it; nil while nothing is executed.
    public var executionTime: Timestamp?
    /// When the row was written; nil until it is stored.
    public var createdAt: Timestamp?

    /// Makes an order of which nothing is executed; what is known beyond that is set afterwards.
    public init(
        symbolId: UInt32, orderId: String, side: OrderSide, orderType: OrderType,
        timeInForce: TimeInForce = .goodTillCancelled, originalQuantity: WideDecimal, orderPrice: WideDecimal? = nil,
        status: OrderStatus = .new, orderTime: Timestamp
    ) {
        self.symbolId = symbolId
        self.orderId = orderId
        self.side = side
        self.orderType = orderType
        self.timeInForce = timeInForce
        self.originalQuantity = originalQuantity
        executedQuantity = .zero
        remainingQuantity = originalQuantity
        self.orderPrice = orderPrice
        self.status = status
        self.orderTime = orderTime
    }

    /// Execution price times executed quantity, in units of the quote asset (of a contract of size one); nil while
    /// nothing is executed.
    public var notional: WideDecimal? {
        get throws(NumberFault) {
            guard let executionPrice else { return nil }
            return try executionPrice.multiplied(by: executedQuantity)
        }
    }

    /// `order_executions`.
    public static let table = StoredTable(.orderExecutions)

    /// Appends the columns that are written.
    public func write(to fields: inout RowFields) throws(MarketStoreError) {
        try fields.append(symbolId: symbolId)
        try fields.append(orderId, "order_id")
        try fields.append(clientOrderId, "client_order_id")
        try fields.append(executionId, "execution_id")
        fields.append(side.rawValue)
        fields.append(orderType.rawValue)
        fields.append(timeInForce.rawValue)
        try fields.append(originalQuantity, "original_quantity")
        try fields.append(executedQuantity, "executed_quantity")
        try fields.append(remainingQuantity, "remaining_quantity")
        try fields.append(orderPrice, "order_price")
        try fields.append(executionPrice, "execution_price")
        try fields.append(stopPrice, "stop_price")
        try fields.append(icebergQuantity, "iceberg_quantity")
        try fields.append(commission, "commission")
        try fields.append(commissionAsset, "commission_asset")
        fields.append(status.rawValue)
        fields.append(isMaker)
        try fields.append(orderTime, "order_time")
        try fields.append(optional: executionTime, "execution_time")
    }

    init(_ row: ResultRow) throws(MarketStoreError) {
        id = try row.int64(0)
        symbolId = try row.symbolId(1)
        orderId = try row.text(2)
        clientOrderId = try row.optionalText(3)
        executionId = try row.optionalText(4)
        side = try row.code(5)
        orderType = try row.code(6)
        timeInForce = try row.code(7)
        originalQuantity = try row.decimal(8)
        executedQuantity = try row.decimal(9)
        remainingQuantity = try row.decimal(10)
        orderPrice = try row.optionalDecimal(11)
        executionPrice = try row.optionalDecimal(12)
        stopPrice = try row.optionalDecimal(13)
        icebergQuantity = try row.optionalDecimal(14)
        commission = try row.optionalDecimal(15)
        commissionAsset = try row.optionalText(16)
        status = try row.code(17)
        isMaker = try row.optionalBool(18)
        orderTime = try row.time(19)
        executionTime = try row.optionalTime(20)
        createdAt = try row.optionalTime(21)
    }
}
