internal import CPrefetch

/// Numbers for keys, equal ones having one number.
struct KeyGroups {
    /// By entry: the number of its key; they count upwards in the order in which keys first appear.
    let numbers: [UInt32]
    /// By number: the first entry with the key.
    let firsts: [UInt32]
    /// By number: the hash.
    let hashes: [UInt64]
    /// Places looked at, less than two for each entry whatever the hashes.
    let probeCount: Int

    var count: Int { hashes.count }

    /// Places are asked for so far ahead: the table of a large image is in no cache.
    private static let fetchedCount = 8

    /// Groups entries of these hashes; `areEqual` compares the keys of two of them, and is asked only about equal
    /// hashes. Fails when two keys have one hash: take another seed. O(n), also of an image that somebody forged: its
    /// seed is in the file, so its hashes are mixed with this process's own: twice, because one product of hashes that
    /// stand in a row leaves them in a row for one seed of twenty, where each is looked for behind many others.
    init(
        hashes entries: [UInt64], mixedBy seed: HashSeed = .process, areEqual: (Int, Int) -> Bool
    ) throws(PerfectHash.Crowded) {
        var tableCount = 64
        while tableCount < entries.count * 2 { tableCount *= 2 }
        let mask = UInt64(tableCount - 1)
        var probeCount = 0
        // The upper half of a hash, and one more than the number of its key.
        var table = [UInt64](repeating: 0, count: tableCount)
        var numbers: [UInt32] = []
        var firsts: [UInt32] = []
        var hashes: [UInt64] = []
        numbers.reserveCapacity(entries.count)
        firsts.reserveCapacity(entries.count)
        hashes.reserveCapacity(entries.count)
        func position(_ hash: UInt64) -> Int {
            Int(truncatingIfNeeded: seed.hash(hash: seed.hash(hash: hash)) & mask)
        }
        for (entry, hash) in entries.enumerated() {
            if entry + Self.fetchedCount < entries.count {
                table.withUnsafeBufferPointer {
                    prefetch_line($0.baseAddress! + position(entries[entry + Self.fetchedCount]))
                }
            }
            var position = position(hash)
            while true {
                probeCount += 1
                let found = table[position]
                if found == 0 {
                    table[position] = hash & ~0xFFFF_FFFF | UInt64(hashes.count + 1)
                    numbers.append(UInt32(truncatingIfNeeded: hashes.count))
                    firsts.append(UInt32(truncatingIfNeeded: entry))
                    hashes.append(hash)
                    break
                }
                let number = Int(truncatingIfNeeded: found & 0xFFFF_FFFF) - 1
                if (found ^ hash) >> 32 == 0, hashes[number] == hash {
                    guard areEqual(Int(firsts[number]), entry) else { throw PerfectHash.Crowded() }
                    numbers.append(UInt32(truncatingIfNeeded: number))
                    break
                }
                position = (position + 1) & (tableCount - 1)
            }
        }
        self.numbers = numbers
        self.firsts = firsts
        self.hashes = hashes
        self.probeCount = probeCount
    }
}
