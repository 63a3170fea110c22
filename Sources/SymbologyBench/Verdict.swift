/// What verifying found, of one thread or of several.
package struct Verdict {
    package var verifiedCount: UInt64 = 0
    package var unverifiedCount: UInt64 = 0
    package var wrongCount: UInt64 = 0
    package var staleCount: UInt64 = 0
    /// The first of the wrong answers.
    package var reports: [String] = []

    /// Nil where nothing was verified by anybody.
    init?(_ verifiers: [AnswerVerifier]) {
        guard !verifiers.isEmpty else { return nil }
        for verifier in verifiers {
            verifiedCount += verifier.verifiedCount
            unverifiedCount += verifier.unverifiedCount
            wrongCount += verifier.wrongCount
            staleCount += verifier.staleCount
            reports += verifier.reports
        }
        reports = Array(reports.prefix(BenchLimits.wrongAnswerReportMax))
    }
}
