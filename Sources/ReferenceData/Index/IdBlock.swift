/// Which of 64 ids in a row have a symbol, and how many lower ids have: the bit of an id and those below it say where
/// its row stands, without a search. 16 bytes, of which a million symbols take 250 KB, which stay in the near caches.
///
/// ```
/// 0        8       12  16
/// | bits   | rows  | 0 |
/// ```
struct IdBlock: BitwiseCopyable {
    /// The lowest bit is that of the lowest id, a multiple of 64.
    let bits: UInt64
    /// Of the first id in this block, if it has any.
    let firstRow: UInt32
    private let zero: UInt32

    static let byteCount = 16
    static let idCount = 64

    init(bits: UInt64, firstRow: UInt32) {
        self.bits = bits
        self.firstRow = firstRow
        zero = 0
    }

    @inline(__always)
    static func number(of id: UInt32) -> Int { Int(id &>> 6) }

    /// The row before which the next block begins.
    var endRow: UInt64 { UInt64(firstRow) + UInt64(bits.nonzeroBitCount) }

    /// The row of an id in this block; nil where it has none.
    @inline(__always)
    func rowIndex(_ id: UInt32) -> Int? {
        let bit: UInt64 = 1 &<< UInt64(id)
        if bits & bit == 0 { return nil }
        let lower = bit &- 1
        // Ids are nearly always given out without a gap, and bits are counted in twenty instructions.
        let count = ~bits & lower == 0 ? Int(id & 63) : (bits & lower).nonzeroBitCount
        return Int(firstRow) &+ count
    }

    /// The blocks of rows in ascending order of id; none where more than one block a row would be needed.
    static func blocks<Rows: RandomAccessCollection>(_ rows: Rows) -> [IdBlock]
    where Rows.Element == SymbolRecord, Rows.Index == Int {
        guard let last = rows.last, number(of: last.id) < max(rows.count, idCount) else { return [] }
        var blocks: [IdBlock] = []
        blocks.reserveCapacity(number(of: last.id) + 1)
        var row = 0
        while row < rows.count {
            let firstRow = row
            var bits: UInt64 = 0
            while row < rows.count, number(of: rows[row].id) == blocks.count {
                bits |= 1 &<< UInt64(rows[row].id)
                row += 1
            }
            blocks.append(IdBlock(bits: bits, firstRow: UInt32(truncatingIfNeeded: firstRow)))
        }
        return blocks
    }

    /// Whether this can stand behind another one, or first.
    func isGood(after previous: IdBlock?, rowCount: UInt32) -> Bool {
        zero == 0 && UInt64(firstRow) == previous?.endRow ?? 0 && endRow <= UInt64(rowCount)
    }
}
