import ReferenceData

/// Reference data in plain lists, without any cleverness: the plain statement of what a snapshot means.
struct SnapshotOracle: Sendable {
    struct Row: Sendable {
        /// As the table has it: what nobody gave is not derived.
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
    var aliases: [SymbolKey: UInt32] = [:]
    var refused: [RefusedId: RefusedRow] = [:]
    var generation: UInt64 = 0
    /// The time at which rows are judged.
    var now = Timestamp.absent

    /// Whether a row is active in the table, and inactive because its time has come.
    func isDue(_ row: Row) -> Bool {
        row.record.isActive
            && [row.record.expiresAt, row.record.delistsAt].contains { !$0.isAbsent && $0 <= now }
    }

    func isLive(_ row: Row) -> Bool { row.record.isActive && !isDue(row) }

    func flags(_ row: Row) -> ResolutionFlags {
        var flags: ResolutionFlags = []
        if row.record.isActive { flags.insert(isDue(row) ? .due : .active) }
        if exchanges[row.record.exchangeId]?.isActive == true { flags.insert(.exchangeActive) }
        if row.isLastGood || row.record.isLastGood { flags.insert(.lastGood) }
        if row.record.isTiered { flags.insert(.tiered) }
        if isDerived(row.record) { flags.insert(.derived) }
        return flags
    }

    /// What `served` says of it, asked far more often.
    private func isDerived(_ record: SymbolRecord) -> Bool {
        let hasDefault = exchanges[record.exchangeId]?.precisionDefault != nil
        return record.isInferred || record.precisionQuote == .max && hasDefault
            || record.precisionPrice == .max && (hasDefault || !record.tickSize.isAbsent)
            || record.precisionBase == .max && (hasDefault || !record.stepSize.isAbsent)
    }

    /// The record as readers get it.
    func served(_ row: Row) -> SymbolRecord {
        var record = row.record
        let other = exchanges[record.exchangeId]?.precisionDefault
        record.derivedDigits = record.isInferred ? .inferred : []
        if record.precisionPrice == .max, let digits = digits(of: record.tickSize) ?? other {
            record.precisionPrice = digits
            record.derivedDigits.insert(.pricePrecision)
        }
        if record.precisionBase == .max, let digits = digits(of: record.stepSize) ?? other {
            record.precisionBase = digits
            record.derivedDigits.insert(.basePrecision)
        }
        if record.precisionQuote == .max, let other {
            record.precisionQuote = other
            record.derivedDigits.insert(.quotePrecision)
        }
        return record
    }

    private func digits(of increment: DecimalValue) -> UInt8? {
        if increment.isAbsent { return nil }
        let parts = increment.description.split(separator: ".")
        return parts.count == 2 ? UInt8(parts[1].count) : 0
    }

    mutating func refuse(_ table: ReferenceKind, _ id: Int64, _ reason: String, _ record: SymbolRecord? = nil) {
        refused[RefusedId(table: table, id: id)] = RefusedRow(
            table: table, id: id, reason: reason,
            symbolKey: record.flatMap { $0.symbolString.isEmpty ? nil : $0.symbolKey },
            pairKey: record.flatMap { $0.baseAsset.isEmpty || $0.quoteAsset.isEmpty ? nil : $0.pairKey },
            nameKey: record?.nameKey, kind: record?.kind,
            exchangeId: table == .exchange ? UInt16(exactly: id) ?? 0 : record?.exchangeId ?? 0)
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

    private mutating func applySymbols(_ delta: ReferenceDelta) {
        for id in delta.deletedSymbolIds {
            rows[id] = nil
            refused[RefusedId(table: .symbol, id: Int64(id))] = nil
        }
        var seen: Set<UInt32> = []
        var fresh: [SymbolRecord] = []
        var held: [UInt32: SymbolRecord] = [:]
        for record in delta.symbols.sorted(by: { $0.id < $1.id }) {
            if seen.insert(record.id).inserted {
                fresh.append(record)
                refused[RefusedId(table: .symbol, id: Int64(record.id))] = nil
                if let row = rows.removeValue(forKey: record.id) { held[record.id] = row.record }
            } else {
                refuse(.symbol, Int64(record.id), "id: used by another row", record)
            }
        }
        var lastGood: [SymbolRecord] = []
        for row in delta.refused where row.table == .symbol {
            if let id = UInt32(exactly: row.id), seen.contains(id) { continue }
            refused[RefusedId(table: .symbol, id: row.id)] = row
            if let id = UInt32(exactly: row.id), let row = rows.removeValue(forKey: id) {
                lastGood.append(row.record)
            }
        }
        for (id, row) in rows {
            if row.isLastGood {
                lastGood.append(row.record)
                rows[id] = nil
            } else if exchanges[row.record.exchangeId] == nil {
                refuse(.symbol, Int64(id), "exchange_id: unknown", row.record)
                rows[id] = nil
            }
        }
        for record in fresh {
            if let reason = symbolProblem(record) {
                refuse(.symbol, Int64(record.id), reason, record)
                if let old = held[record.id] { lastGood.append(old) }
            } else {
                rows[record.id] = Row(record: record, isLastGood: false)
            }
        }
        for record in lastGood.sorted(by: { $0.id < $1.id }) where symbolProblem(record) == nil {
            rows[record.id] = Row(record: record, isLastGood: true)
        }
    }

    func symbolProblem(_ record: SymbolRecord) -> String? {
        if record.exchangeId == 0 { return "exchange_id: out of range" }
        if record.baseAsset.isEmpty { return "base_asset: empty" }
        if record.quoteAsset.isEmpty { return "quote_asset: empty" }
        if record.symbolString.isEmpty { return "symbol_string: empty" }
        if record.id == 0 { return "id: out of range" }
        if let problem = record.kindProblem { return problem }
        if exchanges[record.exchangeId] == nil { return "exchange_id: unknown" }
        if !record.isActive { return nil }
        // All the rows for each new one: without making lists of them.
        var isSame = false
        for row in rows.values where row.record.exchangeId == record.exchangeId && row.record.isActive {
            if row.record.symbolString == record.symbolString {
                return "symbol_string: used by another row of the exchange"
            }
            if !isSame { isSame = isSameInstrument(row.record, record) }
        }
        if record.kind != .other, isSame {
            let columns = record.kind == .spot ? "base_asset, quote_asset" : "base_asset to option_type"
            return "\(columns): used by another row of the exchange"
        }
        return nil
    }

    private func isSameInstrument(_ left: SymbolRecord, _ right: SymbolRecord) -> Bool {
        left.exchangeId == right.exchangeId && left.baseAsset == right.baseAsset && left.quoteAsset == right.quoteAsset
            && left.settleAsset == right.settleAsset && left.kind == right.kind && left.payoff == right.payoff
            && left.expiresAt == right.expiresAt && left.strike == right.strike && left.optionType == right.optionType
    }

    /// What a full load says, as a delta against this.
    func delta(to content: ReferenceContent) -> ReferenceDelta {
        var delta = ReferenceDelta(
            exchanges: content.exchanges, symbols: Array(content.symbols), refused: content.refused,
            aliases: content.aliases)
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
}
