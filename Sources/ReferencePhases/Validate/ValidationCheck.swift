import ReferenceStore

/// One thing that a validation looked at, and what it found.
public struct ValidationCheck: Sendable, Hashable {
    public enum Verdict: String, Sendable, CaseIterable {
        case passed
        /// Something a person should look at, and no fault.
        case warning
        case failed
        /// Could not be looked at here; the detail says why.
        case skipped
        /// A figure, judged by nobody.
        case information
    }

    /// Two words with a point between: the group and the thing, `index_used.symbol_by_pair`.
    public var name: String
    public var verdict: Verdict
    /// What was found, for people.
    public var detail: String
    /// How long it took.
    public var microseconds: UInt64

    public init(name: String, verdict: Verdict, detail: String, microseconds: UInt64) {
        self.name = name
        self.verdict = verdict
        self.detail = detail
        self.microseconds = microseconds
    }
}

/// What one check found, before its time is known.
struct ValidationFinding {
    var verdict: ValidationCheck.Verdict
    var detail: String

    static func passed(_ detail: String = "") -> ValidationFinding {
        ValidationFinding(verdict: .passed, detail: detail)
    }
    static func failed(_ detail: String) -> ValidationFinding { ValidationFinding(verdict: .failed, detail: detail) }
    static func warning(_ detail: String) -> ValidationFinding { ValidationFinding(verdict: .warning, detail: detail) }
    static func skipped(_ detail: String) -> ValidationFinding { ValidationFinding(verdict: .skipped, detail: detail) }

    /// Passed when there is nothing to complain of; else failed with the first few.
    static func complaints(_ list: [String], otherwise detail: String = "") -> ValidationFinding {
        list.isEmpty ? .passed(detail) : .failed(listed(list))
    }

    static func listed(_ list: [String]) -> String {
        let shown = list.prefix(5).joined(separator: "; ")
        return list.count > 5 ? "\(shown); and \(list.count - 5) more" : shown
    }
}
