/// A row by a number: the first eight folded bytes of one of its texts, or anything else that orders it.
struct PrefixEntry: BitwiseCopyable {
    let prefix: UInt64
    let row: UInt32
    /// What else is to be known of the text without a look at its row, which lies far away.
    var tag: UInt32 = 0

    /// In order of prefix; where those are equal, as they were. O(n): byte by byte from the last to the first; a byte
    /// in which all are alike costs nothing but the counting.
    static func sorted(_ rows: some Collection<Int>, prefix: (Int) -> UInt64) -> [PrefixEntry] {
        var entries: [PrefixEntry] = []
        entries.reserveCapacity(rows.count)
        for row in rows { entries.append(PrefixEntry(prefix: prefix(row), row: UInt32(truncatingIfNeeded: row))) }
        sort(&entries)
        return entries
    }

    /// Puts entries in that order.
    static func sort(_ entries: inout [PrefixEntry]) {
        var counts = [Int](repeating: 0, count: 8 * 256)
        for entry in entries {
            for byte in 0..<8 { counts[byte << 8 | Int((entry.prefix >> UInt64(8 * byte)) & 0xFF)] += 1 }
        }
        var sorted = entries
        for byte in 0..<8 {
            var cursors = Array(counts[byte << 8..<(byte + 1) << 8])
            if cursors.contains(entries.count) { continue }
            var next = 0
            for value in 0..<256 { (cursors[value], next) = (next, next + cursors[value]) }
            for entry in entries {
                let value = Int((entry.prefix >> UInt64(8 * byte)) & 0xFF)
                sorted[cursors[value]] = entry
                cursors[value] += 1
            }
            swap(&entries, &sorted)
        }
    }

    /// The ranges of entries whose prefixes are equal, in order. `body` may change the order within its range.
    static func forEachRun(_ entries: [PrefixEntry], _ body: (Range<Int>) -> Void) {
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].prefix == entries[start].prefix { end += 1 }
            body(start..<end)
            start = end
        }
    }
}
