/// What one run of `bench` does.
package struct LoadPlan: Sendable {
    package var connectionCount = 1
    package var depth = 1
    package var durationNanoseconds: UInt64 = 10_000_000_000
    /// Ends the run sooner; nil leaves it to the duration.
    package var requestCountMax: UInt64?
    /// Requests due a second, over all connections; nil is a closed loop, which asks again when it is answered.
    package var ratePerSecond: Double?
    package var isBusyPolling = false
    /// Lookups in this process instead of requests.
    package var isReplica = false
    /// Each answer is compared with what the server lists.
    package var isVerifying = false
    package var distribution = KeyDistribution.uniform
    /// The share of lookups of symbols that do not exist, 0 to 1.
    package var missRatio = 0.0
    /// The same seed asks for the same keys in the same order.
    package var seed: UInt64 = 1

    package init() {}

    package var isOpenLoop: Bool { ratePerSecond != nil }

    /// For people and for scripts: which of the two kinds of figures these are.
    package var loopName: String { isOpenLoop ? "open" : "closed" }

    /// Far apart in the order of keys, so that connections do not ask for the same ones together.
    func firstDrawIndex(of connectionIndex: Int) -> Int {
        connectionIndex * (BenchLimits.drawCount / connectionCount)
    }
}
