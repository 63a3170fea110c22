/// A load that is held back, because serving it would lose so many symbols, or change ids, that it is likelier a
/// mistake.
public struct HeldBackLoad: Sendable, Hashable, BitwiseCopyable {
    /// How many symbols and exchanges fewer there would be than are served.
    public var vanishingSymbolCount: UInt32
    public var vanishingExchangeCount: UInt32
    /// How many ids that are served would mean something else, or be gone while their key goes on under another.
    public var changingIdCount: UInt32
    /// When the first of these loads was held back, in nanoseconds of CLOCK_MONOTONIC.
    public var sinceNanoseconds: UInt64

    public init(
        vanishingSymbolCount: UInt32, vanishingExchangeCount: UInt32, changingIdCount: UInt32, sinceNanoseconds: UInt64
    ) {
        self.vanishingSymbolCount = vanishingSymbolCount
        self.vanishingExchangeCount = vanishingExchangeCount
        self.changingIdCount = changingIdCount
        self.sinceNanoseconds = sinceNanoseconds
    }
}
