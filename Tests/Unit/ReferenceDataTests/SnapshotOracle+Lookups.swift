import ReferenceData

extension SnapshotOracle {
    struct Answer: Hashable {
        var id: UInt32
        var flags: ResolutionFlags
    }

    func isTradable(_ flags: ResolutionFlags) -> Bool { flags.contains([.active, .exchangeActive]) }

    /// The rows by their keys, once for many questions.
    struct Claimants {
        var bySymbol: [SymbolKey: [Row]]
        var byPair: [PairKey: [Row]]
        /// Of names that are no pairs.
        var byName: [NameKey: [Row]]
    }

    var claimants: Claimants {
        let rows = Array(rows.values)
        let named = rows.compactMap { row -> (key: NameKey, row: Row)? in
            guard row.record.nameKey != nil, let name = row.record.unifiedName else { return nil }
            return NameKey(exchangeId: row.record.exchangeId, name: name).map { ($0, row) }
        }
        return Claimants(
            bySymbol: Dictionary(grouping: rows) { $0.record.symbolKey },
            byPair: Dictionary(grouping: rows) { $0.record.pairKey },
            byName: Dictionary(grouping: named, by: \.key).mapValues { $0.map(\.row) })
    }

    func resolve(_ key: SymbolKey, _ all: Claimants) -> SymbolResolution {
        let claimants = all.bySymbol[key] ?? []
        let isRefused = refused.values.contains { $0.symbolKey == key }
        var alias: Row?
        if exchanges[key.exchangeId] != nil, !isRefused, let id = aliases[key] { alias = rows[id] }
        if !claimants.contains(where: isLive), let alias, isLive(alias) { return answer(alias, .alias) }
        if let decided = decide(claimants, key.exchangeId) { return decided }
        if isRefused { return miss(.refused, key.exchangeId) }
        if let alias { return answer(alias, .alias) }
        return miss(.unknownSymbol, key.exchangeId)
    }

    /// By the exchange's market type.
    func resolve(_ key: PairKey, _ all: Claimants) -> SymbolResolution {
        let marketType = exchanges[key.exchangeId]?.marketType
        let rows = all.byPair[key] ?? []
        let perpetuals = rows.filter { $0.record.kind == .perpetual }
        let plain = perpetuals.filter { $0.record.payoff == .linear && $0.record.settleAsset == $0.record.quoteAsset }
        let decided =
            switch marketType {
            case .spot: decide(rows.filter { $0.record.kind == .spot }, key.exchangeId)
            case .futures:
                // The linear one that settles in the quote asset before others, if one of the two lives.
                plain.contains(where: isLive) || !plain.isEmpty && !perpetuals.contains(where: isLive)
                    ? decide(plain, key.exchangeId) : decide(perpetuals, key.exchangeId)
            default: SymbolResolution?.none
            }
        if let decided { return decided }
        let isRefused = refused.values.contains {
            $0.pairKey == key && [nil, .spot, .perpetual].contains($0.kind) && marketType != .options
        }
        return miss(isRefused ? .refused : .unknownSymbol, key.exchangeId)
    }

    func resolve(_ key: NameKey, _ all: Claimants) -> SymbolResolution {
        if let decided = decide(all.byName[key] ?? [], key.exchangeId) { return decided }
        let isRefused = refused.values.contains { $0.nameKey == key }
        return miss(isRefused ? .refused : .unknownSymbol, key.exchangeId)
    }

    /// Of a name as a person writes it.
    func resolve(
        exchangeId: UInt16, unifiedName name: String, _ all: Claimants
    ) -> SymbolResolution {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if !name.contains(":"), parts.count == 2 {
            guard let key = PairKey(exchangeId: exchangeId, base: parts[0], quote: parts[1]) else {
                return miss(.unknownSymbol, exchangeId)
            }
            return resolve(key, all)
        }
        return NameKey(exchangeId: exchangeId, name: name).map { resolve($0, all) }
            ?? miss(.unknownSymbol, exchangeId)
    }

    /// The only live one; nobody of several live ones; without one the dead one with the highest id.
    private func decide(_ claimants: [Row], _ exchangeId: UInt16) -> SymbolResolution? {
        let live = claimants.filter(isLive)
        if live.count > 1 {
            return SymbolResolution(status: .ambiguous, exchangeId: exchangeId, generation: generation)
        }
        return (live.first ?? claimants.max { $0.record.id < $1.record.id }).map { answer($0, []) }
    }

    private func answer(_ row: Row, _ extra: ResolutionFlags) -> SymbolResolution {
        let flags = flags(row).subtracting(.due).union(extra)
        let record = served(row)
        return SymbolResolution(
            status: isTradable(flags) ? .ok : .inactive, flags: flags, exchangeId: record.exchangeId,
            symbolId: record.id, precisionPrice: record.precisionPrice, precisionBase: record.precisionBase,
            precisionQuote: record.precisionQuote, generation: generation)
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
            .sorted { isBefore($0.record, $1.record) }
            .map { Answer(id: $0.record.id, flags: flags($0)) }
    }

    /// The next moment at which a row becomes inactive by itself.
    var nextDue: Timestamp? {
        rows.values.filter { isLive($0) }.flatMap { [$0.record.expiresAt, $0.record.delistsAt] }
            .filter { !$0.isAbsent }.min()
    }

    /// The order of the rows of a pair.
    func isBefore(_ left: SymbolRecord, _ right: SymbolRecord) -> Bool {
        if left.exchangeId != right.exchangeId { return left.exchangeId < right.exchangeId }
        if left.expiresAt != right.expiresAt { return left.expiresAt < right.expiresAt }
        if left.strike != right.strike { return left.strike < right.strike }
        let types = [OptionType?.none, .call, .put]
        let (leftType, rightType) = (types.firstIndex(of: left.optionType)!, types.firstIndex(of: right.optionType)!)
        return leftType == rightType ? left.id < right.id : leftType < rightType
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
