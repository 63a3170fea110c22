import ReferenceData

extension SnapshotOracle {
    struct Answer: Hashable {
        var id: UInt32
        var flags: ResolutionFlags
    }

    func isTradable(_ flags: ResolutionFlags) -> Bool { flags.contains([.active, .exchangeActive]) }

    func resolve(_ key: SymbolKey) -> SymbolResolution {
        if let id = bySymbol[key] { return answer(id, []) }
        if refused.values.contains(where: { $0.symbolKey == key }) { return miss(.refused, key.exchangeId) }
        if exchanges[key.exchangeId] != nil, let id = aliases[key], rows[id] != nil { return answer(id, .alias) }
        return miss(.unknownSymbol, key.exchangeId)
    }

    func resolve(_ key: PairKey) -> SymbolResolution {
        if let id = byPair[key] { return answer(id, []) }
        if refused.values.contains(where: { $0.pairKey == key }) { return miss(.refused, key.exchangeId) }
        return miss(.unknownSymbol, key.exchangeId)
    }

    private func answer(_ id: UInt32, _ extra: ResolutionFlags) -> SymbolResolution {
        let row = rows[id]!
        let flags = flags(row).union(extra)
        return SymbolResolution(
            status: isTradable(flags) ? .ok : .inactive, flags: flags, exchangeId: row.record.exchangeId, symbolId: id,
            precisionPrice: row.record.precisionPrice, precisionBase: row.record.precisionBase,
            precisionQuote: row.record.precisionQuote, generation: generation)
    }

    private func miss(_ status: ResolutionStatus, _ exchangeId: UInt16) -> SymbolResolution {
        let isKnown = exchanges[exchangeId] != nil
        return SymbolResolution(
            status: status == .unknownSymbol && !isKnown ? .unknownExchange : status,
            exchangeId: isKnown ? exchangeId : 0, generation: generation)
    }

    func symbolStatus(id: UInt32) -> ResolutionStatus {
        if let row = rows[id] { return isTradable(flags(row)) ? .ok : .inactive }
        return refused[RefusedId(table: .symbol, id: Int64(id))] == nil ? .unknownSymbol : .refused
    }

    func symbols(
        exchangeId: UInt16, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) -> (answers: [Answer], hasMore: Bool) {
        let all = rows.values.filter {
            $0.record.id > afterSymbolId && (exchangeId == 0 || $0.record.exchangeId == exchangeId)
                && (!activeOnly || isTradable(flags($0)))
        }
        let sorted = all.sorted { $0.record.id < $1.record.id }
        return (sorted.prefix(limit).map { Answer(id: $0.record.id, flags: flags($0)) }, all.count > limit)
    }

    func find(base: AssetText, quote: AssetText) -> [Answer] {
        rows.values.filter { $0.record.baseAsset == base && $0.record.quoteAsset == quote }
            .sorted { $0.record.exchangeId < $1.record.exchangeId }
            .map { Answer(id: $0.record.id, flags: flags($0)) }
    }

    func search(
        _ text: String, mode: SearchMode, exchangeId: UInt16, activeOnly: Bool, limit: Int
    ) -> (answers: [Answer], hasMore: Bool) {
        if text.isEmpty || text.utf8.count > 50 { return ([], false) }
        let wanted = folded(text)
        var found: [(rank: Int, isInactive: Int, symbol: [UInt8], answer: Answer)] = []
        for row in rows.values where exchangeId == 0 || row.record.exchangeId == exchangeId {
            let symbol = folded(row.record.symbolString.description)
            let fields = [symbol, folded(row.record.baseAsset.description), folded(row.record.quoteAsset.description)]
            let rank = fields.map { self.rank($0, wanted) }.min()!
            if rank > (mode == .prefix ? 1 : 2) { continue }
            let flags = flags(row)
            if activeOnly, !isTradable(flags) { continue }
            found.append((rank, isTradable(flags) ? 0 : 1, symbol, Answer(id: row.record.id, flags: flags)))
        }
        found.sort { left, right in
            if left.rank != right.rank { return left.rank < right.rank }
            if left.isInactive != right.isInactive { return left.isInactive < right.isInactive }
            if left.symbol != right.symbol { return left.symbol.lexicographicallyPrecedes(right.symbol) }
            return left.answer.id < right.answer.id
        }
        return (found.prefix(limit).map(\.answer), found.count > limit)
    }

    func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    }

    private func rank(_ text: [UInt8], _ wanted: [UInt8]) -> Int {
        if text == wanted { return 0 }
        if text.starts(with: wanted) { return 1 }
        if text.count < wanted.count { return 3 }
        for start in 0...(text.count - wanted.count) where text[start...].starts(with: wanted) { return 2 }
        return 3
    }
}
