/// What a run found.
package struct LoadResult {
    /// From the first request due to the last one sent, or to the last answer where the count of requests ended it.
    package var elapsedNanoseconds: UInt64 = 0
    /// Answers within that time.
    package var timelyAnswerCount: UInt64 = 0
    package var requestCount: UInt64 = 0
    package var answerCount: UInt64 = 0
    package var hitCount: UInt64 = 0
    package var missCount: UInt64 = 0
    /// Answers that are neither, for example `not_loaded`.
    package var otherCount: UInt64 = 0
    /// Due by the end of the run, and not sent: the connections had no room.
    package var unsentCount: UInt64 = 0
    /// Sent, and not answered within the time to drain.
    package var unansweredCount: UInt64 = 0
    /// From the moment a request was sent.
    package var uncorrected = LatencyHistogram()
    /// From the moment a request was due: what a caller at that rate would have waited. Only in an open loop; a closed
    /// one has no such moment.
    package var corrected = LatencyHistogram()
    package var lag: InvalidationLag
    package var changeCount: UInt64 = 0
    package var isSubscribed = false
    /// Why the run ended early.
    package var failure: String?

    package var answersPerSecond: Double {
        elapsedNanoseconds == 0 ? 0 : Double(timelyAnswerCount) * 1e9 / Double(elapsedNanoseconds)
    }
}

extension LoadResult {
    /// What several threads found at the same time, as one.
    mutating func add(_ other: LoadResult) {
        elapsedNanoseconds = max(elapsedNanoseconds, other.elapsedNanoseconds)
        timelyAnswerCount += other.timelyAnswerCount
        requestCount += other.requestCount
        answerCount += other.answerCount
        hitCount += other.hitCount
        missCount += other.missCount
        otherCount += other.otherCount
        changeCount = max(changeCount, other.changeCount)
        uncorrected.add(other.uncorrected)
        lag.didReadAnswer(generation: other.lag.answeredGeneration, at: 0)
    }
}
