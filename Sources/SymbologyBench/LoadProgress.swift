/// One line a second for whoever watches; the percentiles are those of the run so far.
final class LoadProgress {
    static let intervalNanoseconds: UInt64 = 1_000_000_000

    private let onLine: (String) -> Void
    private var answerCountBefore: UInt64 = 0
    private var momentBefore: UInt64?

    init(_ onLine: @escaping (String) -> Void) { self.onLine = onLine }

    func write(_ result: LoadResult, verifier: AnswerVerifier?, since start: UInt64, now: UInt64) {
        let latency = result.corrected.isEmpty ? result.uncorrected : result.corrected
        var rest = "p50 \(Microseconds.text(latency.nanoseconds(atPercentile: 50)))"
        rest += ", p99 \(Microseconds.text(latency.nanoseconds(atPercentile: 99)))"
        rest += ", max \(Microseconds.text(latency.maxNanoseconds)), generation \(result.lag.answeredGeneration)"
        if let verifier { rest += ", verified \(verifier.verifiedCount), wrong \(verifier.wrongCount)" }
        write(answerCount: result.answerCount, rest, since: start, now: now)
    }

    /// The same for lookups that are too short to be timed one by one.
    func write(answerCount: UInt64, _ rest: String, since start: UInt64, now: UInt64) {
        let elapsed = max(1, now &- (momentBefore ?? start))
        let perSecond = Double(answerCount &- answerCountBefore) * 1e9 / Double(elapsed)
        (answerCountBefore, momentBefore) = (answerCount, now)
        onLine("bench: \((now &- start) / 1_000_000_000) s, \(UInt64(perSecond)) answers/s, \(rest)")
    }
}

private enum Microseconds {
    /// With one digit after the point, for people.
    static func text(_ nanoseconds: UInt64) -> String {
        let tenths = (nanoseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) µs"
    }
}
