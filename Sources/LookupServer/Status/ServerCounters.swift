import ReferenceData

/// What a server counts, one line a counter. Plain numbers of one serving thread, or sums over all.
///
/// Nothing but `UInt64`s: `PublishedCounters` copies them as words, so that a further counter is one line here, where
/// it is counted, and where `Status` shows it.
public struct ServerCounters: Sendable, Hashable, BitwiseCopyable {
    /// Lookups by key or id that were answered `ok`.
    public internal(set) var hitCount: UInt64 = 0
    public internal(set) var inactiveCount: UInt64 = 0
    public internal(set) var unknownSymbolCount: UInt64 = 0
    public internal(set) var unknownExchangeCount: UInt64 = 0
    public internal(set) var notLoadedCount: UInt64 = 0
    public internal(set) var refusedCount: UInt64 = 0
    /// Lookups to which several live symbols answer.
    public internal(set) var ambiguousCount: UInt64 = 0
    /// Requests answered by `Rejected`.
    public internal(set) var rejectedCount: UInt64 = 0
    /// `Change` frames handed to subscribers, each counted once for each of them.
    public internal(set) var pushCount: UInt64 = 0

    public init() {}

    /// Lookups that found no id.
    public var missCount: UInt64 {
        unknownSymbolCount &+ unknownExchangeCount &+ notLoadedCount &+ refusedCount &+ ambiguousCount
    }

    /// Requests that looked something up by key or id.
    public var lookupCount: UInt64 { hitCount &+ inactiveCount &+ missCount }

    mutating func count(_ status: ResolutionStatus) {
        switch status {
        case .ok: hitCount &+= 1
        case .inactive: inactiveCount &+= 1
        case .unknownSymbol: unknownSymbolCount &+= 1
        case .unknownExchange: unknownExchangeCount &+= 1
        case .notLoaded: notLoadedCount &+= 1
        case .refused: refusedCount &+= 1
        case .ambiguous: ambiguousCount &+= 1
        case .malformed, .limitReached, .unsupported, .generationGone: assertionFailure("no lookup ends like that")
        }
    }
}

/// One serving thread's counters for the others to read: it counts in plain numbers and stores copies here once a read,
/// so no lookup pays for a locked instruction.
final class PublishedCounters: Sendable {
    private let words = PublishedWords(count: MemoryLayout<ServerCounters>.size / MemoryLayout<UInt64>.size)

    deinit { words.deallocate() }

    @inline(__always)
    func store(_ counters: ServerCounters) {
        withUnsafeBytes(of: counters) { bytes in
            let counts = bytes.assumingMemoryBound(to: UInt64.self)
            for index in counts.indices { words[index] = counts[index] }
        }
    }

    func add(to sum: inout ServerCounters) {
        withUnsafeMutableBytes(of: &sum) { bytes in
            let sums = bytes.assumingMemoryBound(to: UInt64.self)
            for index in sums.indices { sums[index] &+= words[index] }
        }
    }
}
