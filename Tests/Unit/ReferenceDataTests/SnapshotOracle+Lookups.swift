import ReferenceData

extension SnapshotOracle {
    struct Answer: Hashable {
        var id: UInt32
        var flags: ResolutionFlags
    }

    func isTradable(_ flags: ResolutionFlags) -> Bool { flags.contains([.active, .exchangeActive]) }

    /// The rows by their keys, and the keys of those that are refused, once for many questions.
    struct Claimants {
        var bySymbol: [SymbolKey: [Row]]
        var byPair: [PairKey: [Row]]
        /// Of names that are no pairs.
        var byName: [NameKey: [Row]]
        var refusedSymbols: Set<SymbolKey>
        /// Of rows that may have been what a pair stands for.
        var refusedPairs: Set<PairKey>
        var refusedNames: Set<NameKey>
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
            byName: Dictionary(grouping: named, by: \.key).mapValues { $0.map(\.row) },
            refusedSymbols: Set(refused.values.compactMap(\.symbolKey)),
            refusedPairs: Set(
                refused.values.filter { [nil, .spot, .perpetual].contains($0.kind) }.compactMap(\.pairKey)),
            refusedNames: Set(refused.values.compactMap(\.nameKey)))
    }

    func resolve(_ key: SymbolKey, _ all: Claimants) -> SymbolResolution {
        let claimants = all.bySymbol[key] ?? []
        let isRefused = all.refusedSymbols.contains(key)
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
        let isRefused = marketType != .options && all.refusedPairs.contains(key)
        return miss(isRefused ? .refused : .unknownSymbol, key.exchangeId)
    }

    func resolve(_ key: NameKey, _ all: Claimants) -> SymbolResolution {
        if let decided = decide(all.byName[key] ?? [], key.exchangeId) { return decided }
        return miss(all.refusedNames.contains(key) ? .refused : .unknownSymbol, key.exchangeId)
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

    /// A row with its texts as searches compare them: without the difference of large and small letters.
    struct SearchedRow {
        let record: SymbolRecord
        let flags: ResolutionFlags
        let isTradable: Bool
        let symbol: [UInt8]
        let assets: [[UInt8]]
    }

    /// The rows as searches see them, once for many searches.
    var searchedRows: [SearchedRow] {
        rows.values.map { row in
            let (record, flags) = (row.record, flags(row))
            return SearchedRow(
                record: record, flags: flags, isTradable: isTradable(flags),
                symbol: folded(record.symbolString.description),
                assets: [folded(record.baseAsset.description), folded(record.quoteAsset.description)])
        }
    }

    func search(
        _ text: String, in rows: [SearchedRow], mode: SearchMode, exchangeId: UInt16, activeOnly: Bool, limit: Int
    ) -> (answers: [Answer], hasMore: Bool) {
        if text.isEmpty || text.utf8.count > 50 { return ([], false) }
        let wanted = folded(text)
        var found: [(rank: Int, row: SearchedRow)] = []
        for row in rows where exchangeId == 0 || row.record.exchangeId == exchangeId {
            if activeOnly, !row.isTradable { continue }
            let rank = min(rank(row.symbol, wanted), rank(row.assets[0], wanted), rank(row.assets[1], wanted))
            if rank <= (mode == .prefix ? 1 : 2) { found.append((rank, row)) }
        }
        found.sort { left, right in
            if left.rank != right.rank { return left.rank < right.rank }
            if left.row.isTradable != right.row.isTradable { return left.row.isTradable }
            if left.row.symbol != right.row.symbol {
                return left.row.symbol.lexicographicallyPrecedes(right.row.symbol)
            }
            return left.row.record.id < right.row.record.id
        }
        return (found.prefix(limit).map { Answer(id: $0.row.record.id, flags: $0.row.flags) }, found.count > limit)
    }

    func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    }

    private func rank(_ text: [UInt8], _ wanted: [UInt8]) -> Int {
        if text == wanted { return 0 }
        if text.starts(with: wanted) { return 1 }
        if text.count < wanted.count { return 3 }
        for start in 0...(text.count - wanted.count)
        where text[start] == wanted[0] && text[start...].starts(with: wanted) { return 2 }
        return 3
    }
}
