/// A small table of keys and ids with memory of its own: aliases, the keys of refused rows, exchange codes.
final class KeyTable: @unchecked Sendable {
    let view: SlotTable
    let seed: HashSeed
    let count: Int
    private let block: MemoryBlock?

    var byteCount: Int { block?.byteCount ?? 0 }

    /// Of equal keys the first wins. O(n).
    init(_ entries: [(key: KeyWords, id: UInt32)], seed: HashSeed) {
        self.seed = seed
        var seen: Set<KeyWords> = []
        let entries = entries.filter { seen.insert($0.key).inserted }
        count = entries.count
        guard !entries.isEmpty else {
            view = .empty
            block = nil
            return
        }
        let hashes = entries.map { seed.hash($0.key) }
        var homeCount = SlotPlan.homeCount(keyCount: entries.count)
        while true {
            if let plan = try? SlotPlan(hashes: hashes, homeCount: homeCount, areEqual: { _, _ in false }) {
                let block = MemoryBlock(zeroedByteCount: plan.slotCount * SlotLayout.byteCount)
                for (position, entry) in entries.enumerated() {
                    let slot = block.start + Int(plan.slotIndexes[position]) * SlotLayout.byteCount
                    entry.key.copyBytes(to: slot)
                    slot.storeBytes(of: entry.id, toByteOffset: SlotLayout.symbolIdOffset, as: UInt32.self)
                    let tail = SlotLayout.tail(
                        precisions: (0, 0, 0), meta: plan.distances[position] << 2,
                        rowIndex: UInt32(truncatingIfNeeded: position))
                    slot.storeBytes(of: tail, toByteOffset: SlotLayout.tailOffset, as: UInt64.self)
                }
                self.block = block
                view = SlotTable(slots: UnsafeRawPointer(block.start), homeMask: UInt64(homeCount - 1))
                return
            }
            // The seed is given (lookups hash once for all tables), so the way out of a crowd is more room.
            homeCount *= 2
        }
    }

    /// The id of a key.
    func id(of key: KeyWords) -> UInt32? {
        view.slot(of: key, hash: seed.hash(key)).map { SlotTable.symbolId(at: $0) }
    }
}
