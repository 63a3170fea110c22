import ReferenceData

/// How far what a refresh read departs from what is served: what vanishes, and which ids no longer mean what they
/// meant.
///
/// Engines hold ids. One that comes to mean another symbol sends orders to the wrong market, and a key that goes on
/// under another id is no longer the one they subscribed to. A database never gives an id out twice, so after a load
/// such ids say that it is another database than before, or one that was restored to an earlier moment.
struct Departure: Equatable {
    /// Of symbols and exchanges after the read; refused ones, which keep their last good record, included.
    private(set) var symbolCount: Int
    private(set) var exchangeCount: Int
    /// Ids that mean another symbol or exchange than is served under them, or was.
    private(set) var reusedCount = 0
    /// Those of them whose symbol a whole load had lost before.
    private(set) var regivenCount = 0
    /// Keys that are served under another id, which is gone.
    private(set) var movedCount = 0
    /// The first of these ids, for people.
    private(set) var example = ""

    /// Ids that change, either way.
    var changingIdCount: Int { reusedCount + movedCount }

    /// Of a whole load. O(rows): a lookup by key for each, and nothing more where it has the id that it had.
    init(_ content: ReferenceContent, from snapshot: Snapshot, _ lapsed: LapsedSymbols = LapsedSymbols()) {
        symbolCount = content.symbols.count + content.refused.count { $0.table == .symbol }
        exchangeCount = content.exchanges.count + content.refused.count { $0.table == .exchange }
        let exchangeIds = Set(content.exchanges.lazy.map(\.id))
        compare(content.exchanges, snapshot) { !exchangeIds.contains($0) }
        compare(content.symbols, content.aliases, of: content.exchanges, snapshot, lapsed) {
            $0.subtracting(content.symbols.lazy.map(\.id))
                .subtracting(content.refused.lazy.filter { $0.table == .symbol }.map { UInt32(clamping: $0.id) })
        }
    }

    /// Of an increment. O(changes).
    init(_ delta: ReferenceDelta, from snapshot: Snapshot, _ lapsed: LapsedSymbols = LapsedSymbols()) {
        // An id may be deleted more than once, and one that came and went between two refreshes was never held.
        let deleted = Set(delta.deletedSymbolIds.lazy.filter { snapshot.holds($0) })
        let deletedExchanges = Set(delta.deletedExchangeIds.lazy.filter { snapshot.exchange(id: $0) != nil })
        symbolCount = snapshot.symbolCount - deleted.count + delta.symbols.count { !snapshot.holds($0.id) }
        exchangeCount =
            snapshot.exchangeCount - deletedExchanges.count
            + delta.exchanges.count { snapshot.exchange(id: $0.id) == nil }
        compare(delta.exchanges, snapshot) { deletedExchanges.contains($0) }
        guard !delta.symbols.isEmpty else { return }
        let exchanges = snapshot.exchanges(marketType: nil, activeOnly: false) + delta.exchanges
        compare(delta.symbols, delta.aliases ?? [], of: exchanges, snapshot, lapsed) { $0.intersection(deleted) }
    }

    private mutating func compare(_ rows: [Exchange], _ snapshot: Snapshot, isGone: (UInt16) -> Bool) {
        for row in rows {
            if let known = snapshot.exchange(id: row.id) {
                // One that is renamed keeps the other of its two names.
                guard known.enumValue != row.enumValue, known.name != row.name else { continue }
                reusedCount += 1
                note("exchange \(row.id) was \(known.enumValue) and is \(row.enumValue)")
            } else if let id = snapshot.exchangeId(code: row.enumValue), isGone(id) {
                movedCount += 1
                note("exchange \(row.enumValue) was \(id) and is \(row.id)")
            }
        }
    }

    /// - Parameters:
    ///   - exchanges: after the read; of two with one id the last counts.
    ///   - gone: of some ids that are served, those that are there no more.
    private mutating func compare(
        _ rows: some Collection<SymbolRecord>, _ aliases: [SymbolAlias], of exchanges: [Exchange], _ snapshot: Snapshot,
        _ lapsed: LapsedSymbols, gone: (Set<UInt32>) -> Set<UInt32>
    ) {
        // The id under which each of them is served, 0 for none.
        var servedIds = [UInt16](repeating: 0, count: 1 + Int(exchanges.lazy.map(\.id).max() ?? 0))
        for exchange in exchanges {
            servedIds[Int(exchange.id)] = snapshot.exchangeId(code: exchange.enumValue) ?? 0
        }
        var reused: [(known: SymbolRecord, row: SymbolRecord)] = []
        var moved: [UInt32: SymbolRecord] = [:]
        for row in rows {
            let exchangeId = Int(row.exchangeId) < servedIds.count ? servedIds[Int(row.exchangeId)] : 0
            let answer = snapshot.resolve(SymbolKey(exchangeId: exchangeId, symbol: row.symbolString))
            if answer.symbolId == row.id { continue }
            let known = snapshot.symbolRecord(id: row.id).record
            if known.id == row.id {
                // The exchange under its new id, or the same one under another code.
                let isSameExchange = known.exchangeId == exchangeId || known.exchangeId == row.exchangeId
                if !isSameExchange || !known.isNamedOrMade(as: row) { reused.append((known, row)) }
            } else if let former = lapsed[row.id] {
                guard !former.isNamedOrMade(as: row) else { continue }
                regivenCount += 1
                reused.append((former, row))
            } else if answer.symbolId != 0, !answer.flags.contains(.alias) {
                moved[answer.symbolId] = row
            }
        }
        if !reused.isEmpty {
            // A symbol that was renamed is known by its former name.
            let renamed = Set(aliases)
            reused.removeAll {
                renamed.contains(
                    SymbolAlias(
                        key: SymbolKey(exchangeId: $0.row.exchangeId, symbol: $0.known.symbolString),
                        symbolId: $0.row.id))
            }
            reusedCount += reused.count
            if let first = reused.first {
                note("symbol \(first.row.id) was \(first.known.symbolString) and is \(first.row.symbolString)")
            }
        }
        // One that is still there gave its string up to the newcomer.
        let left = moved.isEmpty ? [] : gone(Set(moved.keys))
        movedCount += left.count
        if let id = left.min(), let row = moved[id] { note("\(row.symbolString) was symbol \(id) and is \(row.id)") }
    }

    private mutating func note(_ text: String) {
        if example.isEmpty { example = text }
    }
}

extension Snapshot {
    fileprivate func holds(_ id: UInt32) -> Bool { symbolRecord(id: id).status != .unknownSymbol }
}

extension SymbolRecord {
    /// Whether the venue's string is the same, or else the instrument.
    fileprivate func isNamedOrMade(as other: SymbolRecord) -> Bool {
        symbolString == other.symbolString
            || baseAsset == other.baseAsset && quoteAsset == other.quoteAsset && settleAsset == other.settleAsset
                && kind == other.kind && expiresAt == other.expiresAt && strike == other.strike
                && optionType == other.optionType
    }
}
