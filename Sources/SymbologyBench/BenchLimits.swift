/// What a run of `bench` may ask for, and what it keeps in memory.
package enum BenchLimits {
    package static let connectionCountMax = 10_000
    /// Threads that look up in the process, and how long the replica may take to be live first.
    package static let replicaThreadCountMax = 256
    static let replicaLiveMilliseconds = 60_000
    /// How long one connection may take to be made, and one list of all symbols.
    static let connectMilliseconds = 5_000
    package static let listingMilliseconds = 60_000
    /// Requests in flight on one connection; the server's own window may be narrower.
    package static let depthMax = 65_536
    package static let secondsMax = 86_400.0
    /// One in a quarter of an hour; less, and the moments at which requests are due outgrow the clock.
    package static let ratePerSecondMin = 0.001
    package static let ratePerSecondMax = 100_000_000.0
    /// Keys prepared, 64 bytes each; of a longer list the first so many are asked for.
    static let keyCountMax = 1 << 21
    /// Distinct keys that nothing is listed under.
    static let missKeyCountMax = 1 << 16
    /// Draws made before the run; then they come round again.
    static let drawCount = 1 << 20
    /// Answers that wait for the list of their generation; one more is counted as unverified.
    static let heldAnswerCountMax = 1 << 18
    /// Wrong answers told one by one; all of them are counted.
    static let wrongAnswerReportMax = 10
    /// Generations that wait for their push, or for the first answer that shows them.
    static let unmatchedGenerationCountMax = 1_024
    /// How long answers that are still on their way are waited for after the last request.
    static let drainNanoseconds: UInt64 = 5_000_000_000
    /// Turns of a spinning loop between two looks at the subscription: each is a system call of which lookups know
    /// nothing.
    static let spinTurnsPerPushRead = 64
    /// Requests that were due and never sent whose waiting is recorded one by one; of more, some stand for others.
    static let unsentRecordedMax: UInt64 = 1_000_000
    /// How long the list is left alone after it could not be had.
    static let listingRetryMilliseconds: Int32 = 250
    /// Longest latency the histograms hold apart; longer ones count as that.
    static let latencyNanosecondsMax: UInt64 = 3_600_000_000_000
}
