/// A load that is held back, because serving it would lose so many symbols that it is likelier a mistake.
public struct HeldBackLoad: Sendable, Hashable, BitwiseCopyable {
    /// How many symbols and exchanges fewer there would be than are served.
    public var vanishingSymbolCount: UInt32
    public var vanishingExchangeCount: UInt32
    /// When the first of these loads was held back, in nanoseconds of CLOCK_MONOTONIC.
    public var sinceNanoseconds: UInt64

    public init(vanishingSymbolCount: UInt32, vanishingExchangeCount: UInt32, sinceNanoseconds: UInt64) {
        self.vanishingSymbolCount = vanishingSymbolCount
        self.vanishingExchangeCount = vanishingExchangeCount
        self.sinceNanoseconds = sinceNanoseconds
    }
}
