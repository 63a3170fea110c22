/// Symbols with all their indexes, and the memory they stand in: a base, or an overlay.
final class RowImage: @unchecked Sendable {
    let block: MemoryBlock
    let view: RowView
    /// Bytes from the start of the block to the end of the last of the base's own sections; a file goes on behind.
    let byteCount: Int
    /// Tells this base from all others of the process; see `Snapshot.rebased`.
    let lineage: Lineage

    final class Lineage: Sendable {}

    /// Reads the header of a block whose sections are known to lie inside it.
    init(_ block: MemoryBlock) {
        self.block = block
        lineage = Lineage()
        let start = UnsafeRawPointer(block.start)
        view = RowView(start: start)
        let last = ImageSection.searchIndex
        let entry = start + ImageLayout.sectionsOffset + last.rawValue * ImageLayout.sectionEntryByteCount
        byteCount =
            Int(truncatingIfNeeded: entry.load(as: UInt64.self))
            + ImageLayout.aligned(
                Int(truncatingIfNeeded: entry.load(fromByteOffset: 8, as: UInt64.self)) * last.elementByteCount)
    }
}

/// Symbols with all their indexes, read in place from one block of bytes. Only pointers and counts: copying it retains
/// nothing, so whoever uses it holds the `RowImage`.
///
/// Indexes that come out of the block are bounded before use, so a block with wrong bytes gives wrong answers, not
/// faults.
struct RowView: @unchecked Sendable, BitwiseCopyable {
    /// The longest probe for an id. Ids hash at random into a table at most seven tenths full.
    static let idProbeCountMax = 512

    let seed: HashSeed
    let symbolTable: SlotTable
    let pairTable: SlotTable
    let symbolSlotCount: Int
    let pairSlotCount: Int
    let rows: UnsafeRawPointer
    let rowCount: Int
    let idEntries: UnsafeRawPointer
    let idMask: UInt64
    let exchangeRanges: UnsafeRawPointer
    let exchangeRangeCount: Int
    let exchangeMembers: UnsafeRawPointer
    let symbolOrder: UnsafeRawPointer
    let pairOrder: UnsafeRawPointer
    let quoteOrder: UnsafeRawPointer
    let search: SearchIndex
    /// False in an overlay, which is small enough to be scanned.
    let hasOrders: Bool

    /// Reads the header of a block whose sections are known to lie inside it.
    init(start: UnsafeRawPointer) {
        func section(_ section: ImageSection) -> (start: UnsafeRawPointer, count: Int) {
            let entry = start + ImageLayout.sectionsOffset + section.rawValue * ImageLayout.sectionEntryByteCount
            return (
                start + Int(truncatingIfNeeded: entry.load(as: UInt64.self)),
                Int(truncatingIfNeeded: entry.load(fromByteOffset: 8, as: UInt64.self))
            )
        }
        seed = HashSeed(
            first: start.load(fromByteOffset: ImageLayout.seedFirstOffset, as: UInt64.self),
            second: start.load(fromByteOffset: ImageLayout.seedSecondOffset, as: UInt64.self))
        let symbols = section(.symbolSlots)
        let symbolPilots = section(.symbolPilots)
        let pairs = section(.pairSlots)
        let pairPilots = section(.pairPilots)
        symbolTable = SlotTable(
            slots: symbols.start, slotCount: symbols.count, pilots: symbolPilots.start, pilotCount: symbolPilots.count)
        pairTable = SlotTable(
            slots: pairs.start, slotCount: pairs.count, pilots: pairPilots.start, pilotCount: pairPilots.count)
        symbolSlotCount = symbols.count
        pairSlotCount = pairs.count
        (rows, rowCount) = section(.rows)
        let ids = section(.idEntries)
        idEntries = ids.start
        idMask = UInt64(ids.count - 1)
        (exchangeRanges, exchangeRangeCount) = section(.exchangeRanges)
        exchangeMembers = section(.exchangeMembers).start
        symbolOrder = section(.symbolOrder).start
        pairOrder = section(.pairOrder).start
        let quotes = section(.quoteOrder)
        quoteOrder = quotes.start
        hasOrders = rowCount > 0 && quotes.count == rowCount
        let index = section(.searchIndex)
        search = SearchIndex(start: index.start, byteCount: index.count, rowCount: hasOrders ? rowCount : 0)
    }

    /// Index of the row with an id, or nil. O(1).
    @inline(__always)
    func rowIndex(id: UInt32) -> Int? {
        if id == 0 { return nil }
        var position = seed.hash(id: id) & idMask
        for _ in 0..<Self.idProbeCountMax {
            let entry = idEntries + Int(truncatingIfNeeded: position << 3)
            let found = entry.load(as: UInt32.self)
            if found == id {
                let index = Int(entry.load(fromByteOffset: 4, as: UInt32.self))
                // A base from outside may have entries that lead to other rows.
                return index < rowCount && self.id(at: index) == id ? index : nil
            }
            if found == 0 { return nil }
            position = (position + 1) & idMask
        }
        return nil
    }

    @inline(__always)
    func row(_ index: Int) -> UnsafeRawPointer { rows + index * RowLayout.byteCount }

    @inline(__always)
    func id(at index: Int) -> UInt32 { row(index).load(fromByteOffset: RowLayout.idOffset, as: UInt32.self) }

    @inline(__always)
    func exchangeId(at index: Int) -> UInt16 {
        row(index).load(fromByteOffset: RowLayout.exchangeIdOffset, as: UInt16.self)
    }

    /// `SlotLayout.activeBit` and `lastGoodBit`.
    @inline(__always)
    func rowFlags(at index: Int) -> UInt8 { row(index).load(fromByteOffset: RowLayout.flagsOffset, as: UInt8.self) }

    @inline(__always)
    func isLastGood(at index: Int) -> Bool { rowFlags(at: index) & SlotLayout.lastGoodBit != 0 }

    /// The slot that holds the row's exchange and symbol string.
    @inline(__always)
    func symbolSlot(at index: Int) -> UnsafeRawPointer {
        let slot = Int(row(index).load(fromByteOffset: RowLayout.symbolSlotOffset, as: UInt32.self))
        return symbolTable.slots + min(slot, symbolSlotCount - 1) * SlotLayout.byteCount
    }

    /// The slot that holds the row's exchange, base and quote.
    @inline(__always)
    func pairSlot(at index: Int) -> UnsafeRawPointer {
        let slot = Int(row(index).load(fromByteOffset: RowLayout.pairSlotOffset, as: UInt32.self))
        return pairTable.slots + min(slot, pairSlotCount - 1) * SlotLayout.byteCount
    }

    func symbolText(at index: Int) -> SymbolText { SymbolText(paddedBytes: symbolSlot(at: index) + 2) }
    func baseText(at index: Int) -> AssetText { AssetText(paddedBytes: pairSlot(at: index) + 2) }
    func quoteText(at index: Int) -> AssetText { AssetText(paddedBytes: pairSlot(at: index) + 22) }

    /// The whole record of a row: three cache misses at most.
    func record(at index: Int) -> SymbolRecord {
        let row = row(index)
        func decimal(_ field: Int) -> DecimalValue {
            DecimalValue(
                storedMantissa: row.load(fromByteOffset: RowLayout.mantissasOffset + 8 * field, as: Int64.self),
                exponent: row.load(fromByteOffset: RowLayout.exponentsOffset + field, as: Int8.self))
        }
        func time(_ offset: Int) -> Timestamp {
            Timestamp(microsecondsSince1970: row.load(fromByteOffset: offset, as: Int64.self))
        }
        let pair = pairSlot(at: index)
        return SymbolRecord(
            id: id(at: index), exchangeId: exchangeId(at: index),
            isActive: rowFlags(at: index) & SlotLayout.activeBit != 0,
            precisionBase: row.load(fromByteOffset: RowLayout.precisionBaseOffset, as: UInt8.self),
            precisionQuote: row.load(fromByteOffset: RowLayout.precisionQuoteOffset, as: UInt8.self),
            precisionPrice: row.load(fromByteOffset: RowLayout.precisionPriceOffset, as: UInt8.self),
            symbolString: symbolText(at: index), baseAsset: AssetText(paddedBytes: pair + 2),
            quoteAsset: AssetText(paddedBytes: pair + 22), minOrderSize: decimal(0), maxOrderSize: decimal(1),
            tickSize: decimal(2), stepSize: decimal(3), createdAt: time(RowLayout.createdAtOffset),
            updatedAt: time(RowLayout.updatedAtOffset), lastSeen: time(RowLayout.lastSeenOffset))
    }

    /// Index of the first row whose id is greater. O(log n).
    func rowIndex(afterId id: UInt32) -> Int {
        partitionPoint(rowCount) { self.id(at: $0) <= id }
    }

    /// The member indexes of an exchange: their positions in `exchangeMembers`, and how many of them are active.
    func members(exchangeId: UInt16) -> (positions: Range<Int>, activeCount: Int) {
        guard Int(exchangeId) < exchangeRangeCount else { return (0..<0, 0) }
        let entry = exchangeRanges + Int(exchangeId) * 12
        let start = min(Int(entry.load(as: UInt32.self)), rowCount)
        let count = min(Int(entry.load(fromByteOffset: 4, as: UInt32.self)), rowCount - start)
        return (start..<start + count, Int(entry.load(fromByteOffset: 8, as: UInt32.self)))
    }

    /// The row index at a place of the pair order.
    @inline(__always)
    func pairRowIndex(at place: Int) -> Int { rowIndex(in: symbolOrder, at: rowIndex(in: pairOrder, at: place)) }

    /// The row index at a place of the quote order.
    @inline(__always)
    func quoteRowIndex(at place: Int) -> Int { rowIndex(in: symbolOrder, at: rowIndex(in: quoteOrder, at: place)) }

    /// What stands at a position of one of the index sections, bounded.
    @inline(__always)
    func rowIndex(in section: UnsafeRawPointer, at position: Int) -> Int {
        min(Int(section.load(fromByteOffset: position * 4, as: UInt32.self)), rowCount - 1)
    }
}

/// The first position in `0..<count` for which `isBefore` is false; it must be true up to there. O(log count).
@inline(__always)
func partitionPoint(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
        let middle = (low + high) / 2
        if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
}
