import Glibc
import Platform
import ReferenceData
import Synchronization

/// State that the serving threads of one server share. Thread-safe.
final class ServerShared: Sendable {
    let configuration: LookupServerConfiguration
    /// The limits at the start; each serving thread holds the limits in force.
    let limits: ServerLimits
    let onEvent: @Sendable (ServerEvent) -> Void
    let clientCount = Atomic<Int>(0)
    let subscriberCount = Atomic<Int>(0)
    let queuedByteCount = Atomic<Int>(0)
    let imageSendCount = Atomic<Int>(0)
    let systemIdentifier: Atomic<UInt64>
    let isMetricsUnwritten = Atomic<Bool>(false)
    let counters: [PublishedCounters]
    let latencies: [LatencySamples]
    static let processId = UInt32(clamping: getpid())
    let startNanoseconds = MonotonicClock.nanoseconds()
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

    /// Counts one more, up to `countMax`; false when that is reached.
    static func claim(_ count: borrowing Atomic<Int>, max countMax: Int) -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= countMax { return true }
        count.subtract(1, ordering: .relaxed)
        return false
    }

    /// Milliseconds since the image was last known to equal the tables; nil for never.
    static func ageMilliseconds(_ source: SourceState) -> UInt64? {
        guard source.lastConfirmedNanoseconds != 0 else { return nil }
        let now = MonotonicClock.nanoseconds()
        return UInt64(max(0, Int64(bitPattern: now &- source.lastConfirmedNanoseconds))) / 1_000_000
    }

    var statistics: ServerStatistics {
        var sum = ServerStatistics(
            clientCount: clientCount.load(ordering: .relaxed),
            subscriberCount: subscriberCount.load(ordering: .relaxed),
            queuedByteCount: queuedByteCount.load(ordering: .relaxed))
        for thread in counters { thread.add(to: &sum.counters) }
        return sum
    }
}
