extension Snapshot {
    /// Refused rows, exchanges first, each kind in id order, with whether the row's last good record is served.
    /// O(log n + `limit`).
    ///
    /// - Parameters:
    ///   - table, id: the list begins after this row, whether or not it is there; `everything` is at the start.
    ///   - limit: at most so many.
    /// - Returns: whether more follow.
    public func refused(
        afterTable table: ReferenceKind, id: Int64, limit: Int, _ body: (RefusedRow, _ isLastGoodServed: Bool) -> Void
    ) -> Bool {
        let rows = refused
        let first =
            table == .everything
            ? 0
            : partitionPoint(rows.count) { (rows[$0].table.rawValue, rows[$0].id) <= (table.rawValue, id) }
        let end = min(first + max(limit, 0), rows.count)
        for row in rows[first..<end] { body(row, isServed(row)) }
        return end < rows.count
    }

    /// Whether there is a record under the row's id.
    private func isServed(_ row: RefusedRow) -> Bool {
        switch row.table {
        case .symbol:
            guard let id = UInt32(exactly: row.id) else { return false }
            let status = symbolRecord(id: id).status
            return status == .ok || status == .inactive
        case .exchange: return UInt16(exactly: row.id).map { exchange(id: $0) != nil } ?? false
        case .everything: return false
        }
    }
}
