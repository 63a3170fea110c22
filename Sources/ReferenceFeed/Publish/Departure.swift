import ReferenceData

/// How far what a refresh read departs from what is served: what vanishes, and which ids no longer mean what they
/// meant.
///
/// Engines hold ids. One that comes to mean another symbol sends orders to the wrong market, and a key that goes on
/// under another id is no longer the one they subscribed to. A database never gives an id out twice, so after a load
/// such ids say that it is another database than before, or one that was restored to an earlier moment.
///
/// An id means the instrument of its exchange, terms (kind, assets, payoff, strike, expiry, option type) and string.
/// It is the same one still:
///
/// - under another string, where its terms are the same and no other id had both, or an alias says so;
/// - with other terms under its string, which somebody corrected, where no other id had both; counted by itself.
///
/// A string that a newer symbol takes over from a dead one leaves that one its id, and changes nothing.
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
    /// Ids that keep exchange and string, with other terms.
    private(set) var redefinedCount = 0
    /// The first of these ids, for people.
    private(set) var example = ""

    /// Ids that change, either way.
    var changingIdCount: Int { reusedCount + movedCount + redefinedCount }

    /// Ids that change in a way in which no database changes them by itself.
    /// - Parameters:
    ///   - isWhole: everything was read, not what changed within a session that saw every change.
    ///   - isOther: from another database than before.
    func strangeCount(isWhole: Bool, isOther: Bool) -> Int {
        !isWhole ? regivenCount : isOther ? changingIdCount : reusedCount
    }

    /// Of a whole load. O(rows): the row served under each id, and a lookup by key for those that are dead or differ.
    init(_ content: ReferenceContent, from snapshot: Snapshot, _ lapsed: LapsedSymbols = LapsedSymbols()) {
        symbolCount = content.symbols.count + content.refused.count { $0.table == .symbol }
        exchangeCount = content.exchanges.count + content.refused.count { $0.table == .exchange }
        let exchangeIds = Set(content.exchanges.lazy.map(\.id))
        compare(content.exchanges, snapshot) { !exchangeIds.contains($0) }
        compare(content.symbols, content.refused, content.aliases, of: content.exchanges, snapshot, lapsed) {
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
        compare(delta.symbols, [], delta.aliases ?? [], of: exchanges, snapshot, lapsed) { $0.intersection(deleted) }
    }

    private mutating func compare(_ rows: [Exchange], _ snapshot: Snapshot, isGone: (UInt16) -> Bool) {
        for row in rows {
            let holder = snapshot.exchangeId(code: row.enumValue)
            if let known = snapshot.exchange(id: row.id) {
                // One that is renamed keeps the other of its two names, and takes none that another one has.
                if known.enumValue == row.enumValue || known.name == row.name && holder ?? row.id == row.id { continue }
                reusedCount += 1
                note("exchange \(row.id) was \(known.enumValue) and is \(row.enumValue)")
            } else if let holder, isGone(holder) {
                movedCount += 1
                note("exchange \(row.enumValue) was \(holder) and is \(row.id)")
            }
        }
    }

    /// - Parameters:
    ///   - exchanges: after the read; of two with one id the last counts.
    ///   - gone: of some ids that are served, those that are there no more.
    private mutating func compare(
        _ rows: some Collection<SymbolRecord>, _ refused: [RefusedRow], _ aliases: [SymbolAlias],
        of exchanges: [Exchange], _ snapshot: Snapshot, _ lapsed: LapsedSymbols, gone: (Set<UInt32>) -> Set<UInt32>
    ) {
        let comparison = SymbolComparison(snapshot, lapsed, aliases, exchanges)
        // The ids that keys of rows had, and those that they have now.
        var moved: [UInt32: UInt32] = [:]
        for row in rows where row.id != 0 {
            switch comparison.finding(of: row) {
            case .same: break
            case .moved(let former): moved[former] = row.id
            case .redefined:
                redefinedCount += 1
                note("symbol \(row.id), \(row.symbolString), was another instrument")
            case .reused:
                reusedCount += 1
                note("symbol \(row.id) was \(comparison.former(row.id)) and is \(row.symbolString)")
            case .regiven:
                reusedCount += 1
                regivenCount += 1
                note("symbol \(row.id) was \(comparison.former(row.id)) and is \(row.symbolString)")
            case .taken(let former):
                reusedCount += 1
                note("\(row.symbolString) was symbol \(former) and is \(row.id)")
            }
        }
        for row in refused where comparison.isOther(row) {
            reusedCount += 1
            note("symbol \(row.id) was \(comparison.former(UInt32(clamping: row.id))) and is another one")
        }
        for alias in aliases {
            let former = comparison.formerId(of: alias)
            if former != 0 { moved[former] = alias.symbolId }
        }
        // One that is still there gave its string up to the newcomer.
        let left = moved.isEmpty ? [] : gone(Set(moved.keys))
        movedCount += left.count
        if let id = left.min(), let now = moved[id] {
            note("\(comparison.former(id)) was symbol \(id) and is \(now)")
        }
    }

    private mutating func note(_ text: @autoclosure () -> String) {
        if example.isEmpty { example = text() }
    }
}

extension Snapshot {
    fileprivate func holds(_ id: UInt32) -> Bool { symbolRecord(id: id).status != .unknownSymbol }
}
