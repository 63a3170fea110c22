import Platform

extension Connection {
    /// What the server serves, has counted and knows of its database; what there is nothing to say about is null.
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
