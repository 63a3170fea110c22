import PostgreSQL

/// Why the state at a moment cannot be told.
public enum HistoryError: Error, Sendable, CustomStringConvertible {
    /// It lies before the audit began, before what was pruned of it, or in the future. The database's own words.
    case notKnown(String)
    case store(StoreError)

    /// Sorts out what is worth telling apart.
    public init(_ error: StoreError) {
        if let answer = error.databaseError, answer.sqlState == Self.invalidParameterValue {
            self = .notKnown(answer.message)
        } else {
            self = .store(error)
        }
    }

    /// What `reference_as_of` raises.
    private static let invalidParameterValue = "22023"

    public var description: String {
        switch self {
        case .notKnown(let message): message
        case .store(let error): error.description
        }
    }
}
