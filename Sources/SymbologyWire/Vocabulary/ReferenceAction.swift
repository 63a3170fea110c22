// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// What happened to a row.
@frozen public enum ReferenceAction: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The row is new.
    case add = 1
    /// The row says something else.
    case modify = 2
    /// The row is gone.
    case remove = 3

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .add: "add"
        case .modify: "modify"
        case .remove: "remove"
        }
    }
}
