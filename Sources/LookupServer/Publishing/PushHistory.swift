/// The last changes as finished frames: what subscribers are handed, each from where it is.
///
/// Each serving thread has its own; all share the frames.
struct PushHistory: Sendable {
    /// Those before `first` are dropped, and taken out now and then.
    private var batches: [PushBatch] = []
    private var first = 0
    private var count = 0
    private let countMax: Int

    init(countMax: Int) { self.countMax = countMax }

    /// The newest batch stays, however many changes it has: nobody has been handed it yet. Amortised O(1).
    mutating func append(_ batch: PushBatch) {
        guard batch.count > 0 else { return }
        batches.append(batch)
        count += batch.count
        while count > countMax, first < batches.count - 1 {
            count -= batches[first].count
            // The frames go at once, the place in the array later.
            batches[first] = PushBatch()
            first += 1
        }
        guard first > batches.count / 2 else { return }
        batches.removeFirst(first)
        first = 0
    }

    /// Whether every change after `sequence` up to `last` is still here.
    func reaches(from sequence: UInt64, through last: UInt64) -> Bool {
        guard sequence < last else { return sequence == last }
        guard first < batches.count else { return false }
        return batches[first].firstSequence <= sequence + 1
    }

    /// The batch of the change after `sequence`; nil when that is gone, or not there yet. O(log n).
    func batch(after sequence: UInt64) -> PushBatch? {
        var (low, high) = (first, batches.count)
        while low < high {
            let middle = (low + high) / 2
            if batches[middle].lastSequence > sequence { high = middle } else { low = middle + 1 }
        }
        guard low < batches.count, batches[low].firstSequence <= sequence + 1 else { return nil }
        return batches[low]
    }
}
