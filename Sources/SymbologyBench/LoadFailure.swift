import Glibc

/// Why a load test is no success: what happened and where, then what to do next.
package struct LoadFailure: Error, Sendable {
    package enum Kind: Sendable {
        /// The answers are not what they should be.
        case wrong
        /// The server cannot be reached, or went away.
        case unavailable
        /// The operating system refused.
        case system
    }

    package let kind: Kind
    package let what: String
    package let next: String?

    init(_ kind: Kind, _ what: String, next: String? = nil) {
        self.kind = kind
        self.what = what
        self.next = next
    }

    /// - Parameter code: what the system said.
    static func system(_ what: String, code: Int32) -> LoadFailure {
        LoadFailure(.system, "\(what): \(String(cString: strerror(code)))")
    }
}

extension LoadReport {
    /// What the run found wrong, the worst of it; nil where nothing was. A wrong answer outweighs a lost connection.
    package var failure: LoadFailure? {
        if let verdict, verdict.wrongCount > 0 {
            return LoadFailure(
                .wrong, "\(verdict.wrongCount) of \(result.answerCount) answers were wrong",
                next: "the first are above; repeat the run with --seed \(plan.seed)")
        }
        if let failure = result.failure {
            return LoadFailure(
                .unavailable, "the load ended early at \(address): \(failure)", next: "see the server's log")
        }
        if result.unansweredCount > 0 {
            return LoadFailure(
                .unavailable,
                "\(result.unansweredCount) of \(result.requestCount) requests at \(address) stayed without an answer",
                next: "\"symbology status\" shows whether the server answers at all; else see its log")
        }
        if let verdict, verdict.verifiedCount == 0 {
            return LoadFailure(
                .wrong, "no answer could be verified",
                next: "the tables may change faster than they can be listed: verify while they change less")
        }
        // Whoever verifies has judged each of them.
        if verdict == nil, result.otherCount > 0 {
            return LoadFailure(
                .wrong,
                "\(result.otherCount) of \(result.answerCount) answers were neither a symbol nor that there is none",
                next: "\"symbology status\" and \"symbology refused\" show what the server could not read")
        }
        return nil
    }
}
