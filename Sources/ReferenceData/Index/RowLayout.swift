/// Where things stand in a row of 128 bytes, two cache lines, and how a record is written to it (`StoredRecord` reads
/// it). The beginnings of its texts stand here, which nearly all texts are; what is behind them stands in its two
/// slots, and what few rows have in its terms (`TermsLayout`).
enum RowLayout {
    static let byteCount = 128
    static let id = ImageField<UInt32>(0)
    static let exchangeId = ImageField<UInt16>(4)
    /// `SlotLayout.rowBits` and the bits below. `activeBit` says that the row is active and not due.
    static let flags = ImageField<UInt8>(6)
    static let precisionBase = ImageField<UInt8>(7)
    static let precisionQuote = ImageField<UInt8>(8)
    static let precisionPrice = ImageField<UInt8>(9)
    /// From the lowest bit on: kind (3), payoff (2), option type (2).
    static let kinds = ImageField<UInt8>(10)
    static let derivedDigits = ImageField<DerivedDigits>(11)
    /// `longSymbolBit` and `longPairBit`.
    static let textBits = ImageField<UInt8>(17)
    static let claims = ImageField<SlotClaims>(18)
    static let symbolSlot = ImageField<UInt32>(20)
    static let pairSlot = ImageField<UInt32>(24)
    /// The number of its terms; 0, those of nothing, where it has none.
    static let terms = ImageField<UInt32>(28)
    static let createdAt = ImageField<Timestamp>(32 + 8 * decimals.count)
    static let updatedAt = ImageField<Timestamp>(createdAt.end)
    static let lastSeen = ImageField<Timestamp>(updatedAt.end)
    static let symbolStart = ImageField<TextStart>(lastSeen.end)
    /// Of base and quote, eight bytes of either.
    static let pairStart = ImageField<TextStart>(symbolStart.end)

    /// The symbol string is longer than what stands here of it.
    static let longSymbolBit: UInt8 = 1
    /// One of the assets is.
    static let longPairBit: UInt8 = 2

    /// Active in the table, and due: inactive all the same.
    static let dueBit: UInt8 = 2
    /// How far it stands below that of `ResolutionFlags`.
    static let dueFlagShift: UInt8 = 6
    /// Marked as last good in the table.
    static let markedBit: UInt8 = 32
    /// Outlived a newer version that was refused.
    static let outlivingBit: UInt8 = 64
    static let allBits = SlotLayout.rowBits | dueBit | markedBit | outlivingBit

    /// The decimals of a record that stand here; those before them are terms.
    static let decimals = 2..<SymbolRecord.decimalCount

    @inline(__always)
    static func exponent(_ decimal: Int) -> ImageField<Int8> { ImageField(12 &+ decimal &- 2) }

    @inline(__always)
    static func mantissa(_ decimal: Int) -> ImageField<Int64> { ImageField(32 &+ 8 &* (decimal &- 2)) }

    @inline(__always)
    static func decimal(_ decimal: Int, at row: UnsafeRawPointer) -> DecimalValue {
        DecimalValue(storedMantissa: row[mantissa(decimal)], exponent: row[exponent(decimal)])
    }
}

extension SymbolRecord {
    /// Writes the record to a row, all but its terms and the ends of its texts.
    func store(at row: UnsafeMutableRawPointer, flags: UInt8, claims: SlotClaims, symbolSlot: UInt32, pairSlot: UInt32)
    {
        row[RowLayout.id] = id
        row[RowLayout.exchangeId] = exchangeId
        row[RowLayout.flags] = flags
        row[RowLayout.precisionBase] = precisionBase
        row[RowLayout.precisionQuote] = precisionQuote
        row[RowLayout.precisionPrice] = precisionPrice
        row[RowLayout.kinds] = kindCode | payoffCode << 3 | optionTypeCode << 5
        row[RowLayout.derivedDigits] = derivedDigits
        row[RowLayout.claims] = claims
        row[RowLayout.symbolSlot] = symbolSlot
        row[RowLayout.pairSlot] = pairSlot
        row[RowLayout.createdAt] = createdAt
        row[RowLayout.updatedAt] = updatedAt
        row[RowLayout.lastSeen] = lastSeen
        let (symbol, pair) = (TextStart.of(symbol: symbolKey.words), TextStart.of(pair: pairKey.words))
        row[RowLayout.symbolStart] = symbol.start
        row[RowLayout.pairStart] = pair.start
        row[RowLayout.textBits] =
            (symbol.isLong ? RowLayout.longSymbolBit : 0) | (pair.isLong ? RowLayout.longPairBit : 0)
        for decimal in RowLayout.decimals {
            row[RowLayout.exponent(decimal)] = self[decimal: decimal].exponent
            row[RowLayout.mantissa(decimal)] = self[decimal: decimal].mantissa
        }
    }

    /// The flags of the row.
    /// - Parameter isLastGood: whether it outlived a newer version that was refused.
    func rowFlags(isLastGood: Bool, isDue: Bool) -> UInt8 {
        var flags: UInt8 = isActive ? isDue ? RowLayout.dueBit : SlotLayout.activeBit : 0
        if self.isLastGood { flags |= SlotLayout.lastGoodBit | RowLayout.markedBit }
        if isLastGood { flags |= SlotLayout.lastGoodBit | RowLayout.outlivingBit }
        if !derivedDigits.isEmpty { flags |= SlotLayout.derivedBit }
        if isTiered { flags |= SlotLayout.tieredBit }
        return flags
    }
}
