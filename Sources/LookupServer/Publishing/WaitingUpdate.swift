import ReferenceData

/// Updates that came while a publication was under way, merged into one.
struct WaitingUpdate: Sendable {
    private(set) var snapshot: Snapshot
    private(set) var source: SourceState
    var pushes: PushBatch
    private(set) var image: SnapshotImage?
    /// For each generation how many of `pushes` lead up to it.
    private(set) var changeCounts: [(generation: UInt64, changeCount: Int)]

    init(_ update: SnapshotUpdate, _ pushes: PushBatch) {
        snapshot = update.snapshot
        source = update.state
        self.pushes = pushes
        image = update.image
        changeCounts = [(update.snapshot.generation, pushes.count)]
    }

    /// - Parameter changesMax: more changes than that collapse into one `everything`.
    mutating func add(_ update: SnapshotUpdate, _ later: PushBatch, changesMax: Int) {
        snapshot = update.snapshot
        source = update.state
        image = update.image ?? image
        if pushes.count + later.count > changesMax {
            pushes = PushBatch(everythingOf: update.snapshot)
            // The generations between share one sequence now: an image of one of them lacks the `everything`.
            changeCounts = [(update.snapshot.generation, 1)]
        } else {
            pushes.append(later)
            // One entry a generation; and no more than a publication may have changes, even when none of them has any.
            if let last = changeCounts.last,
                last.generation == update.snapshot.generation || changeCounts.count > changesMax
            {
                changeCounts.removeLast()
            }
            changeCounts.append((update.snapshot.generation, pushes.count))
        }
    }
}
