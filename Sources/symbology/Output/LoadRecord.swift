import SymbologyBench
import SymbologyClient

/// Prints what a load test found, as one record. Rates and ratios are text, as every number that is no integer;
/// latencies are whole nanoseconds.
enum LoadRecord {
    static func print(_ report: LoadReport, _ format: OutputFormat) {
        let result = report.result
        var record = RecordWriter(format)
        record.add(plan + counts, of: report)
        add(result.corrected, "corrected", to: &record)
        add(result.uncorrected, "uncorrected", to: &record)
        record.add("is_subscribed", result.isSubscribed)
        record.add("change_count", result.changeCount)
        record.add("generation", result.lag.answeredGeneration)
        add(result.lag.answerAfterPush, "answer_after_push", to: &record)
        add(result.lag.pushAfterAnswer, "push_after_answer", to: &record)
        record.add(replica, of: report)
        record.finish()
    }

    private static let plan: [Field<LoadReport>] = [
        Field("address", \.address), Field("loop", \.plan.loopName),
        Field("connection_count", \.plan.connectionCount), Field("depth", \.plan.depth),
        Field("is_busy_polling", \.plan.isBusyPolling), Field("keys", \.plan.distribution.rawValue),
        Field("key_count", \.keyCount), Field("miss_ratio") { Cell.decimal("\($0.plan.missRatio)") },
        Field("seed", \.plan.seed),
    ]

    private static let counts: [Field<LoadReport>] = [
        Field("elapsed_milliseconds") { $0.result.elapsedNanoseconds / 1_000_000 },
        Field("asked_per_second") { $0.plan.ratePerSecond.map { Int64($0.rounded()) } },
        Field("answers_per_second") { Int64($0.result.answersPerSecond.rounded()) },
        Field("request_count", \.result.requestCount), Field("answer_count", \.result.answerCount),
        Field("hit_count", \.result.hitCount), Field("miss_count", \.result.missCount),
        Field("other_count", \.result.otherCount), Field("unsent_count", \.result.unsentCount),
        Field("unanswered_count", \.result.unansweredCount), Field("verified_count", \.verdict?.verifiedCount),
        Field("unverified_count", \.verdict?.unverifiedCount), Field("wrong_count", \.verdict?.wrongCount),
        Field("stale_count", \.verdict?.staleCount),
    ]

    private static let replica: [Field<LoadReport>] = [
        Field("is_replica", \.plan.isReplica), Field("replica_state") { $0.replica.map { "\($0.state)" } },
        Field("replica_mapped_image_count", \.replica?.mappedImageCount),
        Field("replica_subscription_count", \.replica?.subscriptionCount),
        Field("replica_not_live_count") { $0.replica == nil ? nil : $0.notLiveCount },
    ]

    private static let percentiles: [(name: String, value: Double)] = [
        ("p50", 50), ("p90", 90), ("p99", 99), ("p99_9", 99.9), ("p99_99", 99.99),
    ]

    private static func add(_ histogram: LatencyHistogram, _ name: String, to record: inout RecordWriter) {
        let isEmpty = histogram.isEmpty
        record.add("\(name)_count", histogram.count)
        for percentile in percentiles {
            let value = isEmpty ? nil : histogram.nanoseconds(atPercentile: percentile.value)
            record.add("\(name)_\(percentile.name)_nanoseconds", value)
        }
        record.add("\(name)_max_nanoseconds", isEmpty ? nil : histogram.maxNanoseconds)
        record.add("\(name)_mean_nanoseconds", isEmpty ? nil : histogram.meanNanoseconds)
    }
}
