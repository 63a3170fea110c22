/// Rows to build an image of: records in ascending order of id, and which of them are last good ones. Such a list can
/// be made of loaded rows without a copy.
struct RowList {
    var records: [SymbolRecord]
    var lastGoodIds: Set<UInt32>

    init(_ records: [SymbolRecord] = [], lastGoodIds: Set<UInt32> = []) {
        self.records = records
        self.lastGoodIds = lastGoodIds
    }

    init(_ rows: [ServedRow]) {
        self.init(rows.map(\.record), lastGoodIds: Set(rows.lazy.filter(\.isLastGood).map(\.record.id)))
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
        var previousId: UInt32?
        records.removeAll { record in
            defer { previousId = record.id }
            return record.id == previousId
        }
    }
}

extension [SymbolRecord] {
    /// Whether each id is greater than the one before.
    var areAscending: Bool {
        var previousId: UInt32?
        for record in self {
            if let previousId, previousId >= record.id { return false }
            previousId = record.id
        }
        return true
    }
}
