import ReferenceData

/// Reference data in dictionaries, without any cleverness: the plain statement of what a snapshot means.
struct SnapshotOracle: Sendable {
    struct Row: Sendable {
        var record: SymbolRecord
        var isLastGood: Bool
    }
    struct RefusedId: Hashable, Sendable {
        var table: ReferenceKind
        var id: Int64
    }

    var exchanges: [UInt16: Exchange] = [:]
    var lastGoodExchangeIds: Set<UInt16> = []
    var rows: [UInt32: Row] = [:]
    var bySymbol: [SymbolKey: UInt32] = [:]
    var byPair: [PairKey: UInt32] = [:]
    var aliases: [SymbolKey: UInt32] = [:]
    var refused: [RefusedId: RefusedRow] = [:]
    var generation: UInt64 = 0

    func flags(_ row: Row) -> ResolutionFlags {
        var flags: ResolutionFlags = []
        if row.record.isActive { flags.insert(.active) }
        if exchanges[row.record.exchangeId]?.isActive == true { flags.insert(.exchangeActive) }
        if row.isLastGood { flags.insert(.lastGood) }
        return flags
    }

    mutating func refuse(_ table: ReferenceKind, _ id: Int64, _ reason: String, _ record: SymbolRecord? = nil) {
        refused[RefusedId(table: table, id: id)] = RefusedRow(
            table: table, id: id, reason: reason,
            symbolKey: record.flatMap { $0.symbolString.isEmpty ? nil : $0.symbolKey },
            pairKey: record.flatMap { $0.baseAsset.isEmpty || $0.quoteAsset.isEmpty ? nil : $0.pairKey },
            exchangeId: record?.exchangeId ?? 0)
    }

    /// Applies deletions, then rows. Fresh good rows beat rows kept as last good; among equals the held one, then the
    /// lower id.
    mutating func apply(_ delta: ReferenceDelta) {
        applyExchanges(delta)
        applySymbols(delta)
        if let list = delta.aliases {
            aliases = [:]
            for alias in list where aliases[alias.key] == nil { aliases[alias.key] = alias.symbolId }
        }
    }

    private mutating func applyExchanges(_ delta: ReferenceDelta) {
        for id in delta.deletedExchangeIds {
            exchanges[id] = nil
            lastGoodExchangeIds.remove(id)
            refused[RefusedId(table: .exchange, id: Int64(id))] = nil
        }
        var seen: Set<UInt16> = []
        var fresh: [Exchange] = []
        for row in delta.exchanges.sorted(by: { $0.id < $1.id }) {
            if seen.insert(row.id).inserted {
                fresh.append(row)
                refused[RefusedId(table: .exchange, id: Int64(row.id))] = nil
            } else {
                refuse(.exchange, Int64(row.id), "id: used by another row")
            }
        }
        var lastGood: [Exchange] = []
        func hold(_ id: UInt16) {
            if let held = exchanges.removeValue(forKey: id) { lastGood.append(held) }
        }
        for row in delta.refused where row.table == .exchange {
            guard let id = UInt16(exactly: row.id) else {
                refused[RefusedId(table: .exchange, id: row.id)] = row
                continue
            }
            if seen.contains(id) { continue }
            refused[RefusedId(table: .exchange, id: row.id)] = row
            hold(id)
        }
        for id in lastGoodExchangeIds { hold(id) }
        lastGoodExchangeIds = []
        var replaced: [UInt16: Exchange] = [:]
        for row in fresh {
            replaced[row.id] = exchanges.removeValue(forKey: row.id) ?? lastGood.first { $0.id == row.id }
            lastGood.removeAll { $0.id == row.id }
        }
        for row in fresh {
            if let reason = exchangeProblem(row) {
                refuse(.exchange, Int64(row.id), reason)
                if let old = replaced[row.id] { lastGood.append(old) }
            } else {
                exchanges[row.id] = row
            }
        }
        for row in lastGood.sorted(by: { $0.id < $1.id }) where exchangeProblem(row) == nil {
            exchanges[row.id] = row
            lastGoodExchangeIds.insert(row.id)
        }
    }

    func exchangeProblem(_ row: Exchange) -> String? {
        if row.id == 0 { return "id: 0" }
        if exchanges.values.contains(where: { $0.enumValue == row.enumValue }) {
            return "enum_value: used by another row"
        }
        if exchanges.values.contains(where: { $0.name == row.name }) { return "name: used by another row" }
        return nil
    }

    private mutating func remove(_ id: UInt32) -> Row? {
        guard let row = rows.removeValue(forKey: id) else { return nil }
        bySymbol[row.record.symbolKey] = nil
        byPair[row.record.pairKey] = nil
        return row
    }

    private mutating func insert(_ row: Row) {
        rows[row.record.id] = row
        bySymbol[row.record.symbolKey] = row.record.id
        byPair[row.record.pairKey] = row.record.id
    }

    private mutating func applySymbols(_ delta: ReferenceDelta) {
        for id in delta.deletedSymbolIds {
            _ = remove(id)
            refused[RefusedId(table: .symbol, id: Int64(id))] = nil
        }
        var seen: Set<UInt32> = []
        var fresh: [SymbolRecord] = []
        var held: [UInt32: SymbolRecord] = [:]
        for record in delta.symbols.sorted(by: { $0.id < $1.id }) {
            if seen.insert(record.id).inserted {
                fresh.append(record)
                refused[RefusedId(table: .symbol, id: Int64(record.id))] = nil
                if let row = remove(record.id) { held[record.id] = row.record }
            } else {
                refuse(.symbol, Int64(record.id), "id: used by another row", record)
            }
        }
        var lastGood: [SymbolRecord] = []
        for row in delta.refused where row.table == .symbol {
            if let id = UInt32(exactly: row.id), seen.contains(id) { continue }
            refused[RefusedId(table: .symbol, id: row.id)] = row
            if let id = UInt32(exactly: row.id), let row = remove(id) { lastGood.append(row.record) }
        }
        for (id, row) in rows {
            if row.isLastGood {
                lastGood.append(row.record)
                _ = remove(id)
            } else if exchanges[row.record.exchangeId] == nil {
                refuse(.symbol, Int64(id), "exchange_id: unknown", row.record)
                _ = remove(id)
            }
        }
        for record in fresh {
            if let reason = symbolProblem(record) {
                refuse(.symbol, Int64(record.id), reason, record)
                if let old = held[record.id] { lastGood.append(old) }
            } else {
                insert(Row(record: record, isLastGood: false))
            }
        }
        for record in lastGood.sorted(by: { $0.id < $1.id }) where symbolProblem(record) == nil {
            insert(Row(record: record, isLastGood: true))
        }
    }

    func symbolProblem(_ record: SymbolRecord) -> String? {
        if record.exchangeId == 0 { return "exchange_id: out of range" }
        if record.baseAsset.isEmpty { return "base_asset: empty" }
        if record.quoteAsset.isEmpty { return "quote_asset: empty" }
        if record.symbolString.isEmpty { return "symbol_string: empty" }
        if record.id == 0 { return "id: out of range" }
        let precisions = [
            (record.precisionBase, "base"), (record.precisionQuote, "quote"), (record.precisionPrice, "price"),
        ]
        for (precision, name) in precisions where !(1...18).contains(precision) {
            return "precision_\(name): out of range"
        }
        if record.baseAsset == record.quoteAsset { return "quote_asset: equals base_asset" }
        if exchanges[record.exchangeId] == nil { return "exchange_id: unknown" }
        if bySymbol[record.symbolKey] != nil { return "symbol_string: used by another row of the exchange" }
        if byPair[record.pairKey] != nil { return "base_asset, quote_asset: used by another row of the exchange" }
        return nil
    }

    /// What a full load says, as a delta against this.
    func delta(to content: ReferenceContent) -> ReferenceDelta {
        var delta = ReferenceDelta(
            exchanges: content.exchanges, symbols: content.symbols, refused: content.refused, aliases: content.aliases)
        let exchangeIds = Set(content.exchanges.map { Int64($0.id) } + refusedIds(content, .exchange))
        let symbolIds = Set(content.symbols.map { Int64($0.id) } + refusedIds(content, .symbol))
        delta.deletedExchangeIds = exchanges.keys.filter { !exchangeIds.contains(Int64($0)) }
        delta.deletedSymbolIds = rows.keys.filter { !symbolIds.contains(Int64($0)) }
        return delta
    }

    /// A full reload.
    mutating func replace(by content: ReferenceContent) {
        let delta = delta(to: content)
        refused = [:]
        apply(delta)
    }

    private func refusedIds(_ content: ReferenceContent, _ table: ReferenceKind) -> [Int64] {
        content.refused.filter { $0.table == table }.map(\.id)
    }

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
                    now.map { o.record.isSameDefinition(as: $0.record) && o.isLastGood == $0.isLastGood } ?? false
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
