/// The builder of a slot table's perfect hash, as in PTHash (Pibiri and Trani, 2021): keys are dealt into buckets by
/// their hashes, and for each bucket a *pilot* is searched, one byte which, mixed into the hashes of its keys, sends
/// all of them to slots that are free. It is done before any slot is written; `SlotTable` reads the result.
struct PerfectHash {
    /// By bucket.
    let pilots: [UInt8]
    /// By the key's position in the input.
    let slotIndexes: [UInt32]
    let slotCount: Int

    /// What a table needs of it once the slots of its keys are known: a tenth of the memory.
    struct Outline {
        let pilots: [UInt8]
        let slotCount: Int
    }

    var outline: Outline { Outline(pilots: pilots, slotCount: slotCount) }

    /// Slots for so many keys: nine tenths taken.
    static func slotCount(keyCount: Int) -> Int { max(16, keyCount + keyCount / 9 + 1) }

    /// Buckets for so many keys: a power of two, one to two keys to each. Larger ones could not all be placed in a
    /// table as full as that, smaller ones would cost memory.
    private static func bucketCount(keyCount: Int) -> Int {
        var bucketCount = 2
        while bucketCount * 2 < keyCount { bucketCount *= 2 }
        return bucketCount
    }

    /// Why there is no perfect hash: two hashes are equal, or some bucket has no pilot. Take another seed, or more
    /// slots.
    struct Crowded: Error {}

    /// Finds slots for keys of these hashes, no two of which are equal.
    ///
    /// The fullest buckets choose first, while nearly all slots are free. O(n + slots).
    init(hashes: [UInt64], slotCount: Int) throws(Crowded) {
        self.slotCount = slotCount
        let bucketCount = Self.bucketCount(keyCount: hashes.count)
        var slotIndexes = [UInt32](repeating: 0, count: hashes.count)
        var pilots = [UInt8](repeating: 0, count: bucketCount)
        let buckets = Buckets(hashes: hashes, bucketCount: bucketCount)
        var taken = [UInt64](repeating: 0, count: slotCount / 64 + 1)
        for bucket in buckets.fullestFirst {
            let members = buckets.range(bucket)
            if members.isEmpty { break }
            guard let pilot = buckets.pilot(members, slotCount, &taken) else { throw Crowded() }
            pilots[bucket] = pilot
            for member in members {
                let position = SlotTable.position(buckets.hashes[member], pilot: pilot, slotCount: slotCount)
                slotIndexes[Int(buckets.order[member])] = UInt32(truncatingIfNeeded: position)
            }
        }
        self.slotIndexes = slotIndexes
        self.pilots = pilots
    }

    /// Keys grouped by bucket: those of bucket `b` stand at `starts[b]..<starts[b + 1]`.
    private struct Buckets {
        private let starts: [UInt32]
        /// The input positions of the keys, and their hashes.
        let order: [UInt32]
        let hashes: [UInt64]
        let fullestFirst: [Int]

        init(hashes input: [UInt64], bucketCount: Int) {
            let mask = UInt64(bucketCount - 1)
            var starts = [UInt32](repeating: 0, count: bucketCount + 1)
            for hash in input { starts[SlotTable.bucket(hash, mask: mask) + 1] += 1 }
            let counts = starts.dropFirst().map { Int($0) }
            for bucket in 0..<bucketCount { starts[bucket + 1] += starts[bucket] }
            var cursors = starts
            var order = [UInt32](repeating: 0, count: input.count)
            var hashes = [UInt64](repeating: 0, count: input.count)
            for (position, hash) in input.enumerated() {
                let bucket = SlotTable.bucket(hash, mask: mask)
                order[Int(cursors[bucket])] = UInt32(truncatingIfNeeded: position)
                hashes[Int(cursors[bucket])] = hash
                cursors[bucket] += 1
            }
            self.starts = starts
            self.order = order
            self.hashes = hashes

            // Another counting sort, by how many members a bucket has.
            let countMax = counts.max() ?? 0
            var firsts = [Int](repeating: 0, count: countMax + 2)
            for count in counts { firsts[countMax - count + 1] += 1 }
            for index in 0...countMax { firsts[index + 1] += firsts[index] }
            var fullestFirst = [Int](repeating: 0, count: bucketCount)
            for (bucket, count) in counts.enumerated() {
                fullestFirst[firsts[countMax - count]] = bucket
                firsts[countMax - count] += 1
            }
            self.fullestFirst = fullestFirst
        }

        func range(_ bucket: Int) -> Range<Int> { Int(starts[bucket])..<Int(starts[bucket + 1]) }

        /// The first pilot that sends all members to slots of their own, which it takes.
        func pilot(_ members: Range<Int>, _ slotCount: Int, _ taken: inout [UInt64]) -> UInt8? {
            for pilot in UInt8.min...UInt8.max {
                var end = members.lowerBound
                while end < members.upperBound {
                    let position = SlotTable.position(hashes[end], pilot: pilot, slotCount: slotCount)
                    let bit: UInt64 = 1 << UInt64(position & 63)
                    if taken[position >> 6] & bit != 0 { break }
                    taken[position >> 6] |= bit
                    end += 1
                }
                if end == members.upperBound { return pilot }
                for member in members.lowerBound..<end {
                    let position = SlotTable.position(hashes[member], pilot: pilot, slotCount: slotCount)
                    taken[position >> 6] &= ~(1 << UInt64(position & 63))
                }
            }
            return nil
        }
    }
}
