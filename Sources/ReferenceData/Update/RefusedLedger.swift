/// Refused rows while a snapshot is being made.
struct RefusedLedger {
    struct RowId: Hashable {
        var table: ReferenceKind
        var id: Int64
    }

    private(set) var rows: [RowId: RefusedRow]
    /// Whether anything was noted or removed.
    private(set) var isChanged = false

    init(_ rows: [RowId: RefusedRow] = [:]) { self.rows = rows }

    mutating func refuse(_ row: RefusedRow) {
        rows[RowId(table: row.table, id: row.id)] = row
        isChanged = true
    }

    mutating func refuse(_ exchange: Exchange, _ reason: String) {
        refuse(RefusedRow(table: .exchange, id: Int64(exchange.id), reason: reason, exchangeId: exchange.id))
    }

    /// Refuses a symbol; its keys, where it has any, then answer `refused`.
    mutating func refuse(_ record: SymbolRecord, _ reason: String) {
        refuse(
            RefusedRow(
                table: .symbol, id: Int64(record.id), reason: reason,
                symbolKey: record.symbolString.isEmpty ? nil : record.symbolKey,
                pairKey: record.baseAsset.isEmpty || record.quoteAsset.isEmpty ? nil : record.pairKey,
                nameKey: record.nameKey, kind: InstrumentKind(rawValue: record.kindCode), exchangeId: record.exchangeId)
        )
    }

    mutating func remove(_ table: ReferenceKind, _ id: Int64) {
        if rows.removeValue(forKey: RowId(table: table, id: id)) != nil { isChanged = true }
    }

    /// The next snapshot takes this ledger, whether or not anything was noted or removed.
    mutating func markChanged() { isChanged = true }

    func contains(_ table: ReferenceKind, _ id: Int64) -> Bool { rows[RowId(table: table, id: id)] != nil }
}
