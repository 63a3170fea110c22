/// What search and discovery read of a main image beside its orders: everything of one kind for all rows side by side,
/// so that a question about all rows is read from front to back.
///
/// A row's *position* is where it stands in the folded order of symbol strings; positions are numbered in blocks of 64.
/// Each position has a *line* of folded text: the symbol string, then base and quote, each behind a NUL, unless the
/// symbol string contains it anyway, which it nearly always does. So a text occurs in a line exactly when it occurs in
/// one of the three.
///
/// ```
/// block starts      8 bytes a block and one more: where its first line begins in the text
/// active            8 bytes a block, a bit a position: whether the row is live
/// pair starts       8 bytes a block, a bit an entry of the pair order: base and quote differ from the entry before;
///                   bits behind the last entry are set
/// stray bases       8 bytes a block, a bit an entry of the pair order: the symbol string does not begin with the base
/// exchange ids      2 bytes a position
/// line byte counts  1 byte a position
/// text              the lines, one behind the other, and zero bytes that may be read past its end
/// ```
///
/// Offsets that come out of the bytes are bounded before use.
struct SearchIndex: @unchecked Sendable, BitwiseCopyable {
    static let blockRowCount = 64
    /// Bytes behind the text that reads of whole words and vectors may touch.
    static let slackByteCount = 64

    let rowCount: Int
    let blockCount: Int
    let textByteCount: Int
    private let blockStarts: UnsafeRawPointer
    private let active: UnsafeRawPointer
    private let pairStarts: UnsafeRawPointer
    private let strayBases: UnsafeRawPointer
    let exchangeIds: UnsafeRawPointer
    private let lineByteCounts: UnsafeRawPointer
    let text: UnsafeRawPointer

    /// - Parameter byteCount: of the whole, which must hold the parts of so many rows; see `isLongEnough`.
    init(start: UnsafeRawPointer, byteCount: Int, rowCount: Int) {
        let parts = Parts(rowCount: rowCount)
        self.rowCount = rowCount
        blockCount = Self.blockCount(rowCount: rowCount)
        textByteCount = max(0, byteCount - parts.text - Self.slackByteCount)
        blockStarts = start
        active = start + parts.active
        pairStarts = start + parts.pairStarts
        strayBases = start + parts.strayBases
        exchangeIds = start + parts.exchangeIds
        lineByteCounts = start + parts.lineByteCounts
        text = start + parts.text
    }

    /// Where the parts of so many rows begin.
    struct Parts {
        let active: Int
        let pairStarts: Int
        let strayBases: Int
        let exchangeIds: Int
        let lineByteCounts: Int
        let text: Int

        init(rowCount: Int) {
            let blockCount = SearchIndex.blockCount(rowCount: rowCount)
            active = (blockCount + 1) * 8
            pairStarts = active + blockCount * 8
            strayBases = pairStarts + blockCount * 8
            exchangeIds = strayBases + blockCount * 8
            // Whole blocks, so that the ids of a block can be read as vectors.
            lineByteCounts = exchangeIds + blockCount * SearchIndex.blockRowCount * 2
            text = lineByteCounts + blockCount * SearchIndex.blockRowCount
        }
    }

    static func blockCount(rowCount: Int) -> Int { (rowCount + blockRowCount - 1) / blockRowCount }

    static func byteCount(rowCount: Int, textByteCount: Int) -> Int {
        rowCount == 0 ? 0 : Parts(rowCount: rowCount).text + textByteCount + slackByteCount
    }

    /// Whether a section from outside can hold the parts of so many rows.
    static func isLongEnough(byteCount: Int, rowCount: Int) -> Bool {
        byteCount >= Self.byteCount(rowCount: rowCount, textByteCount: 0)
    }

    /// The bits of a block that stand for a position.
    @inline(__always)
    func validWord(_ block: Int) -> UInt64 {
        let count = rowCount &- block &* Self.blockRowCount
        return count >= 64 ? .max : (1 << UInt64(count)) &- 1
    }

    @inline(__always)
    func activeWord(_ block: Int) -> UInt64 { active.load(fromByteOffset: block &* 8, as: UInt64.self) }

    @inline(__always)
    func pairStartWord(_ block: Int) -> UInt64 { pairStarts.load(fromByteOffset: block &* 8, as: UInt64.self) }

    @inline(__always)
    func strayBaseWord(_ block: Int) -> UInt64 { strayBases.load(fromByteOffset: block &* 8, as: UInt64.self) }

    @inline(__always)
    func isActive(at position: Int) -> Bool { activeWord(position >> 6) >> UInt64(position & 63) & 1 != 0 }

    /// Only while an image is made.
    func setActive(_ isActive: Bool, at position: Int) {
        let bit: UInt64 = 1 << UInt64(position & 63)
        let word = isActive ? activeWord(position >> 6) | bit : activeWord(position >> 6) & ~bit
        let words = UnsafeMutableRawPointer(mutating: active)
        words.storeBytes(of: word, toByteOffset: (position >> 6) * 8, as: UInt64.self)
    }

    @inline(__always)
    func exchangeId(at position: Int) -> UInt16 {
        exchangeIds.load(fromByteOffset: position &* 2, as: UInt16.self)
    }

    /// The positions of a block on an exchange.
    @inline(__always)
    func exchangeWord(_ block: Int, _ exchangeId: UInt16) -> UInt64 {
        let wanted = SIMD8<UInt16>(repeating: exchangeId)
        let bits = SIMD8<UInt16>(1, 2, 4, 8, 16, 32, 64, 128)
        var word: UInt64 = 0
        var offset = block &* Self.blockRowCount &* 2
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            let ids = exchangeIds.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt16>.self)
            let found = SIMD8<UInt16>(repeating: 0).replacing(with: bits, where: ids .== wanted)
            word |= UInt64(found.wrappedSum()) << shift
            offset &+= 16
        }
        return word & validWord(block)
    }

    @inline(__always)
    func lineByteCount(at position: Int) -> Int {
        Int(lineByteCounts.load(fromByteOffset: position, as: UInt8.self))
    }

    /// Where the lines of a block begin and end in the text.
    @inline(__always)
    func textRange(_ block: Int) -> (lower: Int, upper: Int) {
        func bound(_ block: Int) -> Int {
            let offset = blockStarts.load(fromByteOffset: block &* 8, as: UInt64.self)
            return Int(truncatingIfNeeded: min(offset, UInt64(textByteCount)))
        }
        let lower = bound(block)
        return (lower, max(lower, bound(block &+ 1)))
    }

    // MARK: Pairs

    /// The first entry of the pair order after `entry` that begins a pair, or the end.
    func pairEnd(after entry: Int) -> Int {
        var block = (entry + 1) >> 6
        guard block < blockCount else { return rowCount }
        var word = pairStartWord(block) & (.max << UInt64((entry + 1) & 63))
        while word == 0 {
            block += 1
            if block == blockCount { return rowCount }
            word = pairStartWord(block)
        }
        return min(block << 6 + word.trailingZeroBitCount, rowCount)
    }

    /// The first entry in `entry..<limit` that begins a pair of two entries or more; `limit` when there is none.
    func sharedPair(from entry: Int, before limit: Int) -> Int {
        var block = entry >> 6
        var mask: UInt64 = .max << UInt64(entry & 63)
        while block < blockCount, block << 6 < limit {
            let starts = pairStartWord(block)
            let next = block + 1 < blockCount ? pairStartWord(block + 1) : 1
            let shared = starts & ~(starts >> 1 | next << 63) & mask
            if shared != 0 { return min(block << 6 + shared.trailingZeroBitCount, limit) }
            block += 1
            mask = .max
        }
        return limit
    }
}
