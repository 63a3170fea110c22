import ReferenceData

/// The image that `GetSnapshot` names.
struct PublishedImage: Sendable {
    let image: SnapshotImage
    /// Of the last change that the image contains; 0 when there was none.
    let sequence: UInt64
}

/// What publications have become one while another was under way.
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
            // The generations between are not told apart any more: an image of one of them lacks the `everything`.
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

/// Which sequence belongs to which generation, for the last generations.
struct SequenceLedger: Sendable {
    private var entries: [(generation: UInt64, sequence: UInt64)] = []
    private let countMax: Int

    init(countMax: Int) { self.countMax = max(1, countMax) }

    /// Generations only rise. Amortised O(1).
    mutating func note(generation: UInt64, sequence: UInt64) {
        if let last = entries.last, last.generation >= generation {
            entries[entries.count - 1].sequence = sequence
            return
        }
        entries.append((generation, sequence))
        if entries.count >= 2 * countMax { entries.removeFirst(entries.count - countMax) }
    }

    /// Of the last change that a generation contains. For one older than what is remembered 0: whoever asks for the
    /// changes since then learns that they are gone. O(log n).
    func sequence(ofGeneration generation: UInt64) -> UInt64 {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].generation <= generation { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 0 : entries[low - 1].sequence
    }
}
