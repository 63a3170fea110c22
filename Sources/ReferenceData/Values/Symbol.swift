/// One row of `symbols` for people: `SymbolRecord` with Swift strings, and the flags of the answer it came in.
public struct Symbol: Sendable, Hashable, Identifiable {
    /// `symbols.id`, from 1.
    public var id: UInt32
    public var exchangeId: UInt16
    /// The symbol's own `is_active`; see `isTradable`.
    public var isActive: Bool
    public var precisionBase: UInt8
    public var precisionQuote: UInt8
    public var precisionPrice: UInt8
    /// The venue's own name for the symbol.
    public var symbolString: String
    public var baseAsset: String
    public var quoteAsset: String
    public var minOrderSize: DecimalValue
    public var maxOrderSize: DecimalValue
    public var tickSize: DecimalValue
    public var stepSize: DecimalValue
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var lastSeen: Timestamp
    public var flags: ResolutionFlags

    public init(_ record: SymbolRecord, flags: ResolutionFlags) {
        id = record.id
        exchangeId = record.exchangeId
        isActive = record.isActive
        precisionBase = record.precisionBase
        precisionQuote = record.precisionQuote
        precisionPrice = record.precisionPrice
        symbolString = record.symbolString.description
        baseAsset = record.baseAsset.description
        quoteAsset = record.quoteAsset.description
        minOrderSize = record.minOrderSize
        maxOrderSize = record.maxOrderSize
        tickSize = record.tickSize
        stepSize = record.stepSize
        createdAt = record.createdAt
        updatedAt = record.updatedAt
        lastSeen = record.lastSeen
        self.flags = flags
    }

    /// Whether the symbol and its exchange are both active.
    public var isTradable: Bool { flags.contains([.active, .exchangeActive]) }
}
