import ReferenceData

extension SymbolFields {
    /// The unified name of the symbol that these are of; nil where they do not say enough, and where it has none.
    var unifiedName: String? {
        func asset(_ column: SymbolColumn) -> AssetText? {
            if case .text(let text)? = self[column] { AssetText(text) } else { nil }
        }
        guard let kind, kindFaults.isEmpty, let base = asset(.baseAsset), let quote = asset(.quoteAsset) else {
            return nil
        }
        var record = SymbolRecord.empty
        record.kind = kind
        record.baseAsset = base
        record.quoteAsset = quote
        record.settleAsset = asset(.settleAsset) ?? AssetText()
        if case .time(let time)? = self[.expiresAt] { record.expiresAt = time }
        if case .decimal(let strike)? = self[.strike] { record.strike = strike }
        if case .text(let name)? = self[.optionType] {
            record.optionType = OptionType.allCases.first { $0.name.hasBytes(of: name) }
        }
        return record.unifiedName
    }
}
