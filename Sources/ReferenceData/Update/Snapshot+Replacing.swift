extension Snapshot {
    /// The image of a full load.
    ///
    /// Rows that break a rule (id 0, a key used twice, an unknown exchange, an empty key, base equal to quote) are
    /// moved to `refused`; all others are served. The image is verified before it is returned. O(n log n).
    public static func build(
        _ content: ReferenceContent, epoch: UInt64, generation: UInt64, databaseSnapshot: String
    ) -> Snapshot {
        empty(epoch: epoch).replaced(by: content, generation: generation, databaseSnapshot: databaseSnapshot).snapshot
    }

    /// The image of a full reload, and how it differs from this one; as `applying`. Last good records of rows that are
    /// refused now are kept. O(n log n).
    public func replaced(
        by content: ReferenceContent, generation: UInt64, databaseSnapshot: String
    ) -> (snapshot: Snapshot, changes: [ReferenceChange]) {
        var ledger = RefusedLedger()
        let directory = directory.applying(exchangeDelta(to: content), &ledger)
        // Also a ledger that stayed empty replaces the one held.
        ledger.markChanged()
        var admission = Admission(directory: directory, ledger: ledger)
        let image = build(content, &admission)

        var changes = self.directory.changes(to: directory) + symbolChanges(to: image.view)
        if aliases.differs(from: content.aliases) { changes.append(.everything) }
        let snapshot = Snapshot(
            baseImage: image, overlay: nil, directory: directory, aliases: content.aliases, ledger: admission.ledger,
            previous: self, generation: generation, databaseSnapshot: databaseSnapshot)
        return (snapshot, changes)
    }

    /// The exchanges of a full load as a delta: those held and no longer there are deleted.
    private func exchangeDelta(to content: ReferenceContent) -> ReferenceDelta {
        let present = Set(content.exchanges.map(\.id))
            .union(content.refused.compactMap { $0.table == .exchange ? UInt16(exactly: $0.id) : nil })
        return ReferenceDelta(
            exchanges: content.exchanges,
            deletedExchangeIds: directory.exchanges.map(\.id).filter { !present.contains($0) },
            refused: content.refused.filter { $0.table == .exchange })
    }

    /// Tries all valid rows at once, which succeeds unless two rows have one key; only then are they admitted one by
    /// one. A load without any refused row is built from as it stands, without a copy.
    private func build(_ content: ReferenceContent, _ admission: inout Admission) -> RowImage {
        let rows = admission.inOrder(content.symbols)
        var lastGood = refusedSymbols(content, rows, &admission)
        var refusedIndexes: [Int] = []
        for (index, record) in rows.enumerated() {
            guard let problem = admission.problem(of: record) ?? limitProblem(index) else { continue }
            admission.ledger.refuse(record, problem)
            if let held = heldRow(id: record.id) { lastGood.append(held.record) }
            refusedIndexes.append(index)
        }
        let fresh = refusedIndexes.isEmpty ? rows : rows.removing(refusedIndexes)
        lastGood = lastGood.filter { admission.directory.isKnown($0.exchangeId) }.sorted { $0.id < $1.id }
        if let image = try? RowImage.build(merged(fresh, lastGood), hasOrders: true) { return image }

        let admitted = admission.admit(
            fresh: fresh, lastGood: lastGood, held: { self.heldRow(id: $0)?.record }, isSymbolTaken: { _ in false },
            isPairTaken: { _ in false })
        return .buildAdmitted(RowList(admitted))
    }

    private func limitProblem(_ count: Int) -> String? {
        count < Admission.symbolCountMax ? nil : "more than \(Admission.symbolCountMax) symbols"
    }

    /// Notes the rows that the loader refused and returns their last good records.
    private func refusedSymbols(
        _ content: ReferenceContent, _ rows: [SymbolRecord], _ admission: inout Admission
    ) -> [SymbolRecord] {
        var lastGood: [SymbolRecord] = []
        var seen: Set<UInt32> = []
        for row in content.refused where row.table == .symbol {
            if let id = UInt32(exactly: row.id) {
                let position = partitionPoint(rows.count) { rows[$0].id < id }
                if position < rows.count, rows[position].id == id { continue }
                if seen.insert(id).inserted, let held = heldRow(id: id) { lastGood.append(held.record) }
            }
            admission.ledger.refuse(row)
        }
        return lastGood
    }

    private func merged(_ fresh: [SymbolRecord], _ lastGood: [SymbolRecord]) -> RowList {
        if lastGood.isEmpty { return RowList(fresh) }
        var records: [SymbolRecord] = []
        records.reserveCapacity(fresh.count + lastGood.count)
        var pending = lastGood[...]
        for record in fresh {
            while let next = pending.first, next.id < record.id {
                records.append(next)
                pending.removeFirst()
            }
            records.append(record)
        }
        return RowList(records + pending, lastGoodIds: Set(lastGood.map(\.id)))
    }

    /// Walks both images side by side, in id order.
    private func symbolChanges(to new: RowView) -> [ReferenceChange] {
        var changes: [ReferenceChange] = []
        func note(_ id: UInt32, _ action: ReferenceAction) {
            changes.append(ReferenceChange(kind: .symbol, action: action, id: id))
        }
        var cursor = HeldRowCursor(self, exchangeId: 0, afterId: 0)
        var newIndex = 0
        while let (view, index) = cursor.next() {
            let id = view.id(at: index)
            while newIndex < new.rowCount, new.id(at: newIndex) < id {
                note(new.id(at: newIndex), .add)
                newIndex += 1
            }
            guard newIndex < new.rowCount, new.id(at: newIndex) == id else {
                note(id, .delete)
                continue
            }
            let before = HeldRow(record: view.record(at: index), isLastGood: view.isLastGood(at: index))
            let after = HeldRow(record: new.record(at: newIndex), isLastGood: new.isLastGood(at: newIndex))
            if action(before, after) != nil { note(id, .modify) }
            newIndex += 1
        }
        while newIndex < new.rowCount {
            note(new.id(at: newIndex), .add)
            newIndex += 1
        }
        return changes
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
