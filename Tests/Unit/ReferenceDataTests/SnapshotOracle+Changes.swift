import ReferenceData

extension SnapshotOracle {
    func changes(to new: SnapshotOracle) -> [ReferenceChange] {
        var changes: [ReferenceChange] = []
        for id in Set(exchanges.keys).union(new.exchanges.keys).sorted() {
            let (old, now) = (exchanges[id], new.exchanges[id])
            let isSame =
                old.map { o in now.map { o.isSameDefinition(as: $0) } ?? false }
                ?? false && lastGoodExchangeIds.contains(id) == new.lastGoodExchangeIds.contains(id)
            append(.exchange, UInt32(id), old != nil, now != nil, isSame, &changes)
        }
        for id in Set(rows.keys).union(new.rows.keys).sorted() {
            let (old, now) = (rows[id], new.rows[id])
            let isSame =
                old.map { o in
                    now.map {
                        served(o).isSameDefinition(as: new.served($0)) && o.isLastGood == $0.isLastGood
                            && isDue(o) == new.isDue($0)
                    } ?? false
                } ?? false
            append(.symbol, id, old != nil, now != nil, isSame, &changes)
        }
        // No row says which names it had: whoever holds an image fetches the whole.
        if aliases != new.aliases { changes.append(ReferenceChange(kind: .everything, action: .modify, id: 0)) }
        return changes
    }

    private func append(
        _ kind: ReferenceKind, _ id: UInt32, _ was: Bool, _ is: Bool, _ isSame: Bool,
        _ changes: inout [ReferenceChange]
    ) {
        switch (was, `is`) {
        case (false, true): changes.append(ReferenceChange(kind: kind, action: .add, id: id))
        case (true, false): changes.append(ReferenceChange(kind: kind, action: .remove, id: id))
        case (true, true) where !isSame: changes.append(ReferenceChange(kind: kind, action: .modify, id: id))
        default: break
        }
    }
}
