/// One thing that a validation of the market data looked at, and what it found.
public struct MarketDataCheck: Sendable, Hashable {
    public enum Verdict: String, Sendable, CaseIterable {
        case passed
        /// Something a person should look at, and no fault.
        case warning
        case failed
        /// Could not be looked at here; the detail says why.
        case skipped
    }

    /// Two words with a point between: the group and the thing, `partitions.ahead`.
    public var name: String
    public var verdict: Verdict
    /// What was found, for people.
    public var detail: String
    /// How long it took.
    public var microseconds: UInt64
}
