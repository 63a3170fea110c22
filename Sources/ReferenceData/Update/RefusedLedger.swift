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

    mutating func refuse(_ table: ReferenceKind, _ id: Int64, _ reason: String) {
        refuse(RefusedRow(table: table, id: id, reason: reason))
    }

    /// Refuses a symbol; its keys, where it has any, then answer `refused`.
    mutating func refuse(_ record: SymbolRecord, _ reason: String) {
        refuse(
            RefusedRow(
                table: .symbol, id: Int64(record.id), reason: reason,
                symbolKey: record.symbolString.isEmpty ? nil : record.symbolKey,
                pairKey: record.baseAsset.isEmpty || record.quoteAsset.isEmpty ? nil : record.pairKey,
                exchangeId: record.exchangeId))
    }

    mutating func remove(_ table: ReferenceKind, _ id: Int64) {
        if rows.removeValue(forKey: RowId(table: table, id: id)) != nil { isChanged = true }
    }

    /// Takes the ledger for another one than was held.
    mutating func markChanged() { isChanged = true }

    func contains(_ table: ReferenceKind, _ id: Int64) -> Bool { rows[RowId(table: table, id: id)] != nil }
}

/// The refused rows of a snapshot and the tables that find them. Asked only when nothing served has the key or id.
final class RefusedRows: @unchecked Sendable {
    let ledger: RefusedLedger
    let bySymbol: KeyTable
    let byPair: KeyTable
    /// By table, then id.
    let sorted: [RefusedRow]
    /// Ids of refused symbols, ascending; those that an id can be.
    let symbolIds: UnsafeBufferPointer<UInt32>
    private let block: MemoryBlock

    var byteCount: Int { block.byteCount + bySymbol.byteCount + byPair.byteCount + ledger.rows.count * 256 }

    init(_ ledger: RefusedLedger) {
        self.ledger = RefusedLedger(ledger.rows)
        bySymbol = KeyTable(ledger.rows.values.compactMap { row in row.symbolKey.map { ($0.words, 0) } })
        byPair = KeyTable(ledger.rows.values.compactMap { row in row.pairKey.map { ($0.words, 0) } })
        sorted = ledger.rows.values.sorted { ($0.table.rawValue, $0.id) < ($1.table.rawValue, $1.id) }
        let ids = sorted.compactMap { $0.table == .symbol ? UInt32(exactly: $0.id) : nil }
        block = MemoryBlock.zeroed(byteCount: ids.count * 4)
        let start = block.start.bindMemory(to: UInt32.self, capacity: ids.count)
        for (position, id) in ids.enumerated() { start[position] = id }
        symbolIds = UnsafeBufferPointer(start: start, count: ids.count)
    }
}
