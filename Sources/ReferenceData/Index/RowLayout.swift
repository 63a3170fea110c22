/// Where things stand in a row, how a record is written to it, read from it and judged. Its texts stand in its two
/// slots and nowhere else.
enum RowLayout {
    static let byteCount = 168
    static let id = ImageField<UInt32>(0)
    static let exchangeId = ImageField<UInt16>(4)
    /// `SlotLayout.activeBit` and `lastGoodBit`.
    static let flags = ImageField<UInt8>(6)
    static let precisionBase = ImageField<UInt8>(7)
    static let precisionQuote = ImageField<UInt8>(8)
    static let precisionPrice = ImageField<UInt8>(9)
    static let kind = ImageField<UInt8>(17)
    static let payoff = ImageField<UInt8>(18)
    static let optionType = ImageField<UInt8>(19)
    static let derivedDigits = ImageField<DerivedDigits>(20)
    static let isTiered = ImageField<Bool>(21)
    static let isInferred = ImageField<Bool>(22)
    static let symbolSlot = ImageField<UInt32>(24)
    static let pairSlot = ImageField<UInt32>(28)
    static let createdAt = ImageField<Timestamp>(32 + 8 * SymbolRecord.decimalCount)
    static let updatedAt = ImageField<Timestamp>(createdAt.end)
    static let lastSeen = ImageField<Timestamp>(updatedAt.end)
    static let expiresAt = ImageField<Timestamp>(lastSeen.end)
    static let listedAt = ImageField<Timestamp>(expiresAt.end)
    static let delistsAt = ImageField<Timestamp>(listedAt.end)
    static let settleAsset = ImageField<AssetText>(delistsAt.end)

    // The decimals of a record by number; there is room for seven exponents.

    @inline(__always)
    static func exponent(_ decimal: Int) -> ImageField<Int8> { ImageField(10 &+ decimal) }

    @inline(__always)
    static func mantissa(_ decimal: Int) -> ImageField<Int64> { ImageField(32 &+ 8 &* decimal) }
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
        row[RowLayout.kind] = kindCode
        row[RowLayout.payoff] = payoffCode
        row[RowLayout.optionType] = optionTypeCode
        row[RowLayout.derivedDigits] = derivedDigits
        row[RowLayout.isTiered] = isTiered
        row[RowLayout.isInferred] = isInferred
        row[RowLayout.expiresAt] = expiresAt
        row[RowLayout.listedAt] = listedAt
        row[RowLayout.delistsAt] = delistsAt
        row[RowLayout.settleAsset] = settleAsset
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
            isActive: row[RowLayout.flags] & SlotLayout.activeBit != 0, settleAsset: row[RowLayout.settleAsset],
            expiresAt: row[RowLayout.expiresAt], precisionBase: row[RowLayout.precisionBase],
            precisionQuote: row[RowLayout.precisionQuote], precisionPrice: row[RowLayout.precisionPrice],
            derivedDigits: row[RowLayout.derivedDigits], symbolString: SymbolText(paddedBytes: symbolSlot + 2),
            baseAsset: AssetText(paddedBytes: pairSlot + 2), quoteAsset: AssetText(paddedBytes: pairSlot + 27),
            isTiered: row[RowLayout.isTiered], isInferred: row[RowLayout.isInferred],
            listedAt: row[RowLayout.listedAt], delistsAt: row[RowLayout.delistsAt], createdAt: row[RowLayout.createdAt],
            updatedAt: row[RowLayout.updatedAt], lastSeen: row[RowLayout.lastSeen])
        kindCode = row[RowLayout.kind]
        payoffCode = row[RowLayout.payoff]
        optionTypeCode = row[RowLayout.optionType]
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

    /// Whether only known flags are set, and each decimal has the one form it has. Any precision is one.
    @inline(__always)
    var areValid: Bool {
        let flags = UInt32(SlotLayout.activeBit | SlotLayout.lastGoodBit)
        var areValid = attributes & 0xFF & ~flags == 0
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
