import ReferenceData

/// What a resolver has answered. Plain numbers of one thread; copies of them are summed for `Status`.
public struct ResolverCounters: Sendable, Hashable {
    /// Requests that looked something up by key or id.
    public internal(set) var lookupCount: UInt64 = 0
    /// Those of them that were answered `ok`.
    public internal(set) var hitCount: UInt64 = 0
    public internal(set) var inactiveCount: UInt64 = 0
    public internal(set) var unknownSymbolCount: UInt64 = 0
    public internal(set) var unknownExchangeCount: UInt64 = 0
    public internal(set) var notLoadedCount: UInt64 = 0
    public internal(set) var refusedCount: UInt64 = 0
    /// Requests answered by `Rejected`.
    public internal(set) var rejectedCount: UInt64 = 0

    public init() {}

    /// Lookups that found no id.
    public var missCount: UInt64 { unknownSymbolCount &+ unknownExchangeCount &+ notLoadedCount &+ refusedCount }

    /// Counts lookups that were answered `ok`.
    @inline(__always)
    mutating func countHits(_ count: Int) {
        lookupCount &+= UInt64(truncatingIfNeeded: count)
        hitCount &+= UInt64(truncatingIfNeeded: count)
    }

    @inline(__always)
    mutating func count(_ status: ResolutionStatus) {
        lookupCount &+= 1
        switch status {
        case .ok: hitCount &+= 1
        case .inactive: inactiveCount &+= 1
        case .unknownSymbol: unknownSymbolCount &+= 1
        case .unknownExchange: unknownExchangeCount &+= 1
        case .notLoaded: notLoadedCount &+= 1
        case .refused: refusedCount &+= 1
        default: break
        }
    }
}
