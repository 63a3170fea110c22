/// Where each key of a table to be built goes, found before any slot is written: the pilot of each bucket, and the slot
/// of each key.
struct SlotPlan {
    /// By bucket.
    private(set) var pilots: [UInt8]
    /// By the key's position in the input.
    private(set) var slotIndexes: [UInt32]
    /// A power of two.
    let slotCount: Int

    /// Slots for so many keys: a power of two, at most eight tenths taken.
    static func slotCount(keyCount: Int) -> Int {
        var slotCount = 16
        while slotCount * 8 < keyCount * 10 { slotCount *= 2 }
        return slotCount
    }

    enum Failure: Error {
        /// Two keys are equal.
        case duplicateKey
        /// Some bucket has no pilot: take another seed, or more slots.
        case crowded
    }

    /// Places keys of these hashes; `areEqual` compares two keys by position and is asked only about equal hashes.
    ///
    /// The fullest buckets choose first, while nearly all slots are free. O(n + slots).
    init(hashes: [UInt64], slotCount: Int, areEqual: (Int, Int) -> Bool) throws(Failure) {
        self.slotCount = slotCount
        // Two to four keys to a bucket: larger ones take longer to place, smaller ones cost memory.
        let bucketCount = max(2, Self.slotCount(keyCount: hashes.count) / 4)
        pilots = [UInt8](repeating: 0, count: bucketCount)
        slotIndexes = [UInt32](repeating: 0, count: hashes.count)

        let buckets = Buckets(hashes: hashes, bucketCount: bucketCount)
        let slotMask = UInt64(slotCount - 1)
        var taken = [UInt64](repeating: 0, count: max(1, slotCount / 64))
        for bucket in buckets.fullestFirst {
            let members = buckets.members(bucket)
            if members.isEmpty { break }
            try Self.checkDistinct(members, hashes, areEqual)
            guard let pilot = Self.pilot(members, hashes, slotMask, &taken) else { throw .crowded }
            pilots[bucket] = pilot
            for member in members {
                let position = SlotTable.position(hashes[Int(member)], pilot: pilot, mask: slotMask)
                slotIndexes[Int(member)] = UInt32(truncatingIfNeeded: position)
            }
        }
    }

    /// Keys grouped by bucket.
    private struct Buckets {
        /// Where each bucket's members begin.
        let starts: [UInt32]
        let order: [UInt32]
        let fullestFirst: [Int]

        init(hashes: [UInt64], bucketCount: Int) {
            let mask = UInt64(bucketCount - 1)
            var starts = [UInt32](repeating: 0, count: bucketCount + 1)
            for hash in hashes { starts[SlotTable.bucket(hash, mask: mask) + 1] += 1 }
            let counts = starts.dropFirst().map { Int($0) }
            for bucket in 0..<bucketCount { starts[bucket + 1] += starts[bucket] }
            var cursors = starts
            var order = [UInt32](repeating: 0, count: hashes.count)
            for (position, hash) in hashes.enumerated() {
                let bucket = SlotTable.bucket(hash, mask: mask)
                order[Int(cursors[bucket])] = UInt32(truncatingIfNeeded: position)
                cursors[bucket] += 1
            }
            self.starts = starts
            self.order = order

            // Another counting sort, by how many members a bucket has.
            let countMax = counts.max() ?? 0
            var places = [Int](repeating: 0, count: countMax + 2)
            for count in counts { places[countMax - count + 1] += 1 }
            for index in 0...countMax { places[index + 1] += places[index] }
            var fullestFirst = [Int](repeating: 0, count: bucketCount)
            for (bucket, count) in counts.enumerated() {
                fullestFirst[places[countMax - count]] = bucket
                places[countMax - count] += 1
            }
            self.fullestFirst = fullestFirst
        }

        func members(_ bucket: Int) -> ArraySlice<UInt32> {
            order[Int(starts[bucket])..<Int(starts[bucket + 1])]
        }
    }

    private static func checkDistinct(
        _ members: ArraySlice<UInt32>, _ hashes: [UInt64], _ areEqual: (Int, Int) -> Bool
    ) throws(Failure) {
        for (offset, member) in members.enumerated() {
            for other in members.prefix(offset) where hashes[Int(other)] == hashes[Int(member)] {
                throw areEqual(Int(other), Int(member)) ? .duplicateKey : .crowded
            }
        }
    }

    /// The first pilot that sends all members to slots of their own, which it takes.
    private static func pilot(
        _ members: ArraySlice<UInt32>, _ hashes: [UInt64], _ slotMask: UInt64, _ taken: inout [UInt64]
    ) -> UInt8? {
        for pilot in UInt8.min...UInt8.max {
            var placedCount = 0
            for member in members {
                let position = SlotTable.position(hashes[Int(member)], pilot: pilot, mask: slotMask)
                let bit: UInt64 = 1 << UInt64(position & 63)
                if taken[position >> 6] & bit != 0 { break }
                taken[position >> 6] |= bit
                placedCount += 1
            }
            if placedCount == members.count { return pilot }
            for member in members.prefix(placedCount) {
                let position = SlotTable.position(hashes[Int(member)], pilot: pilot, mask: slotMask)
                taken[position >> 6] &= ~(1 << UInt64(position & 63))
            }
        }
        return nil
    }
}
