import ReferenceData
import SymbologyClient

/// What is printed at the end, and what is written to files.
struct LoadReport {
    let plan: LoadPlan
    let result: LoadResult
    let verdict: Verdict?
    let distribution: KeyDistribution
    let missRatio: Double
    let keyCount: Int
    let seed: UInt64
    let address: String
    /// How the replica ended, where there was one.
    var replica: ReplicaStatus?
    /// Answers it gave while it said that it was not live.
    var notLiveCount: UInt64 = 0

    private static let percentiles: [(name: String, value: Double)] = [
        ("p50", 50), ("p90", 90), ("p99", 99), ("p99_9", 99.9), ("p99_99", 99.99),
    ]

    /// One record. Rates and ratios are text, as every number that is no integer; latencies are whole nanoseconds.
    func print(_ format: OutputFormat) {
        var record = RecordWriter(format)
        addPlan(to: &record)
        addCounts(to: &record)
        add(result.corrected, "corrected", to: &record)
        add(result.uncorrected, "uncorrected", to: &record)
        record.add("is_subscribed", .boolean(result.isSubscribed))
        record.add("change_count", Cell(result.changeCount))
        record.add("generation", Cell(result.lag.answeredGeneration))
        add(result.lag.answerAfterPush, "answer_after_push", to: &record)
        add(result.lag.pushAfterAnswer, "push_after_answer", to: &record)
        record.add("is_replica", .boolean(plan.isReplica))
        record.add("replica_state", replica.map { .text("\($0.state)") } ?? .absent)
        record.add("replica_mapped_image_count", replica.map { Cell($0.mappedImageCount) } ?? .absent)
        record.add("replica_subscription_count", replica.map { Cell($0.subscriptionCount) } ?? .absent)
        record.add("replica_not_live_count", replica.map { _ in Cell(notLiveCount) } ?? .absent)
        record.finish()
    }

    private func addPlan(to record: inout RecordWriter) {
        record.add("address", .text(address))
        record.add("loop", .text(plan.loopName))
        record.add("connection_count", Cell(plan.connectionCount))
        record.add("depth", Cell(plan.depth))
        record.add("is_busy_polling", .boolean(plan.isBusyPolling))
        record.add("keys", .text(distribution.rawValue))
        record.add("key_count", Cell(keyCount))
        record.add("miss_ratio", .decimal("\(missRatio)"))
        record.add("seed", Cell(seed))
    }

    private func addCounts(to record: inout RecordWriter) {
        record.add("elapsed_milliseconds", Cell(result.elapsedNanoseconds / 1_000_000))
        record.add("asked_per_second", plan.ratePerSecond.map { .integer(Int64($0.rounded())) } ?? .absent)
        record.add("answers_per_second", .integer(Int64(result.answersPerSecond.rounded())))
        record.add("request_count", Cell(result.requestCount))
        record.add("answer_count", Cell(result.answerCount))
        record.add("hit_count", Cell(result.hitCount))
        record.add("miss_count", Cell(result.missCount))
        record.add("other_count", Cell(result.otherCount))
        record.add("unsent_count", Cell(result.unsentCount))
        record.add("unanswered_count", Cell(result.unansweredCount))
        record.add("verified_count", verdict.map { Cell($0.verifiedCount) } ?? .absent)
        record.add("unverified_count", verdict.map { Cell($0.unverifiedCount) } ?? .absent)
        record.add("wrong_count", verdict.map { Cell($0.wrongCount) } ?? .absent)
        record.add("stale_count", verdict.map { Cell($0.staleCount) } ?? .absent)
    }

    private func add(_ histogram: LatencyHistogram, _ name: String, to record: inout RecordWriter) {
        let isEmpty = histogram.isEmpty
        record.add("\(name)_count", Cell(histogram.count))
        for percentile in Self.percentiles {
            let value: Cell = isEmpty ? .absent : Cell(histogram.nanoseconds(atPercentile: percentile.value))
            record.add("\(name)_\(percentile.name)_nanoseconds", value)
        }
        record.add("\(name)_max_nanoseconds", isEmpty ? .absent : Cell(histogram.maxNanoseconds))
        record.add("\(name)_mean_nanoseconds", isEmpty ? .absent : Cell(histogram.meanNanoseconds))
    }

    /// Writes the main distribution to `path`, corrected in an open loop and as measured in a closed one, and the
    /// others beside it, `run.hgrm` and `run-uncorrected.hgrm`; returns what was written.
    func writeHistograms(_ path: String) throws(CommandFailure) -> [String] {
        let stem = path.hasSuffix(".hgrm") ? String(path.dropLast(5)) : path
        var files = [(path, plan.isOpenLoop ? result.corrected : result.uncorrected)]
        if plan.isOpenLoop { files.append(("\(stem)-uncorrected.hgrm", result.uncorrected)) }
        files.append(("\(stem)-answer-after-push.hgrm", result.lag.answerAfterPush))
        files.append(("\(stem)-push-after-answer.hgrm", result.lag.pushAfterAnswer))
        var written: [String] = []
        for (path, histogram) in files where !histogram.isEmpty {
            try histogram.write(to: path)
            written.append(path)
        }
        return written
    }
}
