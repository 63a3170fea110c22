extension LoadReport {
    /// What the run found wrong, the worst of it; nil where nothing was. A wrong answer outweighs a lost connection.
    var failure: CommandFailure? {
        if let verdict, verdict.wrongCount > 0 {
            return CommandFailure(
                .answerIsNo, "\(verdict.wrongCount) of \(result.answerCount) answers were wrong",
                next: "the first are above; repeat the run with --seed \(seed)")
        }
        if let failure = result.failure {
            return CommandFailure(
                .unavailable, "the load ended early at \(address): \(failure)", next: "see the server's log")
        }
        if result.unansweredCount > 0 {
            return CommandFailure(
                .unavailable,
                "\(result.unansweredCount) of \(result.requestCount) requests at \(address) stayed without an answer",
                next: "\"symbology status\" shows whether the server answers at all; else see its log")
        }
        if let verdict, verdict.verifiedCount == 0 {
            return CommandFailure(
                .answerIsNo, "no answer could be verified",
                next: "the tables may change faster than they can be listed: verify while they change less")
        }
        // Whoever verifies has judged each of them.
        if verdict == nil, result.otherCount > 0 {
            return CommandFailure(
                .answerIsNo,
                "\(result.otherCount) of \(result.answerCount) answers were neither a symbol nor that there is none",
                next: "\"symbology status\" and \"symbology refused\" show what the server could not read")
        }
        return nil
    }
}
