extension ExchangeDirectory {
    /// The directory after a delta's deletions and rows; refused rows are noted in `ledger`.
    ///
    /// If two rows claim one name, a row that the delta does not mention wins over a fresh one, and a fresh one over a
    /// last good one; among equals the lower id wins.
    func applying(_ delta: ReferenceDelta, _ ledger: inout RefusedLedger) -> ExchangeDirectory {
        let isUntouched =
            delta.exchanges.isEmpty && delta.deletedExchangeIds.isEmpty
            && !delta.refused.contains { $0.table == .exchange }
        if isUntouched { return self }

        for id in delta.deletedExchangeIds { ledger.remove(.exchange, Int64(id)) }
        var fresh: [UInt16: Exchange] = [:]
        for row in delta.exchanges.sorted(by: { $0.id < $1.id }) {
            if fresh[row.id] == nil {
                fresh[row.id] = row
                ledger.remove(.exchange, Int64(row.id))
            } else {
                ledger.refuse(row, "id: used by another row")
            }
        }
        // Exchanges whose new version is refused: at best the version served so far goes on being served.
        var outlivingIds = lastGoodIds.subtracting(fresh.keys)
        for row in delta.refused where row.table == .exchange {
            if let id = UInt16(exactly: row.id) {
                if fresh[id] != nil { continue }
                outlivingIds.insert(id)
            }
            ledger.refuse(row)
        }

        let deletedIds = Set(delta.deletedExchangeIds)
        let present = exchanges.filter { !deletedIds.contains($0.id) }
        var served = present.filter { fresh[$0.id] == nil && !outlivingIds.contains($0.id) }
        var names = ExchangeNames()
        for exchange in served { names.insert(exchange) }
        for row in fresh.values.sorted(by: { $0.id < $1.id }) {
            if let problem = names.problem(of: row) {
                ledger.refuse(row, problem)
                outlivingIds.insert(row.id)
            } else {
                names.insert(row)
                served.append(row)
            }
        }
        var lastGoodIds: Set<UInt16> = []
        for row in present where outlivingIds.contains(row.id) && names.problem(of: row) == nil {
            names.insert(row)
            served.append(row)
            lastGoodIds.insert(row.id)
        }
        return ExchangeDirectory(served.sorted { $0.id < $1.id }, lastGoodIds: lastGoodIds)
    }

    /// The exchanges of a full load as a delta: those served so far and no longer there are deleted.
    func delta(to content: ReferenceContent) -> ReferenceDelta {
        let refused = content.refused.filter { $0.table == .exchange }
        let present = Set(content.exchanges.map(\.id)).union(refused.compactMap { UInt16(exactly: $0.id) })
        return ReferenceDelta(
            exchanges: content.exchanges, deletedExchangeIds: exchanges.map(\.id).filter { !present.contains($0) },
            refused: refused)
    }

    /// How `new` differs, in id order.
    func changes(to new: ExchangeDirectory) -> [ReferenceChange] {
        if new === self { return [] }
        var changes: [ReferenceChange] = []
        for id in Set(exchanges.map(\.id)).union(new.exchanges.map(\.id)).sorted() {
            let action: ReferenceAction
            switch (exchange(id: id), new.exchange(id: id)) {
            case (nil, nil): continue
            case (nil, _): action = .add
            case (_, nil): action = .remove
            case (let old?, let now?):
                if old.isSameDefinition(as: now), lastGoodIds.contains(id) == new.lastGoodIds.contains(id) { continue }
                action = .modify
            }
            changes.append(ReferenceChange(kind: .exchange, action: action, id: UInt32(id)))
        }
        return changes
    }
}
