/// Where the parts of a record stand that is read in place: whoever uses it holds their memory.
struct StoredRecord: @unchecked Sendable, BitwiseCopyable {
    let row: UnsafeRawPointer
    /// Those of nothing for a row without terms.
    let terms: UnsafeRawPointer
    // What follows the beginnings of the texts, `noText` where there is nothing.
    let symbolRest: UnsafeRawPointer
    let baseRest: UnsafeRawPointer
    let quoteRest: UnsafeRawPointer

    /// Reads as `SymbolRecord.empty`.
    static let none: StoredRecord = {
        let row = noneBlock.start
        let (text, terms) = (row + RowLayout.byteCount, row + RowLayout.byteCount + SlotLayout.byteCount)
        SymbolRecord.empty.store(at: row, flags: 0, claims: SlotClaims(), symbolSlot: 0, pairSlot: 0)
        SymbolRecord.empty.storeTerms(at: terms, nameSlot: TermsLayout.noSlot)
        return StoredRecord(
            row: UnsafeRawPointer(row), terms: UnsafeRawPointer(terms), symbolRest: UnsafeRawPointer(text),
            baseRest: UnsafeRawPointer(text), quoteRest: UnsafeRawPointer(text))
    }()

    private static let noneBlock = MemoryBlock.zeroed(
        byteCount: RowLayout.byteCount + SlotLayout.byteCount + TermsLayout.byteCount)
}

extension SymbolRecord {
    /// Reads what `store` and `storeTerms` wrote. Field by field and without a branch, so that each goes straight to
    /// where the caller wants the record: one that is put together elsewhere is waited for when it is copied.
    @inline(__always)
    init(_ stored: StoredRecord) {
        let (row, terms) = (stored.row, stored.terms)
        let (flags, kinds) = (row[RowLayout.flags], row[RowLayout.kinds])
        id = row[RowLayout.id]
        exchangeId = row[RowLayout.exchangeId]
        isActive = flags & (SlotLayout.activeBit | RowLayout.dueBit) != 0
        isTiered = flags & SlotLayout.tieredBit != 0
        isLastGood = flags & RowLayout.markedBit != 0
        kindCode = kinds & 7
        payoffCode = kinds >> 3 & 3
        optionTypeCode = kinds >> 5
        precisionBase = row[RowLayout.precisionBase]
        precisionQuote = row[RowLayout.precisionQuote]
        precisionPrice = row[RowLayout.precisionPrice]
        derivedDigits = row[RowLayout.derivedDigits]
        isInferred = derivedDigits.contains(.inferred)
        symbolString = SymbolText(row + RowLayout.symbolStart.offset, stored.symbolRest)
        baseAsset = AssetText(row + RowLayout.pairStart.offset, stored.baseRest)
        quoteAsset = AssetText(row + RowLayout.pairStart.offset + TextStart.assetByteCount, stored.quoteRest)
        settleAsset = AssetText(paddedBytes: terms + TermsLayout.settleAsset.offset)
        decimals = DecimalColumns(
            mantissas: [
                terms[TermsLayout.mantissa(0)], terms[TermsLayout.mantissa(1)], row[RowLayout.mantissa(2)],
                row[RowLayout.mantissa(3)], row[RowLayout.mantissa(4)], row[RowLayout.mantissa(5)],
                row[RowLayout.mantissa(6)],
            ],
            exponents: [
                terms[TermsLayout.exponent(0)], terms[TermsLayout.exponent(1)], row[RowLayout.exponent(2)],
                row[RowLayout.exponent(3)], row[RowLayout.exponent(4)], row[RowLayout.exponent(5)],
                row[RowLayout.exponent(6)],
            ])
        expiresAt = terms[TermsLayout.expiresAt]
        listedAt = terms[TermsLayout.listedAt]
        delistsAt = terms[TermsLayout.delistsAt]
        createdAt = row[RowLayout.createdAt]
        updatedAt = row[RowLayout.updatedAt]
        lastSeen = row[RowLayout.lastSeen]
    }
}

extension SymbolText {
    @inline(__always)
    fileprivate init(_ start: UnsafeRawPointer, _ rest: UnsafeRawPointer) {
        let parts = (
            start.loadUnaligned(as: InlineArray<16, UInt8>.self), rest.loadUnaligned(as: InlineArray<34, UInt8>.self)
        )
        bytes = unsafeBitCast(parts, to: InlineArray<50, UInt8>.self)
    }
}

extension AssetText {
    @inline(__always)
    fileprivate init(_ start: UnsafeRawPointer, _ rest: UnsafeRawPointer) {
        let parts = (
            start.loadUnaligned(as: InlineArray<8, UInt8>.self), rest.loadUnaligned(as: InlineArray<17, UInt8>.self)
        )
        bytes = unsafeBitCast(parts, to: InlineArray<25, UInt8>.self)
    }
}
