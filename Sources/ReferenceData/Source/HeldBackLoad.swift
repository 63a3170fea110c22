/// A load that is held back, because serving it would lose so many symbols, or change ids, that it is likelier a
/// mistake; or because there is no memory for it.
public struct HeldBackLoad: Sendable, Hashable, BitwiseCopyable {
    /// How many symbols and exchanges fewer there would be than are served.
    public var vanishingSymbolCount: UInt32
    public var vanishingExchangeCount: UInt32
    /// How many ids that are served would mean something else, or be gone while their key goes on under another.
    public var changingIdCount: UInt32
    /// The memory that it would take, where that is more than there is.
    public var neededByteCount: UInt64?
    /// When the first of these loads was held back, in nanoseconds of CLOCK_MONOTONIC.
    public var sinceNanoseconds: UInt64

    public init(
        vanishingSymbolCount: UInt32 = 0, vanishingExchangeCount: UInt32 = 0, changingIdCount: UInt32 = 0,
        neededByteCount: UInt64? = nil, sinceNanoseconds: UInt64 = 0
    ) {
        self.vanishingSymbolCount = vanishingSymbolCount
        self.vanishingExchangeCount = vanishingExchangeCount
        self.changingIdCount = changingIdCount
        self.neededByteCount = neededByteCount
        self.sinceNanoseconds = sinceNanoseconds
    }
}
