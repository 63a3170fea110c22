internal import CPQ

/// The rows a statement returned, in PostgreSQL's binary form. Owns libpq's memory and frees it in `deinit`.
///
/// Rows and columns count from 0. Values are checked: one of another type or length than asked for, or in a column
/// that the server did not send, throws `kind == .value`; NULL is nil. A row out of range is a mistake of ours and
/// traps, and so is a column where nothing is thrown: `columnCount` says how many there are. Belongs to the thread that
/// made it.
public final class QueryResult {
    let handle: OpaquePointer
    /// The name of the statement that returned this.
    public let statementName: String
    public let rowCount: Int
    public let columnCount: Int

    /// Takes the result over.
    init(taking handle: OpaquePointer, statementName: String) {
        self.handle = handle
        self.statementName = statementName
        rowCount = Int(PQntuples(handle))
        columnCount = Int(PQnfields(handle))
    }

    deinit { PQclear(handle) }

    /// Rows inserted, updated, deleted, selected or copied, as the server counted them; 0 for other statements.
    public var affectedRowCount: Int {
        guard let text = PQcmdTuples(handle) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// `INSERT 0 1`, `COMMIT`, `SELECT 3`…
    var commandTag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    func columnName(_ column: Int) -> String {
        PQfname(handle, checkedColumn(column)).map { String(cString: $0) } ?? ""
    }

    /// The number of the column's type in `pg_type`.
    func columnTypeOID(_ column: Int) -> UInt32 { PQftype(handle, checkedColumn(column)) }

    /// The field's bytes, nil for NULL. Valid while this result lives.
    public func rawBytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        let row = checkedRow(row)
        let column = checkedColumn(column)
        guard PQgetisnull(handle, row, column) == 0, let start = PQgetvalue(handle, row, column) else { return nil }
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(handle, row, column)))
    }

    private func checkedRow(_ row: Int) -> Int32 {
        precondition(row >= 0 && row < rowCount, "row \(row) of \(rowCount) in \(statementName)")
        return Int32(truncatingIfNeeded: row)
    }

    private func checkedColumn(_ column: Int) -> Int32 {
        precondition(column >= 0 && column < columnCount, "column \(column) of \(columnCount) in \(statementName)")
        return Int32(truncatingIfNeeded: column)
    }
}
