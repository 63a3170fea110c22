import ReferenceData

extension SymbolRecord {
    /// Whether both have the terms of one instrument, whatever they are called. A payoff that one of them does not know
    /// is no difference: venues say it later.
    func hasTerms(of other: SymbolRecord) -> Bool {
        kindCode == other.kindCode && baseAsset == other.baseAsset && quoteAsset == other.quoteAsset
            && settleAsset == other.settleAsset && expiresAt == other.expiresAt && strike == other.strike
            && optionTypeCode == other.optionTypeCode
            && (payoffCode == other.payoffCode || payoffCode == 0 || other.payoffCode == 0)
    }

    /// Whether it goes on under another string: its terms say which it is. The kind `other` has its string alone.
    func isRenamed(to other: SymbolRecord) -> Bool { kind != .other && hasTerms(of: other) }
}
