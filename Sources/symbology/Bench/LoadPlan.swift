import SymbologyClient

/// What one run of `bench` does.
struct LoadPlan: Sendable {
    var connectionCount = 1
    var depth = 1
    var durationNanoseconds: UInt64 = 10_000_000_000
    /// Ends the run sooner; nil leaves it to the duration.
    var requestCountMax: UInt64?
    /// Requests due a second, over all connections; nil is a closed loop, which asks again when it is answered.
    var ratePerSecond: Double?
    var isBusyPolling = false
    /// Lookups in this process instead of requests.
    var isReplica = false

    var isOpenLoop: Bool { ratePerSecond != nil }

    /// For people and for scripts: which of the two kinds of figures these are.
    var loopName: String { isOpenLoop ? "open" : "closed" }
}

/// What a run found.
struct LoadResult {
    /// From the first request due to the last one sent, or to the last answer where the count of requests ended it.
    var elapsedNanoseconds: UInt64 = 0
    /// Answers within that time.
    var timelyAnswerCount: UInt64 = 0
    var requestCount: UInt64 = 0
    var answerCount: UInt64 = 0
    var hitCount: UInt64 = 0
    var missCount: UInt64 = 0
    /// Answers that are neither, for example `not_loaded`.
    var otherCount: UInt64 = 0
    /// Due by the end of the run, and not sent: the connections had no room.
    var unsentCount: UInt64 = 0
    /// Sent, and not answered within the time to drain.
    var unansweredCount: UInt64 = 0
    /// From the moment a request was sent.
    var uncorrected = LatencyHistogram()
    /// From the moment a request was due: what a caller at that rate would have waited. Only in an open loop; a closed
    /// one has no such moment.
    var corrected = LatencyHistogram()
    var lag: InvalidationLag
    var changeCount: UInt64 = 0
    var isSubscribed = false
    /// Why the run ended early.
    var failure: String?

    var answersPerSecond: Double {
        elapsedNanoseconds == 0 ? 0 : Double(timelyAnswerCount) * 1e9 / Double(elapsedNanoseconds)
    }
}
