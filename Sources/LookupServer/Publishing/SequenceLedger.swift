/// The sequence of the last change of each generation, for the last generations.
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

    /// The sequence of the last change that a generation contains. 0 for a generation that is no longer remembered: a
    /// client that asks for the changes since then learns that they are gone. O(log n).
    func sequence(ofGeneration generation: UInt64) -> UInt64 {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].generation <= generation { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? 0 : entries[low - 1].sequence
    }
}
