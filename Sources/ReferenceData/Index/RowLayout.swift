/// Where things stand in a row, how a record is written to it, read from it and judged. Its texts stand in its two
/// slots and nowhere else.
enum RowLayout {
    static let byteCount = lastSeen.end
    static let id = ImageField<UInt32>(0)
    static let exchangeId = ImageField<UInt16>(4)
    /// `SlotLayout.activeBit` and `lastGoodBit`.
    static let flags = ImageField<UInt8>(6)
    static let precisionBase = ImageField<UInt8>(7)
    static let precisionQuote = ImageField<UInt8>(8)
    static let precisionPrice = ImageField<UInt8>(9)
    static let symbolSlot = ImageField<UInt32>(16)
    static let pairSlot = ImageField<UInt32>(20)
    static let createdAt = ImageField<Timestamp>(24 + 8 * SymbolRecord.decimalCount)
    static let updatedAt = ImageField<Timestamp>(createdAt.end)
    static let lastSeen = ImageField<Timestamp>(updatedAt.end)

    // The decimals of a record by number; there is room for six exponents.

    @inline(__always)
    static func exponent(_ decimal: Int) -> ImageField<Int8> { ImageField(10 &+ decimal) }

    @inline(__always)
    static func mantissa(_ decimal: Int) -> ImageField<Int64> { ImageField(24 &+ 8 &* decimal) }
}

extension SymbolRecord {
    /// Writes the record to a row.
    /// - Parameters:
    ///   - symbolSlot, pairSlot: the slots that hold its texts.
    func store(at row: UnsafeMutableRawPointer, isLastGood: Bool, symbolSlot: UInt32, pairSlot: UInt32) {
        row[RowLayout.id] = id
        row[RowLayout.exchangeId] = exchangeId
        row[RowLayout.flags] = SlotLayout.flags(isActive: isActive, isLastGood: isLastGood)
        row[RowLayout.precisionBase] = precisionBase
        row[RowLayout.precisionQuote] = precisionQuote
        row[RowLayout.precisionPrice] = precisionPrice
        row[RowLayout.symbolSlot] = symbolSlot
        row[RowLayout.pairSlot] = pairSlot
        row[RowLayout.createdAt] = createdAt
        row[RowLayout.updatedAt] = updatedAt
        row[RowLayout.lastSeen] = lastSeen
        for decimal in 0..<Self.decimalCount {
            row[RowLayout.exponent(decimal)] = self[decimal: decimal].exponent
            row[RowLayout.mantissa(decimal)] = self[decimal: decimal].mantissa
        }
    }

    /// Reads what `store` wrote.
    @inline(__always)
    init(storedAt row: UnsafeRawPointer, symbolSlot: UnsafeRawPointer, pairSlot: UnsafeRawPointer) {
        self.init(
            id: row[RowLayout.id], exchangeId: row[RowLayout.exchangeId],
            isActive: row[RowLayout.flags] & SlotLayout.activeBit != 0, precisionBase: row[RowLayout.precisionBase],
            precisionQuote: row[RowLayout.precisionQuote], precisionPrice: row[RowLayout.precisionPrice],
            symbolString: SymbolText(paddedBytes: symbolSlot + 2), baseAsset: AssetText(paddedBytes: pairSlot + 2),
            quoteAsset: AssetText(paddedBytes: pairSlot + 22), createdAt: row[RowLayout.createdAt],
            updatedAt: row[RowLayout.updatedAt], lastSeen: row[RowLayout.lastSeen])
        for decimal in 0..<Self.decimalCount {
            self[decimal: decimal] = DecimalValue(
                storedMantissa: row[RowLayout.mantissa(decimal)], exponent: row[RowLayout.exponent(decimal)])
        }
    }
}

/// The columns of a row from outside that are judged by themselves: flags, precisions and decimals.
struct StoredColumns: BitwiseCopyable {
    private let row: UnsafeRawPointer
    /// Flags, precision of base, quote and price, from the lowest byte on: they stand side by side.
    private let attributes: UInt32

    @inline(__always)
    init(_ row: UnsafeRawPointer) {
        self.row = row
        attributes = row.loadUnaligned(fromByteOffset: RowLayout.flags.offset, as: UInt32.self)
    }

    @inline(__always)
    var isActive: Bool { attributes & UInt32(SlotLayout.activeBit) != 0 }

    /// Whether only known flags are set, each precision is in `SymbolRecord.precisionRange`, and each decimal has the
    /// one form it has.
    @inline(__always)
    var areValid: Bool {
        // All four bytes at once: a byte that is too large sets its highest bit when the difference to 127 is added,
        // one that is 0 when 1 is taken away.
        let flags = UInt32(SlotLayout.activeBit | SlotLayout.lastGoodBit)
        let highest = UInt32(SymbolRecord.precisionRange.upperBound)
        let room = ((0x7F - highest) &* 0x0101_0100) | (0x7F - flags)
        let lessOne = (attributes & 0xFFFF_FF00) &- 0x0101_0100
        var areValid = (attributes | (attributes &+ room) | lessOne) & 0x8080_8080 == 0
        for decimal in 0..<SymbolRecord.decimalCount {
            let (mantissa, exponent) = (row[RowLayout.mantissa(decimal)], row[RowLayout.exponent(decimal)])
            areValid = areValid && DecimalValue.isStored(mantissa: mantissa, exponent: exponent)
        }
        return areValid
    }

    /// The lower half of the last eight bytes of the row's slots: price, base, quote, flags.
    @inline(__always)
    var slotTail: UInt64 {
        let taken = UInt32(SlotLayout.takenBit) << 24
        return UInt64(attributes >> 24 | attributes & 0x00FF_FF00 | attributes << 24 | taken)
    }
}
