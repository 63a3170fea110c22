import ReferenceData

extension RowDecoder {
    /// Decodes one row of `symbols` without building strings. O(1); allocates only for a refused row.
    static func symbol<Source: RowSource>(_ source: inout Source) throws(RowShapeError) -> DecodedRow<SymbolRecord> {
        var faults = RowFaults()
        let id = try id(&source, "id", &faults, range: 1...Int64(UInt32.max))
        let exchangeId = try self.id(&source, "exchange_id", &faults, range: 1...Int64(UInt16.max))
        let symbolString = try key(&source, "symbol_string", &faults, as: SymbolText.self)
        let baseAsset = try key(&source, "base_asset", &faults, as: AssetText.self)
        let quoteAsset = try key(&source, "quote_asset", &faults, as: AssetText.self)
        let isActive = try flag(&source, "is_active", &faults)
        let precisionBase = try precision(&source, "precision_base", &faults)
        let precisionQuote = try precision(&source, "precision_quote", &faults)
        let precisionPrice = try precision(&source, "precision_price", &faults)
        let minOrderSize = try decimal(&source, "min_order_size", &faults)
        let maxOrderSize = try decimal(&source, "max_order_size", &faults)
        let tickSize = try decimal(&source, "tick_size", &faults)
        let stepSize = try decimal(&source, "step_size", &faults)
        let createdAt = try timestamp(&source, "created_at", &faults)
        let updatedAt = try timestamp(&source, "updated_at", &faults)
        let lastSeen = try timestamp(&source, "last_seen", &faults)

        guard faults.reason == nil, let idValue = id.value.flatMap(UInt32.init(exactly:)),
            let exchangeIdValue = exchangeId.value.flatMap(UInt16.init(exactly:)), let symbolString, let baseAsset,
            let quoteAsset
        else {
            return .refused(
                refusal(
                    id: id.raw, exchangeId: exchangeId.value, symbolString: symbolString, baseAsset: baseAsset,
                    quoteAsset: quoteAsset, reason: faults.reason ?? "the row cannot be represented"))
        }
        return .row(
            SymbolRecord(
                id: idValue, exchangeId: exchangeIdValue, isActive: isActive, precisionBase: precisionBase,
                precisionQuote: precisionQuote, precisionPrice: precisionPrice, symbolString: symbolString,
                baseAsset: baseAsset, quoteAsset: quoteAsset, minOrderSize: minOrderSize, maxOrderSize: maxOrderSize,
                tickSize: tickSize, stepSize: stepSize, createdAt: createdAt, updatedAt: updatedAt,
                lastSeen: lastSeen))
    }

    /// Names the row, with those of its keys that can be written down: a lookup by them answers `refused`, not
    /// `unknown`.
    private static func refusal(
        id: Int64, exchangeId: Int64?, symbolString: SymbolText?, baseAsset: AssetText?, quoteAsset: AssetText?,
        reason: String
    ) -> RefusedRow {
        let exchangeId = exchangeId.flatMap(UInt16.init(exactly:)) ?? 0
        var symbolKey: SymbolKey?
        var pairKey: PairKey?
        if exchangeId != 0 {
            if let symbolString {
                symbolKey = symbolString.withUnsafeBytes { SymbolKey(exchangeId: exchangeId, utf8: $0) }
            }
            if let baseAsset, let quoteAsset {
                pairKey = PairKey(exchangeId: exchangeId, base: baseAsset, quote: quoteAsset)
            }
        }
        return RefusedRow(
            table: .symbol, id: id, reason: reason, symbolKey: symbolKey, pairKey: pairKey, exchangeId: exchangeId)
    }
}
