/// An update from the feed to the server: a snapshot, how it differs from the one before, and the feed's own state.
public struct SnapshotUpdate: Sendable {
    public var snapshot: Snapshot
    /// Changes since the snapshot of the previous update; empty when only `state` moved.
    public var changes: [ReferenceChange]
    public var state: SourceState
    /// The newest image, where there is a newer one than in earlier updates; nil leaves the one before.
    public var image: SnapshotImage?

    public init(
        snapshot: Snapshot, changes: [ReferenceChange], state: SourceState, image: SnapshotImage? = nil
    ) {
        self.snapshot = snapshot
        self.changes = changes
        self.state = state
        self.image = image
    }
}
