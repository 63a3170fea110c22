/// The last changes, for subscribers that come back.
struct PushHistory: Sendable {
    private var batches: [PushBatch] = []
    private var count = 0
    private let countMax: Int

    init(countMax: Int) { self.countMax = countMax }

    mutating func append(_ batch: PushBatch) {
        guard batch.count > 0 else { return }
        batches.append(batch)
        count += batch.count
        var dropped = 0
        while count > countMax, dropped < batches.count {
            count -= batches[dropped].count
            dropped += 1
        }
        batches.removeFirst(dropped)
    }

    /// The batches that hold every change after `sequence` up to `last`; nil when some are gone.
    func batches(after sequence: UInt64, through last: UInt64) -> [PushBatch]? {
        guard sequence < last else { return sequence == last ? [] : nil }
        guard let first = batches.first, first.firstSequence <= sequence + 1 else { return nil }
        return batches.filter { $0.lastSequence > sequence && $0.firstSequence <= last }
    }
}
