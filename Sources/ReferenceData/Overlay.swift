/// What changed since a base was built: the changed rows, the ids of the base's rows that no longer count, and filters
/// that tell at once of most keys that neither is concerned.
final class Overlay: @unchecked Sendable {
    /// The most rows, and the most superseded ids, before the base is built anew.
    static let rowCountMax = 4_096
    private static let rowCountFloor = 64

    /// The most for a base of so many rows: small bases are cheap to build, and their overlay counts against the memory
    /// the whole image may take.
    static func rowCountMax(baseRowCount: Int) -> Int {
        min(rowCountMax, max(rowCountFloor, baseRowCount / 16))
    }

    let image: RowImage
    /// Ids of base rows that were changed or deleted, ascending.
    let supersededIds: UnsafeBufferPointer<UInt32>
    let symbolFilter: KeyFilter
    let pairFilter: KeyFilter
    private let block: MemoryBlock

    var byteCount: Int { image.byteCount + block.byteCount }

    /// Rows and superseded ids ascending; every superseded id is in the base. O(rows + ids).
    init(rows: [HeldRow], supersededIds ids: [UInt32], base: RowView) throws(RowImage.BuildFailure) {
        let image = try RowImage.build(RowList(rows), hasOrders: false)
        self.image = image

        var filterBitCount = 4_096
        while filterBitCount < (rows.count + ids.count) * 16 { filterBitCount *= 2 }
        let filterByteCount = filterBitCount / 8
        block = MemoryBlock.zeroed(byteCount: filterByteCount * 2 + ids.count * 4)
        let symbolBits = block.start
        let pairBits = block.start + filterByteCount
        symbolFilter = KeyFilter(bits: UnsafeRawPointer(symbolBits), bitMask: UInt64(filterBitCount - 1))
        pairFilter = KeyFilter(bits: UnsafeRawPointer(pairBits), bitMask: UInt64(filterBitCount - 1))
        let idStart = (block.start + filterByteCount * 2).bindMemory(to: UInt32.self, capacity: ids.count)
        for (position, id) in ids.enumerated() { idStart[position] = id }
        supersededIds = UnsafeBufferPointer(start: idStart, count: ids.count)

        func note(_ view: RowView, _ index: Int) {
            symbolFilter.insert(base.seed.hash(KeyWords(bytes: view.symbolSlot(at: index))), into: symbolBits)
            pairFilter.insert(base.seed.hash(KeyWords(bytes: view.pairSlot(at: index))), into: pairBits)
        }
        for index in 0..<rows.count { note(image.view, index) }
        for id in ids {
            if let index = base.rowIndex(id: id) { note(base, index) }
        }
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
