extension Snapshot {
    /// The image after some changes, and how it differs from this one: exchanges first, each kind in id order.
    ///
    /// No changes means that no reader needs to hear of it; adopt the snapshot all the same, since it may have refused
    /// rows or times that this one has not. A row that breaks a rule is refused and its last good record stays,
    /// flagged. Costs O(overlay + changes + refused rows), and a build of the whole, before this call returns, where
    /// the overlay would exceed its limit (`Overlay.rowCountLimit`): rewrite in the background in time, see
    /// `isOverlayHalfFull`.
    public func applying(
        _ delta: ReferenceDelta, generation: UInt64, databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var edit = SnapshotEdit(self, delta)
        edit.applySymbols(delta)
        return edit.finished(
            aliases: delta.aliases, generation: generation, databaseSnapshot: databaseSnapshot)
    }

    /// Who holds a symbol string, if anybody: its id, and whether it is a last good record.
    func owner(of key: SymbolKey) -> (id: UInt32, isLastGood: Bool)? {
        owner(key.words, overlayRows.symbolTable, symbolTable)
    }

    /// Who holds a pair, if anybody.
    func owner(of key: PairKey) -> (id: UInt32, isLastGood: Bool)? {
        owner(key.words, overlayRows.pairTable, pairTable)
    }

    private func owner(
        _ key: KeyWords, _ overlay: SlotTable, _ base: SlotTable
    ) -> (id: UInt32, isLastGood: Bool)? {
        let slot: UnsafeRawPointer
        if let changed = overlay.slot(of: key, hash: overlayRows.seed.hash(key)) {
            slot = changed
        } else if let old = base.slot(of: key, hash: seed.hash(key)), !isSuperseded(SlotTable.symbolId(at: old)) {
            slot = old
        } else {
            return nil
        }
        return (SlotTable.symbolId(at: slot), SlotTable.tail(at: slot).meta & SlotLayout.lastGoodBit != 0)
    }

    /// The row of an id as it is served now.
    func heldRow(id: UInt32) -> HeldRow? {
        held(id: id).map { HeldRow(record: $0.view.record(at: $0.index), isLastGood: $0.view.isLastGood(at: $0.index)) }
    }
}

/// Works out the rows that a delta leaves, against the snapshot it applies to.
struct SnapshotEdit {
    private let old: Snapshot
    private var admission: Admission
    /// What becomes of each id that the delta concerns; nil is gone.
    private var outcome: [UInt32: HeldRow?] = [:]

    init(_ old: Snapshot, _ delta: ReferenceDelta) {
        self.old = old
        var ledger = old.refusedRows.ledger
        let directory = old.directory.applying(delta, &ledger)
        admission = Admission(directory: directory, ledger: ledger)
    }

    mutating func applySymbols(_ delta: ReferenceDelta) {
        for id in delta.deletedSymbolIds {
            outcome[id] = .some(nil)
            admission.ledger.remove(.symbol, Int64(id))
        }
        for record in delta.symbols { admission.ledger.remove(.symbol, Int64(record.id)) }
        let rows = admission.inOrder(delta.symbols)
        // What each fresh row replaces, should the fresh one be refused; a deletion in the same delta leaves nothing.
        var replaced: [UInt32: SymbolRecord] = [:]
        for record in rows {
            if outcome[record.id] == nil { replaced[record.id] = old.heldRow(id: record.id)?.record }
            outcome[record.id] = .some(nil)
        }
        var lastGood = refusedSymbols(delta, fresh: rows)
        refuseRowsOfRemovedExchanges()

        var fresh: [SymbolRecord] = []
        for record in rows {
            if let problem = admission.problem(of: record) {
                admission.ledger.refuse(record, problem)
                if let kept = replaced[record.id] { lastGood.append(kept) }
            } else {
                fresh.append(record)
            }
        }
        lastGood += lastGoodRowsClaimed(by: fresh)
        admit(fresh, lastGood: lastGood, replaced: replaced)
    }

    /// Notes the rows that the loader refused and returns their last good records.
    private mutating func refusedSymbols(_ delta: ReferenceDelta, fresh: [SymbolRecord]) -> [SymbolRecord] {
        var lastGood: [SymbolRecord] = []
        var freshIds: Set<UInt32>?
        for row in delta.refused where row.table == .symbol {
            if let id = UInt32(exactly: row.id) {
                if freshIds == nil { freshIds = Set(fresh.map(\.id)) }
                if freshIds?.contains(id) == true { continue }
                if outcome[id] == nil, let held = old.heldRow(id: id) { lastGood.append(held.record) }
                outcome[id] = .some(nil)
            }
            admission.ledger.refuse(row)
        }
        return lastGood
    }

    /// A foreign key keeps this from happening; without one, symbols of an exchange that is gone are refused.
    private mutating func refuseRowsOfRemovedExchanges() {
        for exchange in old.directory.exchanges where !admission.directory.isKnown(exchange.id) {
            var cursor = HeldRowCursor(old, exchangeId: exchange.id, afterId: 0)
            while let (view, index) = cursor.next() {
                let id = view.id(at: index)
                if outcome[id] != nil { continue }
                outcome[id] = .some(nil)
                if !view.isLastGood(at: index) {
                    admission.ledger.refuse(view.record(at: index), "exchange_id: unknown")
                }
            }
        }
    }

    /// Untouched last good records whose keys fresh rows claim: they have to compete.
    private mutating func lastGoodRowsClaimed(by fresh: [SymbolRecord]) -> [SymbolRecord] {
        var claimed: [SymbolRecord] = []
        for record in fresh {
            for owner in [old.owner(of: record.symbolKey), old.owner(of: record.pairKey)] {
                guard let owner, owner.isLastGood, outcome[owner.id] == nil, let held = old.heldRow(id: owner.id) else {
                    continue
                }
                outcome[owner.id] = .some(nil)
                claimed.append(held.record)
            }
        }
        return claimed
    }

    private mutating func admit(
        _ fresh: [SymbolRecord], lastGood: [SymbolRecord], replaced: [UInt32: SymbolRecord]
    ) {
        let (old, outcome, directory) = (old, outcome, admission.directory)
        let admitted = admission.admit(
            fresh: fresh, lastGood: lastGood.filter { directory.isKnown($0.exchangeId) }, held: { replaced[$0] },
            isSymbolTaken: { key in old.owner(of: key).map { outcome[$0.id] == nil } ?? false },
            isPairTaken: { key in old.owner(of: key).map { outcome[$0.id] == nil } ?? false })
        for row in admitted { self.outcome[row.record.id] = .some(row) }
    }

    func finished(
        aliases: [SymbolAlias]?, generation: UInt64, databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        let changed = changedRows()
        var changes = old.directory.changes(to: admission.directory)
        changes += symbolChanges(changed)
        if let aliases, old.aliases.differs(from: aliases) { changes.append(.everything) }

        let (baseImage, overlay) = images(changed)
        let snapshot = Snapshot(
            baseImage: baseImage, overlay: overlay, directory: admission.directory, aliases: aliases,
            ledger: admission.ledger, previous: old, generation: generation, databaseSnapshot: databaseSnapshot)
        return (snapshot, changes)
    }

    /// Outcomes that differ from what is held, in id order.
    private func changedRows() -> [(id: UInt32, before: HeldRow?, after: HeldRow?)] {
        outcome.keys.sorted().compactMap { id in
            let (before, after) = (old.heldRow(id: id), outcome[id] ?? nil)
            if before?.record == after?.record, before?.isLastGood == after?.isLastGood { return nil }
            return (id, before, after)
        }
    }

    private func symbolChanges(
        _ changed: [(id: UInt32, before: HeldRow?, after: HeldRow?)]
    ) -> [ReferenceChange] {
        changed.compactMap { id, before, after in
            action(before, after).map { ReferenceChange(kind: .symbol, action: $0, id: id) }
        }
    }

    /// The base and the overlay with these rows changed: a new overlay, or a new base where that grows too large.
    private func images(
        _ changed: [(id: UInt32, before: HeldRow?, after: HeldRow?)]
    ) -> (base: RowImage, overlay: Overlay?) {
        if changed.isEmpty { return (old.baseImage, old.overlay) }
        let changedIds = Set(changed.map(\.id))
        var rows: [HeldRow] = []
        let view = old.overlayRows
        for index in 0..<view.rowCount where !changedIds.contains(view.id(at: index)) {
            rows.append(HeldRow(record: view.record(at: index), isLastGood: view.isLastGood(at: index)))
        }
        rows += changed.compactMap(\.after)
        rows.sort { $0.record.id < $1.record.id }
        let superseded = Set(old.supersededIds).union(changedIds.filter { old.base.rowIndex(id: $0) != nil }).sorted()

        let countMax = Overlay.rowCountLimit(baseRowCount: old.base.rowCount)
        if rows.count <= countMax, superseded.count <= countMax {
            if rows.isEmpty, superseded.isEmpty { return (old.baseImage, nil) }
            let overlay = try? Overlay(rows: rows, supersededIds: superseded, base: old.base)
            if let overlay { return (old.baseImage, overlay) }
        }
        return (.buildAdmitted(merged(rows, superseded)), nil)
    }

    /// All rows: those of the base that still count, and those of the overlay.
    private func merged(_ overlay: [HeldRow], _ superseded: [UInt32]) -> RowList {
        var list = RowList([SymbolRecord](), lastGoodIds: [])
        list.records.reserveCapacity(old.base.rowCount + overlay.count)
        func append(_ record: SymbolRecord, isLastGood: Bool) {
            list.records.append(record)
            if isLastGood { list.lastGoodIds.insert(record.id) }
        }
        var pending = overlay[...]
        var gone = superseded[...]
        for index in 0..<old.base.rowCount {
            let id = old.base.id(at: index)
            while let next = pending.first, next.record.id < id {
                append(next.record, isLastGood: next.isLastGood)
                pending.removeFirst()
            }
            if gone.first == id {
                gone.removeFirst()
            } else {
                append(old.base.record(at: index), isLastGood: old.base.isLastGood(at: index))
            }
        }
        for row in pending { append(row.record, isLastGood: row.isLastGood) }
        return list
    }
}

/// What happened to a symbol, as readers are told; nil when they need not hear of it.
func action(_ before: HeldRow?, _ after: HeldRow?) -> ReferenceAction? {
    switch (before, after) {
    case (nil, nil): return nil
    case (nil, _): return .add
    case (_, nil): return .delete
    case (let before?, let after?):
        let isSame = before.isLastGood == after.isLastGood && before.record.isSameDefinition(as: after.record)
        return isSame ? nil : .modify
    }
}

extension AliasTable {
    /// Whether the other set answers any key differently. O(aliases).
    func differs(from new: [SymbolAlias]) -> Bool {
        func effective(_ aliases: [SymbolAlias]) -> [SymbolKey: UInt32] {
            Dictionary(aliases.map { ($0.key, $0.symbolId) }, uniquingKeysWith: { first, _ in first })
        }
        return effective(aliases) != effective(new)
    }
}

extension ReferenceChange {
    /// What a change of the aliases is told as: no row says which names it had, so readers that hold an image of their
    /// own have to fetch the whole again.
    static let everything = ReferenceChange(kind: .everything, action: .modify, id: 0)
}

extension Snapshot {
    /// A successor: parts that did not change are shared with `previous`.
    convenience init(
        baseImage: RowImage, overlay: Overlay?, directory: ExchangeDirectory, aliases: [SymbolAlias]?,
        ledger: RefusedLedger, previous: Snapshot, generation: UInt64, databaseSnapshot: String
    ) {
        self.init(
            baseImage: baseImage, overlay: overlay, directory: directory,
            aliases: aliases.map { AliasTable($0) } ?? previous.aliases,
            refusedRows: ledger.isChanged ? RefusedRows(ledger) : previous.refusedRows, epoch: previous.epoch,
            generation: generation, isLoaded: true, databaseSnapshot: databaseSnapshot)
    }
}
