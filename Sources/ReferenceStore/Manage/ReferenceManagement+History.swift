import PostgreSQL
import ReferenceData

extension ReferenceManagement {
    /// Who changed an exchange, or a symbol and its former names, oldest first; the newest `limit` lines.
    ///
    /// Empty for a row that nobody changed since the audit began, and for one that never was. O(lines of the row).
    public func history(_ kind: ReferenceKind, id: Int64, limit: Int) throws(ManagementError) -> [AuditEntry] {
        try perform { try lines(kind, id: id, limit: limit).reversed() }
    }

    /// Newest first.
    func lines(_ kind: ReferenceKind, id: Int64, limit: Int) throws -> [AuditEntry] {
        let tables = kind == .exchange ? ["exchanges"] : ["symbols", "symbol_aliases"]
        let result = try connection.query(
            ManagementStatements.history,
            [
                .textArray(tables), .int64(id), .int64(Int64(min(max(limit, 1), Self.historyLineCountMax))),
            ])
        return try (0..<result.rowCount).map { row in
            guard let userName = try result.text(row, 1), let applicationName = try result.text(row, 2),
                let transactionId = try result.transactionId(row, 3), let table = try result.text(row, 4),
                let action = try result.text(row, 5).flatMap(AuditEntry.Action.init(rawValue:)),
                let fields = try result.text(row, 6)
            else { throw StoreError.shape(result) }
            return AuditEntry(
                at: Timestamp(microsecondsSince2000: try result.timestamp(row, 0)), userName: userName,
                applicationName: applicationName, transactionId: transactionId, table: table, action: action,
                changedFields: fields.split(separator: ",").map(String.init), oldRow: try result.text(row, 7),
                newRow: try result.text(row, 8))
        }
    }
}
