/// Rows to build an image of: records in ascending order of id, and which of them are last good ones. Such a list can
/// be made of loaded rows without a copy.
struct RowList {
    var records: SymbolRows
    var lastGoodIds: Set<UInt32>

    init(_ records: SymbolRows = SymbolRows(), lastGoodIds: Set<UInt32> = []) {
        self.records = records
        self.lastGoodIds = lastGoodIds
    }

    init(_ rows: [ServedRow]) {
        self.init(
            SymbolRows(rows.lazy.map(\.record)), lastGoodIds: Set(rows.lazy.filter(\.isLastGood).map(\.record.id)))
    }

    mutating func append(_ row: ServedRow) {
        records.append(row.record)
        if row.isLastGood { lastGoodIds.insert(row.record.id) }
    }

    func isLastGood(_ id: UInt32) -> Bool { !lastGoodIds.isEmpty && lastGoodIds.contains(id) }

    /// Puts records in order of id; of those of one id the first one stays.
    mutating func sort() {
        if records.areAscending { return }
        records.sort { $0.id < $1.id }
        records = records.removing(records.indices.dropFirst().filter { records[$0].id == records[$0 - 1].id })
    }
}
