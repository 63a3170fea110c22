extension SymbolRecord {
    /// The first column that contradicts the kind, and how; nil when none does. The CHECKs of the schema say the same.
    package var kindProblem: String? {
        let isContract = kind != .spot && kind != .other
        switch kind {
        case .spot:
            if baseAsset == quoteAsset { return "quote_asset: equals base_asset" }
            if !settleAsset.isEmpty { return "settle_asset: not of a spot symbol" }
            if payoff != nil { return "payoff: not of a spot symbol" }
            if !contractSize.isAbsent { return "contract_size: not of a spot symbol" }
        case .perpetual, .future, .option, .other: break
        }
        if isContract, settleAsset.isEmpty { return "settle_asset: missing" }
        if kind == .other { return nil }
        let expires = kind == .future || kind == .option
        if expires == expiresAt.isAbsent { return "expires_at: \(expires ? "missing" : "not of this kind")" }
        if (kind == .option) == strike.isAbsent {
            return "strike: \(kind == .option ? "missing" : "not of this kind")"
        }
        if (kind == .option) == (optionType == nil) {
            return "option_type: \(kind == .option ? "missing" : "not of this kind")"
        }
        return nil
    }
}
