// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// What a subscription means for what the client holds: `state` of `Subscribed`.
@frozen public enum SubscriptionState: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// No push follows.
    case unsubscribed = 0
    /// The changes after the named sequence follow; nothing was missed.
    case resumed = 1
    /// Treat all that you hold as changed.
    case everything = 2

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .unsubscribed: "unsubscribed"
        case .resumed: "resumed"
        case .everything: "everything"
        }
    }
}
