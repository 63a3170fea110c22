/// Works out which rows the next snapshot serves, from the present one and what the database says: of some rows (a
/// delta) or of all (a full load).
///
/// Exchanges are decided on first. Then each new version of a symbol is served unless it breaks a rule; if it does, or
/// the loader could not represent it, it is noted as refused, and the version served so far, its *last good* record,
/// stays as long as no valid row claims its keys.
struct SnapshotEdit {
    private let old: Snapshot
    private var rules: RowRules
    /// Whether this is a full load: then rows that it does not contain are gone.
    private let isOfAllRows: Bool
    private let deletedIds: Set<UInt32>
    /// Ids of rows that this edit decides on: those in the delta, and last good rows that must compete for their keys
    /// again.
    private var decidedIds: Set<UInt32>

    init(of old: Snapshot, by delta: ReferenceDelta) {
        var ledger = old.refusedRows.ledger
        let directory = old.directory.applying(delta, &ledger)
        for id in delta.deletedSymbolIds { ledger.remove(.symbol, Int64(id)) }
        for record in delta.symbols { ledger.remove(.symbol, Int64(record.id)) }
        self.old = old
        rules = RowRules(directory: directory, ledger: ledger)
        isOfAllRows = false
        deletedIds = Set(delta.deletedSymbolIds)
        decidedIds = deletedIds.union(delta.symbols.lazy.map(\.id))
    }

    init(replacing old: Snapshot, by content: ReferenceContent) {
        var ledger = RefusedLedger()
        let directory = old.directory.applying(old.directory.delta(to: content), &ledger)
        // An empty ledger, too, replaces the one so far.
        ledger.markChanged()
        self.old = old
        rules = RowRules(directory: directory, ledger: ledger)
        isOfAllRows = true
        deletedIds = []
        decidedIds = []
    }

    /// The rows that a delta changes, in id order.
    mutating func changedRows(_ delta: ReferenceDelta) -> [RowChange] {
        var (fresh, lastGood) = judged(delta.symbols, refused: delta.refused)
        refuseRowsOfRemovedExchanges()
        lastGood += lastGoodRowsClaimed(by: fresh)
        let (old, decidedIds) = (old, decidedIds)
        let rows = rules.servable(
            fresh: fresh, lastGood: lastGood, replaced: replaced,
            isSymbolTaken: { key in old.owner(of: key).map { !decidedIds.contains($0.id) } ?? false },
            isPairTaken: { key in old.owner(of: key).map { !decidedIds.contains($0.id) } ?? false })
        let after = Dictionary(uniqueKeysWithValues: rows.map { ($0.record.id, $0) })
        return RowChange.list(decidedIds, before: { old.servedRow(id: $0) }, after: { after[$0] })
    }

    /// The main image of a full load.
    ///
    /// Tries all valid rows at once, which succeeds unless two rows have one key; only then are they taken one by one.
    /// A load without any refused row is built from as it stands, without a copy.
    mutating func image(_ content: ReferenceContent) -> RowImage {
        let (fresh, lastGood) = judged(content.symbols, refused: content.refused)
        var list = RowList(fresh)
        if !lastGood.isEmpty {
            list = RowList()
            list.records.reserveCapacity(fresh.count + lastGood.count)
            var join = MergeJoin(fresh.makeIterator(), lastGood.sorted { $0.id < $1.id }.makeIterator())
            while let (record, kept) = join.next() {
                if let row = record ?? kept { list.append(ServedRow(record: row, isLastGood: record == nil)) }
            }
        }
        if let image = try? RowImage.build(list, hasOrders: true) { return image }
        return .buildDistinct(rules.servable(fresh: fresh, lastGood: lastGood, replaced: replaced))
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
        generation: UInt64, databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var changes = old.directory.changes(to: rules.directory) + symbolChanges
        if let aliases, old.aliases.differs(from: aliases) { changes.append(.everything) }
        let snapshot = Snapshot(
            mainImage: mainImage, overlay: overlay, directory: rules.directory,
            aliases: aliases.map { AliasTable($0) } ?? old.aliases,
            refusedRows: rules.ledger.isChanged ? RefusedRows(rules.ledger) : old.refusedRows, epoch: old.epoch,
            generation: generation, isLoaded: true, databaseSnapshot: databaseSnapshot)
        return (snapshot, changes)
    }

    /// New rows that keep to the rules by themselves, in id order, and the last good records of those that do not.
    private mutating func judged(
        _ symbols: [SymbolRecord], refused: [RefusedRow]
    ) -> (fresh: [SymbolRecord], lastGood: [SymbolRecord]) {
        let rows = rules.inOrder(symbols)
        var lastGood = refusedSymbols(refused, besides: rows)
        var refusedIndexes: [Int] = []
        for (index, record) in rows.enumerated() {
            guard let problem = rules.problem(of: record, at: index) else { continue }
            rules.ledger.refuse(record, problem)
            if let kept = replaced(record.id) { lastGood.append(kept) }
            refusedIndexes.append(index)
        }
        let directory = rules.directory
        lastGood.removeAll { !directory.isKnown($0.exchangeId) }
        return (refusedIndexes.isEmpty ? rows : rows.removing(refusedIndexes), lastGood)
    }

    /// The row that a new version replaces; nil when the same delta deletes it.
    private func replaced(_ id: UInt32) -> SymbolRecord? {
        deletedIds.contains(id) ? nil : old.servedRow(id: id)?.record
    }

    /// Notes the rows that the loader refused and returns their last good records. A row that was loaded as well wins.
    private mutating func refusedSymbols(_ refused: [RefusedRow], besides rows: [SymbolRecord]) -> [SymbolRecord] {
        var lastGood: [SymbolRecord] = []
        for row in refused where row.table == .symbol {
            if let id = UInt32(exactly: row.id) {
                let position = partitionPoint(rows.count) { rows[$0].id < id }
                if position < rows.count, rows[position].id == id { continue }
                if decidedIds.insert(id).inserted, let kept = old.servedRow(id: id) { lastGood.append(kept.record) }
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

    /// Untouched last good records whose keys fresh rows claim: they have to compete.
    private mutating func lastGoodRowsClaimed(by fresh: [SymbolRecord]) -> [SymbolRecord] {
        var claimed: [SymbolRecord] = []
        for record in fresh {
            for owner in [old.owner(of: record.symbolKey), old.owner(of: record.pairKey)] {
                guard let owner, owner.isLastGood, decidedIds.insert(owner.id).inserted,
                    let row = old.servedRow(id: owner.id)
                else { continue }
                claimed.append(row.record)
            }
        }
        return claimed
    }
}

extension Snapshot {
    /// The symbol that a symbol string belongs to, if any, and whether its record is a last good one.
    fileprivate func owner(of key: SymbolKey) -> (id: UInt32, isLastGood: Bool)? { owner(of: key.words, .symbol) }

    /// The same for a pair.
    fileprivate func owner(of key: PairKey) -> (id: UInt32, isLastGood: Bool)? { owner(of: key.words, .pair) }

    private func owner(of key: KeyWords, _ kind: KeyKind) -> (id: UInt32, isLastGood: Bool)? {
        slot(of: key, hash: mainRows.seed.hash(key), kind).map { slot in
            (SlotTable.symbolId(at: slot), SlotTable.tail(at: slot).meta & SlotLayout.lastGoodBit != 0)
        }
    }
}

extension [SymbolRecord] {
    /// Without the elements at these indexes, which ascend.
    fileprivate func removing(_ indexes: [Int]) -> [SymbolRecord] {
        var kept: [SymbolRecord] = []
        kept.reserveCapacity(count - indexes.count)
        var start = 0
        for index in indexes {
            kept += self[start..<index]
            start = index + 1
        }
        return kept + self[start...]
    }
}
