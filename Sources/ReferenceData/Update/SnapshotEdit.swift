/// Works out which rows the next snapshot serves, from the present one and what the database says: of some rows (a
/// delta) or of all (a full load).
///
/// Exchanges are decided on first. Then each new version of a symbol is served unless it breaks a rule; if it does, or
/// the loader could not represent it, it is noted as refused, and the version served so far, its *last good* record,
/// stays as long as no valid row stands in its way. Rows that neither names change too where their time has come, or
/// where their exchange is another one to them.
struct SnapshotEdit {
    private let old: Snapshot
    private var rules: RowRules
    private let deletedIds: Set<UInt32>
    /// Ids of rows that this edit decides on: those in the delta, and last good rows that must compete again.
    private var decidedIds: Set<UInt32>
    /// Whether the last good record of a row that is refused now is served on.
    private let keepsLastGood: Bool

    var context: RowContext { rules.context }

    init(of old: Snapshot, by delta: ReferenceDelta, at time: Timestamp) {
        var ledger = old.refusedRows.ledger
        let directory = old.directory.applying(delta, &ledger)
        for id in delta.deletedSymbolIds { ledger.remove(.symbol, Int64(id)) }
        for record in delta.symbols { ledger.remove(.symbol, Int64(record.id)) }
        self.old = old
        rules = RowRules(directory: directory, judgedAt: time, ledger: ledger)
        deletedIds = Set(delta.deletedSymbolIds)
        decidedIds = deletedIds.union(delta.symbols.lazy.map(\.id))
        keepsLastGood = true
    }

    init(replacing old: Snapshot, by content: ReferenceContent, keepsLastGood: Bool, at time: Timestamp) {
        var ledger = RefusedLedger()
        let lastGood = keepsLastGood ? old.directory : .empty
        let directory = lastGood.applying(lastGood.delta(to: content), &ledger)
        // An empty ledger, too, replaces the one so far.
        ledger.markChanged()
        self.old = old
        rules = RowRules(directory: directory, judgedAt: time, ledger: ledger)
        deletedIds = []
        decidedIds = []
        self.keepsLastGood = keepsLastGood
    }

    /// Whether the main image holds rows that are others now, or answer other pairs, because their exchange changed.
    var isMainImageObsolete: Bool {
        old.directory.reinterpreted(in: rules.directory).contains { id in
            var rows = ServedRows(old, exchangeId: id)
            return rows.next() != nil
        }
    }

    /// The rows that a delta changes, in id order.
    mutating func changedRows(_ delta: ReferenceDelta) -> [RowChange] {
        var (fresh, lastGood) = judged(SymbolRows(delta.symbols), refused: delta.refused)
        refuseRowsOfRemovedExchanges()
        let active = ActiveRows(old)
        lastGood += lastGoodRows(inTheWayOf: fresh, active)
        let decidedIds = decidedIds
        let rows = rules.servable(
            fresh: fresh, lastGood: lastGood, replaced: replaced,
            isSymbolTaken: { active.ids($0).contains { !decidedIds.contains($0) } },
            isInstrumentTaken: { active.ids($0).contains { !decidedIds.contains($0) } })
        var after = Dictionary(uniqueKeysWithValues: rows.map { ($0.record.id, $0) })
        var changedIds = decidedIds
        for id in untouchedIds() where changedIds.insert(id).inserted {
            after[id] = old.servedRow(id: id).map { context.servedRow($0.record, isLastGood: $0.isLastGood) }
        }
        let old = old
        return RowChange.list(changedIds, before: { old.servedRow(id: $0) }, after: { after[$0] })
    }

    /// Rows that change though the database says nothing of them.
    private func untouchedIds() -> [UInt32] {
        var ids = old.dueIds(between: old.judgedAt, and: rules.judgedAt)
        for exchangeId in old.directory.reinterpreted(in: rules.directory) {
            var rows = ServedRows(old, exchangeId: exchangeId)
            while let row = rows.next() { ids.append(row.id) }
        }
        return ids
    }

    /// The main image of a full load.
    ///
    /// Tries all valid rows at once, which succeeds unless two rows conflict; only then are they taken one by one. A
    /// load without any refused row is built from as it stands, without a copy.
    /// - Parameters:
    ///   - symbols: of the load; their memory is given back meanwhile where nobody else holds it.
    ///   - refused: of the load.
    mutating func image(_ symbols: consuming SymbolRows, refused: [RefusedRow]) -> RowImage {
        var (fresh, lastGood) = judged(symbols, refused: refused)
        symbols = SymbolRows()
        var list = RowList()
        if lastGood.isEmpty {
            swap(&list.records, &fresh)
        } else {
            list.records.reserveCapacity(fresh.count + lastGood.count)
            var join = MergeJoin(fresh.makeIterator(), lastGood.sorted { $0.id < $1.id }.makeIterator())
            while let (record, kept) = join.next() {
                guard let row = record ?? kept else { continue }
                list.append(ServedRow(record: row, isLastGood: record == nil, isDue: false))
            }
        }
        if let image = try? RowImage.build(&list, context, mayConflict: false) { return image }
        if lastGood.isEmpty { swap(&list.records, &fresh) }
        let rows = rules.servable(fresh: fresh, lastGood: lastGood, replaced: replaced)
        return .buildServed(RowList(rows), context)
    }

    /// How the rows of a new main image differ from those served so far, in id order.
    func changes(to new: RowView) -> [ReferenceChange] {
        var changes: [ReferenceChange] = []
        var join = MergeJoin(ServedRows(old), MainRows(new))
        while let (before, after) = join.next() {
            if let before, let after {
                let change = RowChange(
                    id: after.id, before: old.servedRow(at: before), after: new.servedRow(at: after.index))
                if let change = change.announced { changes.append(change) }
            } else if let added = after?.id {
                changes.append(ReferenceChange(kind: .symbol, action: .add, id: added))
            } else if let removed = before?.id {
                changes.append(ReferenceChange(kind: .symbol, action: .remove, id: removed))
            }
        }
        return changes
    }

    /// The next snapshot. Parts that did not change are shared with the one before.
    func finished(
        mainImage: RowImage, overlay: Overlay?, symbolChanges: [ReferenceChange], aliases: [SymbolAlias]?,
        generation: UInt64, databaseSnapshot: String, nextDue: Snapshot.NextDue = .unknown
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var changes = old.directory.changes(to: rules.directory) + symbolChanges
        if let aliases, old.aliases.differs(from: aliases) { changes.append(.everything) }
        let snapshot = Snapshot(
            mainImage: mainImage, overlay: overlay, directory: rules.directory,
            aliases: aliases.map { AliasTable($0) } ?? old.aliases,
            refusedRows: rules.ledger.isChanged ? RefusedRows(rules.ledger) : old.refusedRows, epoch: old.epoch,
            generation: generation, isLoaded: true, databaseSnapshot: databaseSnapshot, judgedAt: rules.judgedAt,
            asOf: old.asOf, database: old.database, formerSymbolIdMax: old.symbolIdMax, after: old,
            nextDue: old.asOf.isAbsent ? nextDue : .unknown)
        return (snapshot, changes)
    }

    /// New rows that keep to the rules by themselves, in id order, and the last good records of those that do not.
    private mutating func judged(
        _ symbols: SymbolRows, refused: [RefusedRow]
    ) -> (fresh: SymbolRows, lastGood: [SymbolRecord]) {
        let rows = rules.inOrder(symbols)
        var lastGood = refusedSymbols(refused, besides: rows)
        let refusedIndexes = rules.problemIndexes(rows)
        for index in refusedIndexes {
            let record = rows[index]
            rules.ledger.refuse(record, rules.problem(of: record, at: index) ?? "")
            if let kept = replaced(record.id) { lastGood.append(kept) }
        }
        let directory = rules.directory
        lastGood.removeAll { !directory.isKnown($0.exchangeId) }
        return (refusedIndexes.isEmpty ? rows : rows.removing(refusedIndexes), lastGood)
    }

    /// The row that a new version replaces; nil when the same delta deletes it.
    private func replaced(_ id: UInt32) -> SymbolRecord? {
        deletedIds.contains(id) || !keepsLastGood ? nil : old.servedRow(id: id)?.record
    }

    /// Notes the rows that the loader refused and returns their last good records. A row that was loaded as well wins.
    private mutating func refusedSymbols(_ refused: [RefusedRow], besides rows: SymbolRows) -> [SymbolRecord] {
        var lastGood: [SymbolRecord] = []
        for row in refused where row.table == .symbol {
            if let id = UInt32(exactly: row.id) {
                let position = partitionPoint(rows.count) { rows[$0].id < id }
                if position < rows.count, rows[position].id == id { continue }
                if decidedIds.insert(id).inserted, let kept = replaced(id) { lastGood.append(kept) }
            }
            rules.ledger.refuse(row)
        }
        return lastGood
    }

    /// A foreign key keeps this from happening; without one, symbols of an exchange that is gone are refused.
    private mutating func refuseRowsOfRemovedExchanges() {
        for exchange in old.directory.exchanges where !rules.directory.isKnown(exchange.id) {
            var rows = ServedRows(old, exchangeId: exchange.id)
            while let location = rows.next() {
                guard decidedIds.insert(location.id).inserted else { continue }
                let row = old.servedRow(at: location)
                if !row.isLastGood { rules.ledger.refuse(row.record, "exchange_id: unknown") }
            }
        }
    }

    /// Untouched last good records that stand in the way of fresh rows: they have to compete.
    private mutating func lastGoodRows(inTheWayOf fresh: SymbolRows, _ active: ActiveRows) -> [SymbolRecord] {
        var rows: [SymbolRecord] = []
        for record in fresh where record.isActive {
            for id in active.ids(record.symbolKey) + active.ids(record) {
                guard let row = old.servedRow(id: id), row.isLastGood, decidedIds.insert(id).inserted else { continue }
                rows.append(row.record)
            }
        }
        return rows
    }
}
