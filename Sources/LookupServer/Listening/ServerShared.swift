import Glibc
import ReferenceData
import Synchronization

/// What the serving threads of one server have in common. Thread-safe.
final class ServerShared: Sendable {
    let configuration: LookupServerConfiguration
    /// As of the start; each serving thread has those in force.
    let limits: ServerLimits
    let onEvent: @Sendable (ServerEvent) -> Void
    let clientCount = Atomic<Int>(0)
    let subscriberCount = Atomic<Int>(0)
    let queuedByteCount = Atomic<Int>(0)
    let imageSendCount = Atomic<Int>(0)
    let systemIdentifier: Atomic<UInt64>
    let counters: [PublishedCounters]
    let latencies: [LatencySamples]
    let startNanoseconds = ServerShared.nowNanoseconds()
    private let nextClientId = Atomic<UInt64>(1)

    init(
        configuration: LookupServerConfiguration, limits: ServerLimits,
        onEvent: @escaping @Sendable (ServerEvent) -> Void
    ) {
        self.configuration = configuration
        self.limits = limits
        self.onEvent = onEvent
        systemIdentifier = Atomic(configuration.systemIdentifier)
        counters = (0..<configuration.threadCount).map { _ in PublishedCounters() }
        latencies = (0..<configuration.threadCount).map { _ in LatencySamples() }
    }

    func makeClientId() -> UInt64 { nextClientId.add(1, ordering: .relaxed).oldValue }

    /// Takes one of `countMax` places; false when all are taken.
    static func claim(_ count: borrowing Atomic<Int>, max countMax: Int) -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= countMax { return true }
        count.subtract(1, ordering: .relaxed)
        return false
    }

    /// CLOCK_MONOTONIC, as `SourceState` counts.
    static func nowNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Milliseconds since the image was last known to equal the tables; nil for never.
    static func ageMilliseconds(_ source: SourceState) -> UInt64? {
        guard source.lastConfirmedNanoseconds != 0 else { return nil }
        let now = nowNanoseconds()
        return UInt64(max(0, Int64(bitPattern: now &- source.lastConfirmedNanoseconds))) / 1_000_000
    }

    var statistics: ServerStatistics {
        var sum = ServerStatistics(
            clientCount: clientCount.load(ordering: .relaxed),
            subscriberCount: subscriberCount.load(ordering: .relaxed),
            queuedByteCount: queuedByteCount.load(ordering: .relaxed))
        for thread in counters { thread.add(to: &sum) }
        return sum
    }
}

/// Counts of a whole server, summed over its threads; each is exact once its thread is idle.
public struct ServerStatistics: Sendable, Hashable {
    public var clientCount = 0
    public var subscriberCount = 0
    /// Bytes that wait for peers to read them, and requests that wait to be answered.
    public var queuedByteCount = 0
    public var lookupCount: UInt64 = 0
    public var hitCount: UInt64 = 0
    public var inactiveCount: UInt64 = 0
    public var unknownSymbolCount: UInt64 = 0
    public var unknownExchangeCount: UInt64 = 0
    public var notLoadedCount: UInt64 = 0
    public var refusedCount: UInt64 = 0
    public var rejectedCount: UInt64 = 0
    /// `Change` frames handed to subscribers, each counted once for each of them.
    public var pushCount: UInt64 = 0

    /// Lookups that found no id.
    public var missCount: UInt64 { unknownSymbolCount &+ unknownExchangeCount &+ notLoadedCount &+ refusedCount }
}

/// One serving thread's counters for the others to read: it counts in plain numbers and stores copies here once a read,
/// so no lookup pays for a locked instruction.
final class PublishedCounters: Sendable {
    private let lookup = Atomic<UInt64>(0)
    private let hit = Atomic<UInt64>(0)
    private let inactive = Atomic<UInt64>(0)
    private let unknownSymbol = Atomic<UInt64>(0)
    private let unknownExchange = Atomic<UInt64>(0)
    private let notLoaded = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let rejected = Atomic<UInt64>(0)
    private let push = Atomic<UInt64>(0)

    func store(_ counters: ResolverCounters) {
        lookup.store(counters.lookupCount, ordering: .relaxed)
        hit.store(counters.hitCount, ordering: .relaxed)
        inactive.store(counters.inactiveCount, ordering: .relaxed)
        unknownSymbol.store(counters.unknownSymbolCount, ordering: .relaxed)
        unknownExchange.store(counters.unknownExchangeCount, ordering: .relaxed)
        notLoaded.store(counters.notLoadedCount, ordering: .relaxed)
        refused.store(counters.refusedCount, ordering: .relaxed)
        rejected.store(counters.rejectedCount, ordering: .relaxed)
    }

    func countPushes(_ count: Int) { push.add(UInt64(count), ordering: .relaxed) }

    func add(to sum: inout ServerStatistics) {
        sum.lookupCount &+= lookup.load(ordering: .relaxed)
        sum.hitCount &+= hit.load(ordering: .relaxed)
        sum.inactiveCount &+= inactive.load(ordering: .relaxed)
        sum.unknownSymbolCount &+= unknownSymbol.load(ordering: .relaxed)
        sum.unknownExchangeCount &+= unknownExchange.load(ordering: .relaxed)
        sum.notLoadedCount &+= notLoaded.load(ordering: .relaxed)
        sum.refusedCount &+= refused.load(ordering: .relaxed)
        sum.rejectedCount &+= rejected.load(ordering: .relaxed)
        sum.pushCount &+= push.load(ordering: .relaxed)
    }
}

extension ServerShared {
    static let processId = UInt32(clamping: getpid())
}
