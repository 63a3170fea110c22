/// Where each key of a table to be built goes, found before any slot is written.
struct SlotPlan {
    /// The slot of each key, by the key's position in the input.
    let slotIndexes: [UInt32]
    /// The distance of each key from its home, counted from 1.
    let distances: [UInt8]
    /// A power of two.
    let homeCount: Int

    /// Slots in the table, with the spare ones.
    var slotCount: Int { homeCount + SlotLayout.spareCount }

    /// Homes for so many keys: a power of two, at most seven tenths taken.
    static func homeCount(keyCount: Int) -> Int {
        var homeCount = 16
        while homeCount * 7 < keyCount * 10 { homeCount *= 2 }
        return homeCount
    }

    enum Failure: Error {
        /// Two keys are equal; positions in the input.
        case duplicateKey(Int, Int)
        /// Some key would stand too far from its home: take another seed, or more homes.
        case crowded
    }

    /// Places keys of these hashes; `areEqual` compares two keys by position and is asked only about equal hashes.
    ///
    /// O(n + homes): a counting sort by home, then each key takes the next free slot from its home on.
    init(hashes: [UInt64], homeCount: Int, areEqual: (Int, Int) -> Bool) throws(Failure) {
        let mask = UInt64(homeCount - 1)
        var starts = [UInt32](repeating: 0, count: homeCount + 1)
        for hash in hashes { starts[Int(hash & mask) + 1] += 1 }
        for home in 0..<homeCount { starts[home + 1] += starts[home] }

        var order = [UInt32](repeating: 0, count: hashes.count)
        var cursors = starts
        for (position, hash) in hashes.enumerated() {
            let home = Int(hash & mask)
            order[Int(cursors[home])] = UInt32(truncatingIfNeeded: position)
            cursors[home] += 1
        }

        var slotIndexes = [UInt32](repeating: 0, count: hashes.count)
        var distances = [UInt8](repeating: 0, count: hashes.count)
        var nextFree = 0
        for home in 0..<homeCount {
            let group = Int(starts[home])..<Int(starts[home + 1])
            if group.isEmpty { continue }
            nextFree = max(nextFree, home)
            for entry in group {
                let position = Int(order[entry])
                for earlier in group.lowerBound..<entry where hashes[Int(order[earlier])] == hashes[position] {
                    if areEqual(Int(order[earlier]), position) { throw .duplicateKey(Int(order[earlier]), position) }
                }
                let distance = nextFree - home + 1
                guard distance <= SlotLayout.distanceMax else { throw .crowded }
                slotIndexes[position] = UInt32(truncatingIfNeeded: nextFree)
                distances[position] = UInt8(distance)
                nextFree += 1
            }
        }
        self.slotIndexes = slotIndexes
        self.distances = distances
        self.homeCount = homeCount
    }
}
