import ReferenceData

/// Tells of each row that was read whether its id, and its key, mean what they mean in the snapshot that is served.
struct SymbolComparison {
    /// What became of an id.
    enum Finding {
        /// It means what it meant, or it is new.
        case same
        /// So it is, or would be if that id, under which its key is served, were there no more.
        case moved(from: UInt32)
        /// It has its string still, and other terms.
        case redefined
        /// It means another symbol.
        case reused
        /// It was lost before, and means another symbol now.
        case regiven
        /// It answers for its key in place of that id, of which it cannot be told otherwise, or of which it is older.
        case taken(from: UInt32)
    }

    private let snapshot: Snapshot
    private let lapsed: LapsedSymbols
    private let aliases: Set<SymbolAlias>
    /// The id under which each exchange is served, 0 for none.
    private let servedIds: [UInt16]

    /// - Parameters:
    ///   - aliases: after the read, as the following.
    ///   - exchanges: of two with one id the last counts.
    init(_ snapshot: Snapshot, _ lapsed: LapsedSymbols, _ aliases: [SymbolAlias], _ exchanges: [Exchange]) {
        self.snapshot = snapshot
        self.lapsed = lapsed
        self.aliases = Set(aliases)
        var servedIds = [UInt16](repeating: 0, count: 1 + Int(exchanges.lazy.map(\.id).max() ?? 0))
        for exchange in exchanges {
            // One whose code nobody has was renamed, or is new.
            let isServed = snapshot.exchange(id: exchange.id) != nil
            let holder = snapshot.exchangeId(code: exchange.enumValue)
            servedIds[Int(exchange.id)] = holder ?? (isServed ? exchange.id : 0)
        }
        self.servedIds = servedIds
    }

    /// O(1), but for rows that differ and whose string several have.
    func finding(of row: SymbolRecord) -> Finding {
        let exchangeId = servedId(row.exchangeId)
        let (status, _, known) = snapshot.symbolRecord(id: row.id)
        guard known.id == row.id else { return finding(ofNew: row, isRefused: status == .refused) }
        guard known.exchangeId == exchangeId, known.symbolString == row.symbolString else {
            return isSame(known, row) ? .same : .reused
        }
        // Nobody else had or has the string.
        let hasTerms = known.hasTerms(of: row)
        if hasTerms, known.isActive, row.isActive { return .same }
        let key = SymbolKey(exchangeId: exchangeId, symbol: row.symbolString)
        if !hasTerms {
            let isOfTwin = snapshot.hasSymbol(key, besides: row.id) { $0.hasTerms(of: row) }
            return isOfTwin ? .reused : .redefined
        }
        let former = holder(of: key, besides: row.id)
        if former == 0 { return .same }
        let isTwin = row.isActive && snapshot.symbolRecord(id: former).record.hasTerms(of: row)
        return isTwin ? .taken(from: former) : .moved(from: former)
    }

    /// Of a row under whose id nothing is served.
    /// - Parameter isRefused: a row of that id was there.
    private func finding(ofNew row: SymbolRecord, isRefused: Bool) -> Finding {
        if let former = lapsed[row.id] {
            let isItself = former.symbolString == row.symbolString && former.hasTerms(of: row)
            return former.exchangeId == servedId(row.exchangeId) && isItself || isSame(former, row)
                ? .same : .regiven
        }
        if !isRefused, lapsed.isForgotten(row.id) { return .regiven }
        let former = holder(of: SymbolKey(exchangeId: servedId(row.exchangeId), symbol: row.symbolString), besides: 0)
        if former == 0 { return .same }
        // What is listed anew has a greater id than what it was before.
        return row.isActive && !isRefused && row.id < former ? .taken(from: former) : .moved(from: former)
    }

    /// Whether an id means the same symbol under another string.
    private func isSame(_ known: SymbolRecord, _ row: SymbolRecord) -> Bool {
        let exchangeId = servedId(row.exchangeId)
        guard known.exchangeId == exchangeId else { return false }
        let formerKey = SymbolKey(exchangeId: row.exchangeId, symbol: known.symbolString)
        if aliases.contains(SymbolAlias(key: formerKey, symbolId: row.id)) { return true }
        guard known.isRenamed(to: row) else { return false }
        // Where another id had both the string and the terms, they have changed places.
        return !snapshot.hasSymbol(SymbolKey(exchangeId: exchangeId, symbol: row.symbolString), besides: row.id) {
            $0.hasTerms(of: row)
        }
    }

    /// Whether a row that is refused now is of another symbol than is served for it, by its own key.
    func isOther(_ row: RefusedRow) -> Bool {
        guard row.table == .symbol, let id = UInt32(exactly: row.id), let key = row.symbolKey else { return false }
        let known = snapshot.symbolRecord(id: id).record
        guard id != 0, known.id == id else { return false }
        guard known.exchangeId == servedId(key.exchangeId) else { return true }
        let formerKey = SymbolKey(exchangeId: key.exchangeId, symbol: known.symbolString)
        if formerKey == key || aliases.contains(SymbolAlias(key: formerKey, symbolId: id)) { return false }
        let isSamePair = row.pairKey.map { $0.base == known.baseAsset && $0.quote == known.quoteAsset } ?? false
        return !isSamePair || known.kind == .other || row.kind != known.kind
    }

    /// The id that is served for the key of an alias, where that is another one than it says; else 0.
    func formerId(of alias: SymbolAlias) -> UInt32 {
        let key = SymbolKey(exchangeId: servedId(alias.key.exchangeId), symbol: alias.key.symbol)
        let id = snapshot.resolve(key).symbolId
        return id == alias.symbolId ? 0 : id
    }

    /// What an id meant, for people.
    func former(_ id: UInt32) -> String {
        let known = snapshot.symbolRecord(id: id).record
        return known.id == id ? "\(known.symbolString)" : lapsed[id].map { "\($0.symbolString)" } ?? "another one"
    }

    /// The id that is served for a key, unless that is a former name, or of this symbol; else 0.
    private func holder(of key: SymbolKey, besides id: UInt32) -> UInt32 {
        let answer = snapshot.resolve(key)
        return answer.flags.contains(.alias) || answer.symbolId == id ? 0 : answer.symbolId
    }

    private func servedId(_ exchangeId: UInt16) -> UInt16 {
        Int(exchangeId) < servedIds.count ? servedIds[Int(exchangeId)] : 0
    }
}
