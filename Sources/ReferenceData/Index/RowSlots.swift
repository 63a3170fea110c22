/// The slots of the rows of a main image.
struct RowSlots {
    // By row.
    var symbolSlots: [UInt32] = []
    var pairSlots: [UInt32] = []
    /// `TermsLayout.noSlot` where a row has no key of its name; empty where none has.
    var nameSlots: [UInt32] = []
    var claims: [SlotClaims] = []
    /// The keys of the rows that have one of their name, in order of the rows.
    var names: [KeyWords] = []
    /// See `SharedKeys`.
    var sharedKeys: [UInt64] = []

    /// The highest id of an exchange.
    var exchangeIdMax: UInt16 = 0
    /// Rows that have terms, and one more: see `TermsLayout`.
    var termsCount = 1

    /// The names, and the terms, of the rows before the middle one.
    var middle = (nameCount: 0, termsCount: 1)

    /// Counts a row.
    @inline(__always)
    mutating func count(_ record: SymbolRecord, hasName: Bool) {
        exchangeIdMax = max(exchangeIdMax, record.exchangeId)
        if hasName || record.hasTerms { termsCount += 1 }
    }

    func nameSlot(_ row: Int) -> UInt32 { nameSlots.isEmpty ? TermsLayout.noSlot : nameSlots[row] }
}
