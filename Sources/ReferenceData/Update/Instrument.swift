/// What makes a symbol the one it is on its exchange, whatever it is called: no two active ones have it in common.
struct Instrument: Hashable {
    let exchangeId: UInt16
    let base: AssetText
    let quote: AssetText
    let settle: AssetText
    let kindCode: UInt8
    let payoffCode: UInt8
    let expiresAt: Timestamp
    let strike: DecimalValue
    let optionTypeCode: UInt8

    /// Nil for the kind `other`, which has its symbol string alone.
    init?(_ record: SymbolRecord) {
        if record.kindCode == InstrumentKind.other.rawValue { return nil }
        exchangeId = record.exchangeId
        base = record.baseAsset
        quote = record.quoteAsset
        settle = record.settleAsset
        kindCode = record.kindCode
        payoffCode = record.payoffCode
        expiresAt = record.expiresAt
        strike = record.strike
        optionTypeCode = record.optionTypeCode
    }

    /// Whether a record of the same pair differs at most in what it settles in, kind and payoff.
    func isAlike(_ record: SymbolRecord) -> Bool {
        record.exchangeId == exchangeId && record.expiresAt == expiresAt && record.strike == strike
            && record.optionTypeCode == optionTypeCode
    }
}
