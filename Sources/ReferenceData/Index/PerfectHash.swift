/// The builder of a slot table's perfect hash, as in PTHash (Pibiri and Trani, 2021): keys are dealt into buckets by
/// their hashes, and for each bucket a *pilot* is searched, one byte which, mixed into the hashes of its keys, sends
/// all of them to slots that are free. It is done before any slot is written; `SlotTable` reads the result.
struct PerfectHash {
    /// By bucket.
    let pilots: [UInt8]
    /// By the key's position in the input.
    let slotIndexes: [UInt32]
    /// A power of two.
    let slotCount: Int

    /// Slots for so many keys: a power of two, at most eight tenths taken.
    static func slotCount(keyCount: Int) -> Int {
        var slotCount = 16
        while slotCount * 8 < keyCount * 10 { slotCount *= 2 }
        return slotCount
    }

    /// No keys.
    static let empty = PerfectHash(pilots: [0, 0], slotIndexes: [], slotCount: 16)

    private init(pilots: [UInt8], slotIndexes: [UInt32], slotCount: Int) {
        self.pilots = pilots
        self.slotIndexes = slotIndexes
        self.slotCount = slotCount
    }

    enum Failure: Error {
        /// Two keys are equal.
        case duplicateKey
        /// Some bucket has no pilot: take another seed, or more slots.
        case crowded
    }

    /// Finds slots for keys of these hashes; `areEqual` compares two keys by position and is asked only about equal
    /// hashes.
    ///
    /// The fullest buckets choose first, while nearly all slots are free. O(n + slots).
    init(hashes: [UInt64], slotCount: Int, areEqual: (Int, Int) -> Bool) throws(Failure) {
        self.slotCount = slotCount
        // Two to four keys to a bucket: larger ones take longer to place, smaller ones cost memory.
        let bucketCount = max(2, Self.slotCount(keyCount: hashes.count) / 4)
        var slotIndexes = [UInt32](repeating: 0, count: hashes.count)
        var pilots = [UInt8](repeating: 0, count: bucketCount)
        let buckets = Buckets(hashes: hashes, bucketCount: bucketCount)
        let slotMask = UInt64(slotCount - 1)
        var taken = [UInt64](repeating: 0, count: max(1, slotCount / 64))
        for bucket in buckets.fullestFirst {
            let members = buckets.range(bucket)
            if members.isEmpty { break }
            try buckets.checkDistinct(members, areEqual)
            guard let pilot = buckets.pilot(members, slotMask, &taken) else { throw .crowded }
            pilots[bucket] = pilot
            for member in members {
                let position = SlotTable.position(buckets.hashes[member], pilot: pilot, mask: slotMask)
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

        func checkDistinct(_ members: Range<Int>, _ areEqual: (Int, Int) -> Bool) throws(Failure) {
            for member in members {
                for other in members.lowerBound..<member where hashes[other] == hashes[member] {
                    throw areEqual(Int(order[other]), Int(order[member])) ? .duplicateKey : .crowded
                }
            }
        }

        /// The first pilot that sends all members to slots of their own, which it takes.
        func pilot(_ members: Range<Int>, _ slotMask: UInt64, _ taken: inout [UInt64]) -> UInt8? {
            for pilot in UInt8.min...UInt8.max {
                var end = members.lowerBound
                while end < members.upperBound {
                    let position = SlotTable.position(hashes[end], pilot: pilot, mask: slotMask)
                    let bit: UInt64 = 1 << UInt64(position & 63)
                    if taken[position >> 6] & bit != 0 { break }
                    taken[position >> 6] |= bit
                    end += 1
                }
                if end == members.upperBound { return pilot }
                for member in members.lowerBound..<end {
                    let position = SlotTable.position(hashes[member], pilot: pilot, mask: slotMask)
                    taken[position >> 6] &= ~(1 << UInt64(position & 63))
                }
            }
            return nil
        }
    }
}
