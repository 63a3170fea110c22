/// One change between two snapshots: what a push says.
public struct ReferenceChange: Sendable, Hashable {
    /// Whether it is about an exchange, a symbol, or everything.
    public var kind: ReferenceKind
    /// What happened to the row.
    public var action: ReferenceAction
    /// The exchange's or symbol's id; 0 for `everything`.
    public var id: UInt32

    /// The announcement of changed aliases: no row says which names it had, so readers that hold an image of
    /// their own have to fetch the whole again.
    static let everything = ReferenceChange(kind: .everything, action: .modify, id: 0)

    /// Makes a change of one row, or of everything.
    public init(kind: ReferenceKind, action: ReferenceAction, id: UInt32) {
        self.kind = kind
        self.action = action
        self.id = id
    }
}
