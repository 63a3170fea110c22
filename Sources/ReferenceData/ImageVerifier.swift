/// Judges the sections of a base that came from outside, element by element: no index may point outside its section,
/// and what lookups take for granted must hold. Reads each byte once, in order, whatever the bytes are.
///
/// That the right row stands in each place is not proved: bytes with a forged checksum may give wrong answers, but
/// no faults.
struct ImageVerifier {
    private let start: UnsafeRawPointer
    private let sections: [(offset: Int, count: Int)]
    private let rowCount: UInt32
    private let symbolSlotCount: UInt32
    private let pairSlotCount: UInt32

    /// Sections whose places and counts are verified.
    init(_ start: UnsafeRawPointer, _ sections: [(offset: Int, count: Int)]) {
        self.start = start
        self.sections = sections
        rowCount = UInt32(clamping: sections[ImageSection.rows.rawValue].count)
        symbolSlotCount = UInt32(clamping: sections[ImageSection.symbolSlots.rawValue].count)
        pairSlotCount = UInt32(clamping: sections[ImageSection.pairSlots.rawValue].count)
    }

    /// The first section with a bad element among those that end inside these bytes of the file, or nil.
    func damagedSection(endingIn bytes: Range<Int>) -> ImageSection? {
        for section in ImageSection.baseCases {
            let (offset, count) = sections[section.rawValue]
            let byteCount = section.elementByteCount
            if offset >= bytes.upperBound || offset + count * byteCount <= bytes.lowerBound { continue }
            let first = max(bytes.lowerBound - offset, 0) / byteCount
            let end = min((bytes.upperBound - offset) / byteCount, count)
            if first < end, !areGood(section, start + offset, first..<end) { return section }
        }
        return nil
    }

    private func areGood(_ section: ImageSection, _ elements: UnsafeRawPointer, _ range: Range<Int>) -> Bool {
        switch section {
        case .symbolSlots: areGoodSlots(elements, range) { isSymbolText($0) }
        case .pairSlots: areGoodSlots(elements, range) { isPairText($0) }
        case .rows: areGoodRows(elements, range)
        case .idEntries: areGoodIdEntries(elements, range)
        case .exchangeRanges: areGoodRanges(elements, range)
        case .exchangeMembers, .symbolOrder, .pairOrder, .quoteOrder: areRowIndexes(elements, range)
        // Any byte will do for a pilot, and search bounds what it reads; the rest is read when it is decoded.
        case .symbolPilots, .pairPilots, .searchIndex, .exchanges, .aliases, .refusedRows, .texts: true
        }
    }

    @inline(__always)
    private func areGoodSlots(
        _ slots: UnsafeRawPointer, _ range: Range<Int>, isText: (UnsafeRawPointer) -> Bool
    ) -> Bool {
        var isGood = true
        for index in range {
            let slot = slots + index &* SlotLayout.byteCount
            let tail = SlotTable.tail(at: slot)
            if tail.isTaken {
                isGood = isGood && tail.rowIndex < rowCount && isText(slot)
            } else {
                isGood = isGood && tail.bits == 0
            }
        }
        return isGood
    }

    private func areGoodRows(_ rows: UnsafeRawPointer, _ range: Range<Int>) -> Bool {
        var previousId =
            range.lowerBound == 0
            ? 0
            : (rows + (range.lowerBound - 1) * RowLayout.byteCount).load(
                fromByteOffset: RowLayout.idOffset, as: UInt32.self)
        var isGood = true
        for index in range {
            let row = rows + index &* RowLayout.byteCount
            let id = row.load(fromByteOffset: RowLayout.idOffset, as: UInt32.self)
            let symbolSlot = row.load(fromByteOffset: RowLayout.symbolSlotOffset, as: UInt32.self)
            let pairSlot = row.load(fromByteOffset: RowLayout.pairSlotOffset, as: UInt32.self)
            isGood = isGood && id > previousId && symbolSlot < symbolSlotCount && pairSlot < pairSlotCount
            for field in 0..<4 {
                let mantissa = row.load(fromByteOffset: RowLayout.mantissasOffset &+ 8 &* field, as: Int64.self)
                let exponent = row.load(fromByteOffset: RowLayout.exponentsOffset &+ field, as: Int8.self)
                isGood =
                    isGood
                    && (mantissa.magnitude <= Self.mantissaMagnitudeMax || (mantissa == .min && exponent == 0))
            }
            previousId = id
        }
        return isGood
    }

    /// `DecimalValue.digitCountMax` nines.
    private static let mantissaMagnitudeMax: UInt64 = 999_999_999_999_999_999

    private func areGoodIdEntries(_ entries: UnsafeRawPointer, _ range: Range<Int>) -> Bool {
        var isGood = true
        for index in range {
            let entry = entries.load(fromByteOffset: index &* 8, as: UInt64.self)
            let isTaken = UInt32(truncatingIfNeeded: entry) != 0
            let rowIndex = UInt32(truncatingIfNeeded: entry >> 32)
            isGood = isGood && (isTaken ? rowIndex < rowCount : entry == 0)
        }
        return isGood
    }

    /// Each range begins where the one before ends; that the last one ends with the rows is for the reader to see.
    private func areGoodRanges(_ ranges: UnsafeRawPointer, _ range: Range<Int>) -> Bool {
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
        }
        return true
    }

    private func areRowIndexes(_ indexes: UnsafeRawPointer, _ range: Range<Int>) -> Bool {
        var highest: UInt32 = 0
        for position in range {
            highest = max(highest, indexes.load(fromByteOffset: position &* 4, as: UInt32.self))
        }
        return highest < rowCount
    }

    // MARK: Texts

    @inline(__always)
    private func isSymbolText(_ slot: UnsafeRawPointer) -> Bool {
        func word(_ index: Int) -> UInt64 { slot.load(fromByteOffset: index &* 8, as: UInt64.self) }
        // Two letters in place of the exchange, and nothing in place of the id.
        let first = word(0) & ~0xFFFF | 0x4141
        let last = UInt64(UInt32(truncatingIfNeeded: word(6)))
        var isASCII: Bool
        if word(3) | word(4) | word(5) | last == 0 {
            isASCII = isPaddedASCII(first, word(1), word(2))
        } else {
            isASCII = isFullASCII(first) && isFullASCII(word(1)) && isFullASCII(word(2))
            isASCII = isASCII && isFullASCII(word(3)) ? isPaddedASCII(word(4), word(5), last) : false
        }
        return (isASCII && first & 0xFF_0000 != 0) || isPaddedText(slot + 2, byteCountMax: 50)
    }

    @inline(__always)
    private func isPairText(_ slot: UnsafeRawPointer) -> Bool {
        func word(_ index: Int) -> UInt64 { slot.load(fromByteOffset: index &* 8, as: UInt64.self) }
        let base = word(0) & ~0xFFFF | 0x4141
        let quote = word(2) >> 48 | word(3) << 16
        let rest = word(5) >> 16 | UInt64(UInt32(truncatingIfNeeded: word(6)))
        let isASCII =
            isPaddedASCII(base, word(1), (word(2) << 16) >> 16)
            && isPaddedASCII(quote, word(3) >> 48 | word(4) << 16, word(4) >> 48 | (word(5) & 0xFFFF) << 16)
        if isASCII, rest == 0, base & 0xFF_0000 != 0, quote & 0xFF != 0 { return true }
        let padding = UnsafeRawBufferPointer(start: slot + 42, count: 10)
        return isPaddedText(slot + 2, byteCountMax: 20) && isPaddedText(slot + 22, byteCountMax: 20)
            && padding.allSatisfy { $0 == 0 }
    }
}

/// Whether 24 bytes are ASCII without a NUL, if any, followed by nothing but NULs. Nearly all texts are, and most end
/// in the first words.
@inline(__always)
private func isPaddedASCII(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> Bool {
    if third == 0 {
        if second == 0 { return isPaddedASCII(first) }
        return isFullASCII(first) && isPaddedASCII(second)
    }
    return isFullASCII(first) && isFullASCII(second) && isPaddedASCII(third)
}

@inline(__always)
private func isPaddedASCII(_ word: UInt64) -> Bool {
    // One in each byte that is not zero; then, for lack of gaps, ones in all bits up to the last of them.
    let ones = ((word &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7) & 0x0101_0101_0101_0101
    let filled = ones &* 0xFF
    return word & 0x8080_8080_8080_8080 == 0 && filled & (filled &+ 1) == 0
}

/// Whether eight bytes are ASCII, none of them a NUL.
@inline(__always)
private func isFullASCII(_ word: UInt64) -> Bool {
    ((word &- 0x0101_0101_0101_0101) | word) & 0x8080_8080_8080_8080 == 0
}

/// Whether bytes are UTF-8, some, followed by nothing but NULs.
@inline(never)
private func isPaddedText(_ start: UnsafeRawPointer, byteCountMax: Int) -> Bool {
    let field = UnsafeRawBufferPointer(start: start, count: byteCountMax)
    let byteCount = field.firstIndex(of: 0) ?? byteCountMax
    return byteCount > 0 && isUTF8WithoutNUL(UnsafeRawBufferPointer(rebasing: field.prefix(byteCount)))
        && field[byteCount...].allSatisfy { $0 == 0 }
}
