/// Judges the sections of a main image that came from outside, in order and each byte once, whatever the bytes are.
///
/// An image that passes has only rows that a snapshot may hold: ids ascend from 1, the exchange exists, and texts,
/// decimals and what else a kind has keep to their rules. Everything that a lookup reads agrees with the row: the slots
/// that it owns, the entry of its id, the members of its exchange, whether it is due. So every answer is that of some
/// row, even if somebody changed the bytes and made the checksum fit.
///
/// Some things are not proved, because they would cost a hash or a cache miss for each row: that a key lies in the slot
/// its hash leads to, that of several rows that claim a key the right one owns it, and that the orders and the search
/// index are sorted. Where they are wrong, a lookup or a search may miss a row, and a change may come late.
struct ImageVerifier {
    private let start: UnsafeRawPointer
    private let sections: SectionTable
    private let view: RowView
    private let rowCount: UInt32
    private let judgedAt: Timestamp
    private let multisetHash = RowMultisetHash.process

    /// The result for a part of the file.
    struct Findings: BitwiseCopyable {
        /// The first section with a bad element; one more than its number, 0 for none.
        private var sectionNumber: UInt8 = 0
        /// The hash of the rows in this part minus that of the other sections; the sum over all parts of a good image
        /// is 0. See `RowMultisetHash`.
        var difference: UInt64 = 0

        var damagedSection: ImageSection? {
            get { ImageSection(rawValue: Int(sectionNumber) - 1) }
            set { sectionNumber = newValue.map { UInt8($0.rawValue + 1) } ?? 0 }
        }
    }

    /// Sections whose offsets and counts are verified.
    init(_ start: UnsafeRawPointer, _ sections: SectionTable) {
        self.start = start
        self.sections = sections
        view = RowView(start, sections)
        rowCount = UInt32(clamping: view.rowCount)
        judgedAt = start[ImageHeader.judgedAt]
    }

    /// Judges the elements that end inside these bytes of the file.
    func findings(endingIn bytes: Range<Int>) -> Findings {
        var findings = Findings()
        for section in ImageSection.mainCases {
            let (offset, count) = (sections[section].offset, sections[section].count)
            let byteCount = section.elementByteCount
            if offset >= bytes.upperBound || offset + count * byteCount <= bytes.lowerBound { continue }
            let first = max(bytes.lowerBound - offset, 0) / byteCount
            let end = min((bytes.upperBound - offset) / byteCount, count)
            if first < end, !areGood(section, start + offset, first..<end, &findings.difference) {
                findings.damagedSection = section
                break
            }
        }
        return findings
    }

    private func areGood(
        _ section: ImageSection, _ elements: UnsafeRawPointer, _ range: Range<Int>, _ difference: inout UInt64
    ) -> Bool {
        switch section {
        case .symbolSlots:
            areGoodSlots(.symbol, elements, range, &difference) { isSymbolSlotText($0) }
        case .pairSlots:
            areGoodSlots(.pair, elements, range, &difference) { isPairSlotText($0) }
        case .rows: areGoodRows(elements, range, &difference)
        // All others are judged with their rows.
        case .terms: range.lowerBound > 0 || TermsLayout.areOfNothing(elements)
        case .idBlocks: areGoodIdBlocks(range, &difference)
        case .idEntries: areGoodIdEntries(elements, range, &difference)
        case .exchangeRanges: areGoodRanges(elements, range, &difference)
        case .exchangeMembers: areGoodMembers(elements, range, &difference)
        case .symbolOrder, .pairOrder, .quoteOrder: areRowIndexes(elements, range)
        case .sharedKeys: areGoodSharedKeys(elements, range, &difference)
        case .dueOrder: areGoodDueRows(elements, range, &difference)
        // Any byte will do for a pilot: where it sends no key wrong all is well. Search bounds what it
        // reads, and the rest is judged when it is decoded.
        case .symbolPilots, .pairPilots, .searchIndex, .exchanges, .aliases, .refusedRows, .texts: true
        }
    }

    @inline(__always)
    private func areGoodSlots(
        _ kind: KeyKind, _ slots: UnsafeRawPointer, _ range: Range<Int>, _ difference: inout UInt64,
        isText: (UnsafeRawPointer) -> Bool
    ) -> Bool {
        var isGood = true
        var sum: UInt64 = 0
        for index in range {
            let slot = slots + index &* SlotLayout.byteCount
            let tail = SlotTable.tail(at: slot)
            if tail.isTaken {
                isGood = isGood && isText(slot)
                sum &+= multisetHash.slot(
                    kind, UInt32(truncatingIfNeeded: index), id: SlotTable.symbolId(at: slot), tail: tail.bits,
                    exchange: exchangeAndText(kind, slot))
            } else {
                isGood = isGood && tail.bits == 0
            }
        }
        difference &-= sum
        return isGood
    }

    private func areGoodRows(
        _ rows: UnsafeRawPointer, _ range: Range<Int>, _ difference: inout UInt64
    ) -> Bool {
        var previousId = range.lowerBound == 0 ? 0 : view.id(at: range.lowerBound - 1)
        var isGood = true
        var sum: UInt64 = 0
        for index in range {
            let row = rows + index &* RowLayout.byteCount
            let id = row[RowLayout.id]
            let columns = StoredColumns(row, terms: view.terms(at: index), judgedAt: judgedAt)
            isGood = isGood && id > previousId && row[RowLayout.terms] < view.termsCount && columns.areValid
            previousId = id

            let rowIndex = UInt32(truncatingIfNeeded: index)
            let exchange = multisetHash.exchange(row[RowLayout.exchangeId])
            isGood = areGoodClaims(index, exchange, &sum) && isGood
            if !columns.due.isAbsent { sum &+= multisetHash.due(rowIndex) }
            sum &+= multisetHash.idEntry(id, rowIndex: rowIndex)
            sum &+= multisetHash.member(rowIndex, exchange: exchange)
            if columns.isActive { sum &+= multisetHash.active(exchange: exchange) }
        }
        difference &+= sum
        return isGood
    }

    /// What a row says of its slots. Of those that it does not own only that they hold a key of its exchange and texts
    /// that begin as its own: nothing else of them is read.
    @inline(__always)
    private func areGoodClaims(_ index: Int, _ exchange: UInt64, _ sum: inout UInt64) -> Bool {
        let row = view.row(index)
        let claims = row[RowLayout.claims]
        let nameSlot = view.terms(at: index)?[TermsLayout.nameSlot] ?? TermsLayout.noSlot
        let textBits = row[RowLayout.textBits]
        let symbol = multisetHash.text(
            exchange, row[RowLayout.symbolStart], isLong: textBits & RowLayout.longSymbolBit != 0)
        var areGood = claimIsGood(.symbol, row[RowLayout.symbolSlot], index, claims, symbol, &sum)
        let pair = multisetHash.text(
            multisetHash.pairExchange(exchange, hasEqualAssets: claims.hasEqualAssets), row[RowLayout.pairStart],
            isLong: textBits & RowLayout.longPairBit != 0)
        areGood = claimIsGood(.pair, row[RowLayout.pairSlot], index, claims, pair, &sum) && areGood
        if nameSlot == TermsLayout.noSlot { return areGood && claims[.name] == 0 }
        let marked = multisetHash.exchange(row[RowLayout.exchangeId] | NameKey.markBit)
        return claimIsGood(.name, nameSlot, index, claims, marked, &sum) && areGood
    }

    @inline(__always)
    private func claimIsGood(
        _ kind: KeyKind, _ slot: UInt32, _ index: Int, _ claims: SlotClaims, _ exchange: UInt64, _ sum: inout UInt64
    ) -> Bool {
        let row = view.row(index)
        let claim = claims[kind]
        let rowIndex = UInt32(truncatingIfNeeded: index)
        if claim & SlotClaims.shared != 0 {
            sum &+= multisetHash.shared(SharedKeys.entry(kind, slot: slot, row: rowIndex))
        }
        if claim & SlotClaims.owner != 0 {
            let tail = SlotTail(row: row, rowIndex: rowIndex, keyBits: SlotClaims.keyBits(claim))
            sum &+= multisetHash.slot(kind, slot, id: row[RowLayout.id], tail: tail.bits, exchange: exchange)
            return true
        }
        let table = view.table(kind)
        guard Int(slot) < table.slotCount else { return false }
        let held = table.slot(at: Int(slot))
        return SlotTable.tail(at: held).isTaken && exchangeAndText(kind, held) == exchange
    }

    /// A number for what a slot repeats of the exchange and the texts of its rows.
    @inline(__always)
    private func exchangeAndText(_ kind: KeyKind, _ slot: UnsafeRawPointer) -> UInt64 {
        let key = KeyWords(bytes: slot)
        let exchange = multisetHash.exchange(key.exchangeId)
        switch kind {
        case .symbol, .name:
            // Names lie among the symbol strings, and rows have none of their text.
            if key.exchangeId & NameKey.markBit != 0 { return exchange }
            let text = TextStart.of(symbol: key)
            return multisetHash.text(exchange, text.start, isLong: text.isLong)
        case .pair:
            let text = TextStart.of(pair: key)
            let pair = multisetHash.pairExchange(exchange, hasEqualAssets: hasEqualAssets(pairSlot: slot))
            return multisetHash.text(pair, text.start, isLong: text.isLong)
        }
    }

    /// Whether base and quote in a slot are one asset.
    @inline(__always)
    private func hasEqualAssets(pairSlot slot: UnsafeRawPointer) -> Bool {
        // Nearly all pairs differ in their first eight letters.
        guard (slot + 2).loadUnaligned(as: UInt64.self) == (slot + 27).loadUnaligned(as: UInt64.self) else {
            return false
        }
        return AssetText(paddedBytes: slot + 2) == AssetText(paddedBytes: slot + 27)
    }

    /// Each row of a key that several claim, in order.
    private func areGoodSharedKeys(
        _ elements: UnsafeRawPointer, _ range: Range<Int>, _ difference: inout UInt64
    ) -> Bool {
        let keys = SharedKeys(entries: elements, count: sections[.sharedKeys].count)
        for position in range {
            let entry = keys[position]
            guard entry & 0xFFFF_FFFF < UInt64(rowCount), position == 0 || keys[position &- 1] < entry else {
                return false
            }
            difference &-= multisetHash.shared(entry)
        }
        return true
    }

    private func areGoodDueRows(
        _ elements: UnsafeRawPointer, _ range: Range<Int>, _ difference: inout UInt64
    ) -> Bool {
        for position in range {
            let index = elements.load(fromByteOffset: position &* 4, as: UInt32.self)
            if index >= rowCount { return false }
            difference &-= multisetHash.due(index)
        }
        return true
    }

    /// Each block begins with the row behind those of the block before.
    private func areGoodIdBlocks(_ range: Range<Int>, _ difference: inout UInt64) -> Bool {
        var sum: UInt64 = 0
        for number in range {
            let block = view.idBlock(number)
            guard block.isGood(after: number == 0 ? nil : view.idBlock(number &- 1), rowCount: rowCount) else {
                return false
            }
            var (bits, row) = (block.bits, block.firstRow)
            while bits != 0 {
                let id = UInt32(truncatingIfNeeded: number &* IdBlock.idCount &+ bits.trailingZeroBitCount)
                sum &+= multisetHash.idEntry(id, rowIndex: row)
                bits &= bits &- 1
                row &+= 1
            }
        }
        difference &-= sum
        return true
    }

    /// Each entry is free, or a lookup of its id gets to it: no free one lies between it and where its hash points.
    private func areGoodIdEntries(
        _ entries: UnsafeRawPointer, _ range: Range<Int>, _ difference: inout UInt64
    ) -> Bool {
        let mask = Int(truncatingIfNeeded: view.idMask)
        func entry(_ position: Int) -> UInt64 {
            entries.load(fromByteOffset: (position & mask) &* 8, as: UInt64.self)
        }
        var isGood = true
        var sum: UInt64 = 0
        // How many entries before the one at hand are taken, as far as it matters.
        var takenCount = 0
        while takenCount < RowView.idProbeCountMax, entry(range.lowerBound &- takenCount &- 1) != 0 { takenCount += 1 }
        for position in range {
            let entry = entry(position)
            if entry == 0 {
                takenCount = 0
                continue
            }
            // Nobody looks here where there are blocks.
            if view.idBlockCount > 0 { return false }
            let id = UInt32(truncatingIfNeeded: entry)
            let rowIndex = UInt32(truncatingIfNeeded: entry >> 32)
            let home = Int(truncatingIfNeeded: view.seed.hash(id: id))
            let distance = (position &- home) & mask
            isGood = isGood && rowIndex < rowCount && distance <= takenCount && distance < RowView.idProbeCountMax
            sum &+= multisetHash.idEntry(id, rowIndex: rowIndex)
            takenCount &+= 1
        }
        difference &-= sum
        return isGood
    }

    /// Each range begins where the one before ends; that the last one ends with the rows is for the reader to see.
    private func areGoodRanges(
        _ ranges: UnsafeRawPointer, _ range: Range<Int>, _ difference: inout UInt64
    ) -> Bool {
        for index in range {
            let entry = ranges + index * 12
            let (begin, count, activeCount) = (
                entry.load(as: UInt32.self), entry.load(fromByteOffset: 4, as: UInt32.self),
                entry.load(fromByteOffset: 8, as: UInt32.self)
            )
            var end: UInt64 = 0
            if index > 0 {
                end = UInt64((entry - 12).load(as: UInt32.self)) + UInt64((entry - 8).load(as: UInt32.self))
            }
            if UInt64(begin) != end || activeCount > count || end + UInt64(count) > UInt64(rowCount) { return false }
            let exchange = multisetHash.exchange(UInt16(truncatingIfNeeded: index))
            difference &-= multisetHash.active(exchange: exchange) &* UInt64(activeCount)
        }
        return true
    }

    /// The members of each exchange, ascending.
    private func areGoodMembers(
        _ members: UnsafeRawPointer, _ range: Range<Int>, _ difference: inout UInt64
    ) -> Bool {
        func member(_ position: Int) -> UInt32 { members.load(fromByteOffset: position &* 4, as: UInt32.self) }
        // The exchange whose range holds the position; those before it end at or before it.
        var exchangeId = partitionPoint(view.exchangeRangeCount) {
            view.members(exchangeId: UInt16(truncatingIfNeeded: $0)).positions.upperBound <= range.lowerBound
        }
        var position = range.lowerBound
        while position < range.upperBound, exchangeId < view.exchangeRangeCount {
            let positions = view.members(exchangeId: UInt16(truncatingIfNeeded: exchangeId)).positions
            let exchange = multisetHash.exchange(UInt16(truncatingIfNeeded: exchangeId))
            exchangeId += 1
            guard positions.contains(position) else { continue }
            for position in position..<min(positions.upperBound, range.upperBound) {
                let index = member(position)
                if index >= rowCount || position > positions.lowerBound && member(position &- 1) >= index {
                    return false
                }
                difference &-= multisetHash.member(index, exchange: exchange)
            }
            position = min(positions.upperBound, range.upperBound)
        }
        return position == range.upperBound
    }

    private func areRowIndexes(_ indexes: UnsafeRawPointer, _ range: Range<Int>) -> Bool {
        var highest: UInt32 = 0
        for position in range {
            highest = max(highest, indexes.load(fromByteOffset: position &* 4, as: UInt32.self))
        }
        return highest < rowCount
    }
}
