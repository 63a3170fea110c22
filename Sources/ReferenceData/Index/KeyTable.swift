/// A small table of keys and ids with memory of its own: aliases, the keys of refused rows, exchange codes.
final class KeyTable: @unchecked Sendable {
    let view: SlotTable
    let seed: HashSeed
    let count: Int
    private let block: MemoryBlock?

    var byteCount: Int { block?.byteCount ?? 0 }

    /// Of equal keys the first wins. O(n).
    init(_ entries: [(key: KeyWords, id: UInt32)]) {
        let seed = HashSeed.process
        self.seed = seed
        // Two keys of one hash are taken for equal.
        var seen: Set<UInt64> = []
        let entries = entries.filter { seen.insert(seed.hash($0.key)).inserted }
        count = entries.count
        guard !entries.isEmpty else {
            view = .empty
            block = nil
            return
        }
        let hash = Self.perfectHash(entries.map { seed.hash($0.key) })
        let pilotsOffset = hash.slotCount * SlotLayout.byteCount
        let block = MemoryBlock.zeroed(byteCount: pilotsOffset + hash.pilots.count)
        for (position, entry) in entries.enumerated() {
            let slot = block.start + Int(hash.slotIndexes[position]) * SlotLayout.byteCount
            SlotLayout.store(entry.key, id: entry.id, tail: .ofKeyAlone, at: slot)
        }
        let pilots = block.start + pilotsOffset
        hash.pilots.withUnsafeBytes { pilots.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        self.block = block
        view = SlotTable(
            slots: UnsafeRawPointer(block.start), slotCount: hash.slotCount, pilots: UnsafeRawPointer(pilots),
            pilotCount: hash.pilots.count)
    }

    /// The seed is given (a lookup hashes once for all tables of this kind), so the way out of a crowd is more room.
    private static func perfectHash(_ hashes: [UInt64]) -> PerfectHash {
        var slotCount = PerfectHash.slotCount(keyCount: hashes.count)
        while true {
            if let hash = try? PerfectHash(hashes: hashes, slotCount: slotCount) {
                return hash
            }
            precondition(slotCount < 1 << 31, "two keys of one hash")
            slotCount *= 2
        }
    }

    /// The id of a key.
    func id(of key: KeyWords) -> UInt32? {
        view.slot(of: key, hash: seed.hash(key)).map { SlotTable.symbolId(at: $0) }
    }
}
