/// The refused rows of a snapshot and the tables that find them. Asked only when nothing served has the key or id.
final class RefusedRows: @unchecked Sendable {
    let ledger: RefusedLedger
    /// By symbol string and by unified name.
    let bySymbol: KeyTable
    let byPair: KeyTable
    /// By table, then id.
    let sorted: [RefusedRow]
    /// Ids of refused symbols that fit UInt32, ascending.
    let symbolIds: UnsafeBufferPointer<UInt32>
    private let block: MemoryBlock

    var byteCount: Int { block.byteCount + bySymbol.byteCount + byPair.byteCount + ledger.rows.count * 256 }

    init(_ ledger: RefusedLedger) {
        self.ledger = RefusedLedger(ledger.rows)
        let rows = ledger.rows.values
        bySymbol = KeyTable(
            rows.compactMap { row in row.symbolKey.map { ($0.words, 0) } }
                + rows.compactMap { row in row.nameKey.map { ($0.words, 0) } })
        byPair = KeyTable(rows.compactMap { row in row.answeredPairKey.map { ($0.words, 0) } })
        sorted = ledger.rows.values.sorted { ($0.table.rawValue, $0.id) < ($1.table.rawValue, $1.id) }
        (block, symbolIds) = MemoryBlock.holding(
            sorted.compactMap { $0.table == .symbol ? UInt32(exactly: $0.id) : nil })
    }
}
