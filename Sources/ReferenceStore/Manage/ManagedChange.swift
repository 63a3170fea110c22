/// A row before and after.
public struct ManagedChange<Row: Sendable & Hashable>: Sendable, Hashable {
    public let before: Row
    public let after: Row

    /// False where the row said so already: nothing was written then.
    public var isChange: Bool { before != after }
}
