/// Counts of a whole server; the counters of each thread are exact once it is idle.
public struct ServerStatistics: Sendable, Hashable {
    public var clientCount = 0
    public var subscriberCount = 0
    /// Bytes that wait for peers to read them, and requests that wait to be answered.
    public var queuedByteCount = 0
    /// Sums over the serving threads.
    public var counters = ServerCounters()
}
