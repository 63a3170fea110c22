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

    /// How `new` differs, in id order.
    func changes(to new: ExchangeDirectory) -> [ReferenceChange] {
        if new === self { return [] }
        var changes: [ReferenceChange] = []
        for id in Set(exchanges.map(\.id)).union(new.exchanges.map(\.id)).sorted() {
            let action: ReferenceAction
            switch (exchange(id: id), new.exchange(id: id)) {
            case (nil, nil): continue
            case (nil, _): action = .add
            case (_, nil): action = .delete
            case (let old?, let now?):
                if old.isSameDefinition(as: now), lastGoodIds.contains(id) == new.lastGoodIds.contains(id) { continue }
                action = .modify
            }
            changes.append(ReferenceChange(kind: .exchange, action: action, id: UInt32(id)))
        }
        return changes
    }
}

/// Names taken so far, byte for byte as the table's own rule has it, and what else a row of `exchanges` must keep to.
struct ExchangeNames {
    private var names: Set<ByteText> = []
    private var enumValues: Set<ByteText> = []

    mutating func insert(_ exchange: Exchange) {
        names.insert(ByteText(exchange.name))
        enumValues.insert(ByteText(exchange.enumValue))
    }

    /// Why a row cannot be served beside those inserted, or nil.
    func problem(of row: Exchange) -> String? {
        if row.id == 0 { return "id: 0" }
        if let problem = textProblem(row.enumValue, "enum_value", byteCountMax: Exchange.enumValueByteCountMax) {
            return problem
        }
        if let problem = textProblem(row.name, "name", byteCountMax: Exchange.nameByteCountMax) { return problem }
        let optional = [
            (row.displayName, "display_name", Exchange.displayNameByteCountMax),
            (row.baseURL ?? "", "base_url", Exchange.urlByteCountMax),
            (row.websocketURL ?? "", "websocket_url", Exchange.urlByteCountMax),
        ]
        for (text, column, byteCountMax) in optional where !text.isEmpty {
            if let problem = textProblem(text, column, byteCountMax: byteCountMax) { return problem }
        }
        if enumValues.contains(ByteText(row.enumValue)) { return "enum_value: used by another row" }
        if names.contains(ByteText(row.name)) { return "name: used by another row" }
        return nil
    }

    private func textProblem(_ text: String, _ column: String, byteCountMax: Int) -> String? {
        if text.isEmpty { return "\(column): empty" }
        if text.utf8.count > byteCountMax { return "\(column): longer than \(byteCountMax) bytes" }
        return text.utf8.contains(0) ? "\(column): contains NUL" : nil
    }
}
