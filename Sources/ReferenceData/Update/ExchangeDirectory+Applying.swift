extension ExchangeDirectory {
    /// The directory after a delta's deletions and rows; refused rows are noted in `ledger`.
    ///
    /// Where two rows claim one name, rows already held go first, then fresh ones, then those kept as last good; among
    /// equals the lower id.
    func applying(_ delta: ReferenceDelta, _ ledger: inout RefusedLedger) -> ExchangeDirectory {
        let isUntouched =
            delta.exchanges.isEmpty && delta.deletedExchangeIds.isEmpty
            && !delta.refused.contains { $0.table == .exchange }
        if isUntouched { return self }

        var held: [UInt16: Exchange] = [:]
        for exchange in exchanges { held[exchange.id] = exchange }
        for id in delta.deletedExchangeIds {
            held[id] = nil
            ledger.remove(.exchange, Int64(id))
        }
        var fresh: [Exchange] = []
        var freshIds: Set<UInt16> = []
        for row in delta.exchanges.sorted(by: { $0.id < $1.id }) {
            if freshIds.insert(row.id).inserted {
                fresh.append(row)
                ledger.remove(.exchange, Int64(row.id))
            } else {
                ledger.refuse(.exchange, Int64(row.id), "id: used by another row")
            }
        }
        var lastGood: [UInt16: Exchange] = [:]
        for id in lastGoodIds { lastGood[id] = held.removeValue(forKey: id) }
        for row in delta.refused where row.table == .exchange {
            if let id = UInt16(exactly: row.id) {
                if freshIds.contains(id) { continue }
                if let old = held.removeValue(forKey: id) { lastGood[id] = old }
            }
            ledger.refuse(row)
        }
        var replaced: [UInt16: Exchange] = [:]
        for id in freshIds {
            let kept = lastGood.removeValue(forKey: id)
            replaced[id] = held.removeValue(forKey: id) ?? kept
        }

        var names = ExchangeNames()
        for exchange in held.values { names.insert(exchange) }
        for row in fresh {
            if let problem = names.problem(of: row) {
                ledger.refuse(.exchange, Int64(row.id), problem)
                lastGood[row.id] = replaced[row.id]
            } else {
                names.insert(row)
                held[row.id] = row
            }
        }
        var lastGoodIds: Set<UInt16> = []
        for row in lastGood.values.sorted(by: { $0.id < $1.id }) where names.problem(of: row) == nil {
            names.insert(row)
            held[row.id] = row
            lastGoodIds.insert(row.id)
        }
        return ExchangeDirectory(held.values.sorted { $0.id < $1.id }, lastGoodIds: lastGoodIds)
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
