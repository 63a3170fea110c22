import SymbologyClient

/// What a load test found.
package struct LoadReport: Sendable {
    package let plan: LoadPlan
    package let result: LoadResult
    package let verdict: Verdict?
    package let keyCount: Int
    package let address: String
    /// How the replica ended, where there was one.
    package var replica: ReplicaStatus?
    /// Answers it gave while it said that it was not live.
    package var notLiveCount: UInt64 = 0

    /// The main distribution under `path`, corrected in an open loop and as measured in a closed one, and the others
    /// beside it, `run.hgrm` and `run-uncorrected.hgrm`; those that nothing was recorded in are left out.
    package func histograms(_ path: String) -> [(path: String, histogram: LatencyHistogram)] {
        let stem = path.hasSuffix(".hgrm") ? String(path.dropLast(5)) : path
        var files = [(path: path, histogram: plan.isOpenLoop ? result.corrected : result.uncorrected)]
        if plan.isOpenLoop { files.append(("\(stem)-uncorrected.hgrm", result.uncorrected)) }
        files.append(("\(stem)-answer-after-push.hgrm", result.lag.answerAfterPush))
        files.append(("\(stem)-push-after-answer.hgrm", result.lag.pushAfterAnswer))
        return files.filter { !$0.histogram.isEmpty }
    }
}
