/// The answer to "which ids does this key have", 24 bytes by value.
@frozen
public struct SymbolResolution: Sendable, Hashable, BitwiseCopyable {
    public var status: ResolutionStatus
    public var flags: ResolutionFlags
    /// The exchange asked for, also when the symbol is unknown.
    public var exchangeId: UInt16
    /// 0 unless the status is `ok` or `inactive`.
    public var symbolId: UInt32
    public var precisionPrice: UInt8
    public var precisionBase: UInt8
    public var precisionQuote: UInt8
    /// The generation of the image that answered; comparable only within one epoch.
    public var generation: UInt64

    @inlinable
    public init(
        status: ResolutionStatus, flags: ResolutionFlags = [], exchangeId: UInt16 = 0, symbolId: UInt32 = 0,
        precisionPrice: UInt8 = 0, precisionBase: UInt8 = 0, precisionQuote: UInt8 = 0, generation: UInt64
    ) {
        self.status = status
        self.flags = flags
        self.exchangeId = exchangeId
        self.symbolId = symbolId
        self.precisionPrice = precisionPrice
        self.precisionBase = precisionBase
        self.precisionQuote = precisionQuote
        self.generation = generation
    }
}
