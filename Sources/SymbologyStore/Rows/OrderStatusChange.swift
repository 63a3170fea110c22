import ReferenceData

/// A change of an order's status: a row of `order_status_history`. Quantities are in units of the base asset, or
/// contracts; filled and remaining are together what was ordered.
public struct OrderStatusChange: StorableRow, Hashable {
    /// Nil until it is stored.
    public var id: Int64?
    /// `symbols.id`.
    public var symbolId: UInt32
    /// The venue's id of the order; at most 100 bytes.
    public var orderId: String
    /// Nil of the first.
    public var previousStatus: OrderStatus?
    /// What it is from then on.
    public var newStatus: OrderStatus
    /// What was ordered; positive.
    public var originalQuantity: WideDecimal
    /// Of the whole order so far.
    public var filledQuantity: WideDecimal
    /// What is not filled, also of what was cancelled.
    public var remainingQuantity: WideDecimal
    /// In the venue's words.
    public var reason: String?
    /// When the venue says that it changed.
    public var time: Timestamp
    /// When the row was written; nil until it is stored.
    public var createdAt: Timestamp?

    /// Makes one that is to be stored: what remains is what was ordered less what is filled.
    /// - Throws: where that has no exact value.
    public init(
        symbolId: UInt32, orderId: String, previousStatus: OrderStatus? = nil, newStatus: OrderStatus,
        originalQuantity: WideDecimal, filledQuantity: WideDecimal = .zero, reason: String? = nil, time: Timestamp
    ) throws(NumberFault) {
        self.symbolId = symbolId
        self.orderId = orderId
        self.previousStatus = previousStatus
        self.newStatus = newStatus
        self.originalQuantity = originalQuantity
        self.filledQuantity = filledQuantity
        remainingQuantity = try originalQuantity.subtracting(filledQuantity)
        self.reason = reason
        self.time = time
    }

    /// `order_status_history`.
    public static let table = StoredTable(.orderStatusHistory)

    /// Appends the columns that are written.
    public func write(to fields: inout RowFields) throws(MarketStoreError) {
        try fields.append(symbolId: symbolId)
        try fields.append(orderId, "order_id")
        fields.append(previousStatus?.rawValue)
        fields.append(newStatus.rawValue)
        try fields.append(originalQuantity, "original_quantity")
        try fields.append(filledQuantity, "filled_quantity")
        try fields.append(remainingQuantity, "remaining_quantity")
        try fields.append(reason, "status_reason")
        try fields.append(time, "status_time")
    }

    init(_ row: ResultRow) throws(MarketStoreError) {
        id = try row.int64(0)
        symbolId = try row.symbolId(1)
        orderId = try row.text(2)
        previousStatus = try row.optionalCode(3)
        newStatus = try row.code(4)
        originalQuantity = try row.decimal(5)
        filledQuantity = try row.decimal(6)
        remainingQuantity = try row.decimal(7)
        reason = try row.optionalText(8)
        time = try row.time(9)
        createdAt = try row.optionalTime(10)
    }
}
