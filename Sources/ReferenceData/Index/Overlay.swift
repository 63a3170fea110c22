/// What changed since a base was built: the changed rows, and the ids of the base's rows that no longer count.
final class Overlay: @unchecked Sendable {
    /// The most rows, and the most superseded ids, before the base is better rewritten in the background.
    static let rowCountMax = 4_096
    /// How many times as much an overlay may hold before a change waits for a new base: when nobody rewrote in time.
    static let limitFactor = 4
    private static let rowCountFloor = 64

    /// The most for a base of so many rows: small bases are cheap to build, and their overlay counts against the memory
    /// the whole image may take.
    static func rowCountMax(baseRowCount: Int) -> Int {
        min(rowCountMax, max(rowCountFloor, baseRowCount / 16))
    }

    /// What no overlay exceeds.
    static func rowCountLimit(baseRowCount: Int) -> Int { rowCountMax(baseRowCount: baseRowCount) * limitFactor }

    let image: RowImage
    /// Ids of base rows that were changed or deleted, ascending.
    let supersededIds: UnsafeBufferPointer<UInt32>
    private let block: MemoryBlock

    var byteCount: Int { image.byteCount + block.byteCount }

    /// Rows and superseded ids ascending; every superseded id is in the base. O(rows + ids).
    init(rows: [HeldRow], supersededIds ids: [UInt32], base: RowView) throws(RowImage.BuildFailure) {
        let image = try RowImage.build(RowList(rows), hasOrders: false)
        self.image = image

        block = .zeroed(byteCount: ids.count * 4)
        let idStart = block.start.bindMemory(to: UInt32.self, capacity: ids.count)
        for (position, id) in ids.enumerated() { idStart[position] = id }
        supersededIds = UnsafeBufferPointer(start: idStart, count: ids.count)
    }
}

/// Tells at once of most keys that the base alone answers for them: the filters hold the keys of all rows in the
/// overlay, of the base rows that no longer count, of refused rows, and the aliases.
final class KeyFilters: @unchecked Sendable {
    let symbols: KeyFilter
    let pairs: KeyFilter
    private let block: MemoryBlock

    var byteCount: Int { block.byteCount }

    private static let bitCountMin = 4_096
    private static let bitsPerKey = 16

    /// Nil where there is nothing to hold. O(what is held).
    init?(
        _ base: RowView, _ overlay: RowView, _ supersededIds: UnsafeBufferPointer<UInt32>, _ refused: RefusedRows,
        _ aliases: AliasTable
    ) {
        let changedCount = overlay.rowCount + supersededIds.count
        let keyCount = changedCount + refused.bySymbol.count + refused.byPair.count + aliases.table.count
        guard keyCount > 0 else { return nil }
        var bitCount = Self.bitCountMin
        while bitCount < keyCount * Self.bitsPerKey { bitCount *= 2 }
        let block = MemoryBlock.zeroed(byteCount: bitCount / 4)
        let (symbolBits, pairBits) = (block.start, block.start + bitCount / 8)
        let symbols = KeyFilter(bits: UnsafeRawPointer(symbolBits), bitMask: UInt64(bitCount - 1))
        let pairs = KeyFilter(bits: UnsafeRawPointer(pairBits), bitMask: UInt64(bitCount - 1))

        func note(_ view: RowView, _ index: Int) {
            symbols.insert(base.seed.hash(KeyWords(bytes: view.symbolSlot(at: index))), into: symbolBits)
            pairs.insert(base.seed.hash(KeyWords(bytes: view.pairSlot(at: index))), into: pairBits)
        }
        for index in 0..<overlay.rowCount { note(overlay, index) }
        for id in supersededIds {
            if let index = base.rowIndex(id: id) { note(base, index) }
        }
        for row in refused.ledger.rows.values {
            if let key = row.symbolKey { symbols.insert(base.seed.hash(key.words), into: symbolBits) }
            if let key = row.pairKey { pairs.insert(base.seed.hash(key.words), into: pairBits) }
        }
        for alias in aliases.aliases { symbols.insert(base.seed.hash(alias.key.words), into: symbolBits) }
        self.symbols = symbols
        self.pairs = pairs
        self.block = block
    }
}

/// A set of hashes that may say yes wrongly and never says no wrongly; one bit each.
struct KeyFilter: @unchecked Sendable, BitwiseCopyable {
    let bits: UnsafeRawPointer
    /// Bits less one; their count is a power of two, at least 64.
    let bitMask: UInt64

    /// Holds nothing.
    static let empty = KeyFilter(bits: UnsafeRawPointer(SlotTable.emptyBlock.start), bitMask: 63)

    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool {
        let bit = (hash >> 40) & bitMask
        let word = bits.load(fromByteOffset: Int(truncatingIfNeeded: bit >> 6) << 3, as: UInt64.self)
        return (word >> (bit & 63)) & 1 != 0
    }

    func insert(_ hash: UInt64, into memory: UnsafeMutableRawPointer) {
        let bit = (hash >> 40) & bitMask
        let offset = Int(bit >> 6) << 3
        let word = memory.load(fromByteOffset: offset, as: UInt64.self)
        memory.storeBytes(of: word | 1 << (bit & 63), toByteOffset: offset, as: UInt64.self)
    }
}
