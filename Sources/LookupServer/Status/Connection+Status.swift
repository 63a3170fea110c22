import Platform

extension Connection {
    /// Answers with the server's state, its counters and its database's health; values that are not known are null.
    func answerStatus(_ requestId: UInt32) {
        let shared = serving.shared
        // Every thread's histogram is added up.
        serving.resolver.charge(lookedAtCount: shared.latencies.count * LatencySamples.bucketCount)
        state.pointee.publishCounters()
        serving.answers.append(
            ServerSituation(
                snapshot: serving.snapshot, source: serving.source, sourceFlags: serving.sourceFlags,
                pushedSequence: serving.pushedSequence, statistics: shared.statistics,
                latencyNanoseconds: LatencySamples.percentiles([0.5, 0.99, 0.999], of: shared.latencies),
                startNanoseconds: shared.startNanoseconds, nowNanoseconds: MonotonicClock.nanoseconds()),
            requestId: requestId)
    }
}
