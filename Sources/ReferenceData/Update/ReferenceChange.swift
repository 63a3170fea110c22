/// What a change, or a refused row, is about; the raw values are those of the wire.
@frozen
public enum ReferenceKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case everything = 0
    case exchange = 1
    case symbol = 2
}

/// What happened to it; the raw values are those of the wire.
@frozen
public enum ReferenceAction: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case add = 1
    case modify = 2
    case delete = 3
}

/// One change between two snapshots: what a push says.
public struct ReferenceChange: Sendable, Hashable {
    public var kind: ReferenceKind
    public var action: ReferenceAction
    /// The exchange's or symbol's id; 0 for `everything`.
    public var id: UInt32

    public init(kind: ReferenceKind, action: ReferenceAction, id: UInt32) {
        self.kind = kind
        self.action = action
        self.id = id
    }
}
