/// Symbols with all their indexes, read in place from one block of bytes. Only pointers and counts: copying it retains
/// nothing, so whoever uses it holds the `RowImage`.
///
/// Indexes that come out of the block are bounded before use, so a block with wrong bytes gives wrong answers, not
/// faults.
struct RowView: @unchecked Sendable, BitwiseCopyable {
    /// The longest probe for an id where there are no blocks. Ids hash at random into a table at most eight tenths
    /// full.
    static let idProbeCountMax = 512

    let seed: HashSeed
    let symbolTable: SlotTable
    let pairTable: SlotTable
    let rows: UnsafeRawPointer
    let rowCount: Int
    let terms: UnsafeRawPointer
    /// At least 1.
    let termsCount: Int
    private let noText = StoredRecord.none.symbolRest
    let idBlocks: UnsafeRawPointer
    let idBlockCount: Int
    let idEntries: UnsafeRawPointer
    let idMask: UInt64
    let exchangeRanges: UnsafeRawPointer
    let exchangeRangeCount: Int
    let exchangeMembers: UnsafeRawPointer
    let symbolOrder: UnsafeRawPointer
    let pairOrder: UnsafeRawPointer
    let quoteOrder: UnsafeRawPointer
    let sharedKeys: SharedKeys
    let dueOrder: UnsafeRawPointer
    let dueCount: Int
    let search: SearchIndex
    /// False in an overlay, which is small enough to be scanned.
    let hasOrders: Bool

    /// Reads the header of a block whose sections are known to lie inside it.
    init(_ start: UnsafeRawPointer, _ sections: SectionTable) {
        func first(_ section: ImageSection) -> UnsafeRawPointer { start + sections[section].offset }
        func table(_ slots: ImageSection, _ pilots: ImageSection) -> SlotTable {
            SlotTable(
                slots: first(slots), slotCount: sections[slots].count, pilots: first(pilots),
                pilotCount: sections[pilots].count)
        }
        seed = HashSeed(first: start[ImageHeader.seedFirst], second: start[ImageHeader.seedSecond])
        symbolTable = table(.symbolSlots, .symbolPilots)
        pairTable = table(.pairSlots, .pairPilots)
        rows = first(.rows)
        rowCount = sections[.rows].count
        terms = first(.terms)
        termsCount = sections[.terms].count
        idBlocks = first(.idBlocks)
        idBlockCount = sections[.idBlocks].count
        idEntries = first(.idEntries)
        idMask = UInt64(sections[.idEntries].count - 1)
        exchangeRanges = first(.exchangeRanges)
        exchangeRangeCount = sections[.exchangeRanges].count
        exchangeMembers = first(.exchangeMembers)
        symbolOrder = first(.symbolOrder)
        pairOrder = first(.pairOrder)
        quoteOrder = first(.quoteOrder)
        sharedKeys = SharedKeys(entries: first(.sharedKeys), count: sections[.sharedKeys].count)
        dueOrder = first(.dueOrder)
        dueCount = sections[.dueOrder].count
        hasOrders = rowCount > 0 && sections[.quoteOrder].count == rowCount
        search = SearchIndex(
            start: first(.searchIndex), byteCount: sections[.searchIndex].count, rowCount: hasOrders ? rowCount : 0)
    }

    @inline(__always)
    func table(_ kind: KeyKind) -> SlotTable {
        switch kind {
        case .symbol, .name: symbolTable
        case .pair: pairTable
        }
    }

    /// Index of the row with an id, or nil. O(1).
    @inline(__always)
    func rowIndex(id: UInt32) -> Int? {
        let found =
            idBlockCount > 0
            ? rowIndex(inBlocks: id) : Self.rowIndex(id, hash: seed.hash(id: id), in: idEntries, mask: idMask)
        // An image from outside may have entries that lead to other rows.
        guard let found, found < rowCount, self.id(at: found) == id else { return nil }
        return found
    }

    @inline(__always)
    private func rowIndex(inBlocks id: UInt32) -> Int? {
        let number = IdBlock.number(of: id)
        return number < idBlockCount ? idBlock(number).rowIndex(id) : nil
    }

    @inline(__always)
    func idBlock(_ number: Int) -> IdBlock {
        idBlocks.load(fromByteOffset: number &* IdBlock.byteCount, as: IdBlock.self)
    }

    /// Not a method: this view would be copied to the stack for it.
    @inline(never)
    private static func rowIndex(_ id: UInt32, hash: UInt64, in entries: UnsafeRawPointer, mask: UInt64) -> Int? {
        if id == 0 { return nil }
        var position = hash & mask
        for _ in 0..<idProbeCountMax {
            let entry = entries + Int(truncatingIfNeeded: position << 3)
            let found = entry.load(as: UInt32.self)
            if found == id { return Int(entry.load(fromByteOffset: 4, as: UInt32.self)) }
            if found == 0 { return nil }
            position = (position + 1) & mask
        }
        return nil
    }

    @inline(__always)
    func row(_ index: Int) -> UnsafeRawPointer { rows + index * RowLayout.byteCount }

    @inline(__always)
    func id(at index: Int) -> UInt32 { row(index)[RowLayout.id] }

    @inline(__always)
    func exchangeId(at index: Int) -> UInt16 { row(index)[RowLayout.exchangeId] }

    /// See `RowLayout.flags`.
    @inline(__always)
    func rowFlags(at index: Int) -> UInt8 { row(index)[RowLayout.flags] }

    /// Whether the row is active and not due.
    @inline(__always)
    func isLive(at index: Int) -> Bool { rowFlags(at: index) & SlotLayout.activeBit != 0 }

    /// Whether the row is active in the table, due or not.
    @inline(__always)
    func isActiveInTable(at index: Int) -> Bool {
        rowFlags(at: index) & (SlotLayout.activeBit | RowLayout.dueBit) != 0
    }

    /// The slot that holds the row's exchange and symbol string.
    @inline(__always)
    func symbolSlot(at index: Int) -> UnsafeRawPointer { slot(symbolTable, row(index)[RowLayout.symbolSlot]) }

    /// The slot that holds the row's exchange, base and quote.
    @inline(__always)
    func pairSlot(at index: Int) -> UnsafeRawPointer { slot(pairTable, row(index)[RowLayout.pairSlot]) }

    /// The slot that holds the row's exchange and unified name; nil where the name is a pair, or there is none.
    func nameSlot(at index: Int) -> UnsafeRawPointer? {
        guard let number = terms(at: index)?[TermsLayout.nameSlot], number != TermsLayout.noSlot else { return nil }
        return slot(symbolTable, number)
    }

    /// The slot of one of the row's keys, if it has such a key.
    func slot(_ kind: KeyKind, at index: Int) -> UnsafeRawPointer? {
        switch kind {
        case .symbol: symbolSlot(at: index)
        case .name: nameSlot(at: index)
        case .pair: pairSlot(at: index)
        }
    }

    @inline(__always)
    private func slot(_ table: SlotTable, _ number: UInt32) -> UnsafeRawPointer {
        table.slot(at: min(Int(number), table.slotCount &- 1))
    }

    /// The terms of a row, if it has any.
    @inline(__always)
    func terms(at index: Int) -> UnsafeRawPointer? {
        row(index)[RowLayout.terms] == 0 ? nil : termsOrNone(at: index)
    }

    /// The terms of a row, or those of nothing.
    @inline(__always)
    private func termsOrNone(at index: Int) -> UnsafeRawPointer {
        terms + min(Int(row(index)[RowLayout.terms]), termsCount &- 1) &* TermsLayout.byteCount
    }

    /// When a row becomes inactive by itself, active or not; absent for never.
    @inline(__always)
    func due(at index: Int) -> Timestamp {
        guard let terms = terms(at: index) else { return .absent }
        return .earliest(terms[TermsLayout.expiresAt], terms[TermsLayout.delistsAt])
    }

    func symbolText(at index: Int) -> SymbolText { SymbolText(paddedBytes: symbolSlot(at: index) + 2) }
    func baseText(at index: Int) -> AssetText { AssetText(paddedBytes: pairSlot(at: index) + 2) }
    func quoteText(at index: Int) -> AssetText { AssetText(paddedBytes: pairSlot(at: index) + 27) }

    /// The whole record of a row: one cache miss for most, two for one with terms or long texts.
    @inline(__always)
    func storedRecord(at index: Int) -> StoredRecord {
        let row = row(index)
        var (symbolRest, baseRest, quoteRest) = (noText, noText, noText)
        let textBits = row[RowLayout.textBits]
        if textBits & RowLayout.longSymbolBit != 0 {
            symbolRest = symbolSlot(at: index) + 2 + TextStart.symbolByteCount
        }
        if textBits & RowLayout.longPairBit != 0 {
            baseRest = pairSlot(at: index) + 2 + TextStart.assetByteCount
            quoteRest = baseRest + AssetText.byteCountMax
        }
        return StoredRecord(
            row: row, terms: termsOrNone(at: index), symbolRest: symbolRest, baseRest: baseRest, quoteRest: quoteRest)
    }

    @inline(__always)
    func record(at index: Int) -> SymbolRecord { SymbolRecord(storedRecord(at: index)) }

    func servedRow(at index: Int) -> ServedRow {
        let flags = rowFlags(at: index)
        return ServedRow(
            record: record(at: index), isLastGood: flags & RowLayout.outlivingBit != 0,
            isDue: flags & RowLayout.dueBit != 0)
    }

    /// When the venue last listed the symbol; of one never seen, when it was created.
    func seenAt(_ index: Int) -> Timestamp {
        let lastSeen = row(index)[RowLayout.lastSeen]
        return lastSeen.isAbsent ? row(index)[RowLayout.createdAt] : lastSeen
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

    /// The row index at an entry of the pair order.
    @inline(__always)
    func pairRowIndex(at entry: Int) -> Int { rowIndex(in: symbolOrder, at: rowIndex(in: pairOrder, at: entry)) }

    /// The row index at an entry of the quote order.
    @inline(__always)
    func quoteRowIndex(at entry: Int) -> Int { rowIndex(in: symbolOrder, at: rowIndex(in: quoteOrder, at: entry)) }

    /// The row index at a position of an index section, bounded.
    @inline(__always)
    func rowIndex(in section: UnsafeRawPointer, at position: Int) -> Int {
        min(Int(section.load(fromByteOffset: position * 4, as: UInt32.self)), rowCount - 1)
    }
}
