import PostgreSQL
import ReferenceData

/// Changes reference data, one row at a time and straight in the database: servers hear of it through the change feed.
///
/// A row is checked before the database sees it, and all that is wrong with it is reported at once. An update is made
/// only if the row is still the one it is meant for (`UpdateCondition`); a lost race is an error that says who changed
/// what. An insert takes `SHARE ROW EXCLUSIVE` on its table for the length of its transaction, so that no identity
/// value is drawn for a row that is refused. Every change leaves a line in the audit (`history`).
///
/// Uses the connection that it is given, which must not be inside a transaction. Not thread-safe.
public struct ReferenceManagement {
    /// How many lines of history are read at once.
    public static let historyLineCountMax = 10_000

    let connection: Connection

    public init(_ connection: Connection) { self.connection = connection }

    /// Runs `body`; whatever it throws becomes one of ours.
    func perform<Result>(_ body: () throws -> Result) throws(ManagementError) -> Result {
        do {
            return try body()
        } catch let error as ManagementError {
            throw error
        } catch {
            do throws(StoreError) {
                return try StoreError.wrapping("management") { throw error }
            } catch {
                throw .store(error)
            }
        }
    }

    // MARK: - Rows of either table

    func read<Row: VersionedRow>(_ id: Int64) throws -> Row {
        let result = try connection.query(ManagementStatements.row(Row.self), [.int64(id)])
        guard result.rowCount == 1 else { throw ManagementError.notFound(Row.kind, id: id) }
        return try Row(result, 0)
    }

    func insert<Row: VersionedRow>(_ fields: RowFields<Row.Column>, statesKind: Bool = false) throws -> Row {
        let columns = fields.columns
        let result = try connection.query(
            ManagementStatements.insertion(Row.self, columns, statesKind: statesKind),
            columns.map { Parameter(fields[$0] ?? .null) })
        guard result.rowCount == 1 else { throw StoreError.shape(result) }
        return try Row(result, 0)
    }

    /// Reads a row, changes it, and writes it if it is still the version that was read. One that says so already is not
    /// written.
    /// - Parameter requireFree: throws when other rows have what the new one is to have.
    func update<Row: VersionedRow>(
        _ id: Int64, _ fields: RowFields<Row.Column>, if condition: UpdateCondition,
        requireFree: (RowFields<Row.Column>, Row) throws -> Void
    ) throws -> ManagedChange<Row> {
        let before: Row = try read(id)
        try check(condition, before)
        let (old, new) = (before.fields, fields.written(over: before.fields))
        try requireValid(new.faults)
        if new == old { return ManagedChange(before: before, after: before) }
        try requireFree(new, before)
        let columns = fields.columns
        let result = try connection.query(
            ManagementStatements.update(Row.self, columns),
            columns.map { Parameter(fields[$0] ?? .null) } + [
                .int64(id), .text(String(before.version.transactionId)),
            ])
        guard result.rowCount == 1 else {
            let _: Row = try read(id)
            throw try conflict(Row.kind, id: id)
        }
        return ManagedChange(before: before, after: try Row(result, 0))
    }

    /// Throws for columns that an update must leave alone.
    func requireChangeable<Row: VersionedRow>(_ fields: RowFields<Row.Column>, _: Row.Type) throws(ManagementError) {
        let fixed = fields.columns.filter { Row.fixed.contains($0) || $0.rules.writer == .database }
        try requireValid(
            fixed.map { FieldFault($0.rules.fileName, fields[$0]?.description ?? "", .fixed) })
    }

    func requireValid(_ faults: [FieldFault]) throws(ManagementError) {
        if !faults.isEmpty { throw .invalid(faults) }
    }

    /// Throws unless the row may be changed.
    private func check(_ condition: UpdateCondition, _ row: some VersionedRow) throws {
        switch condition {
        case .unchangedWhileUpdating: return
        case .version(let wanted) where wanted == row.version: return
        case .unchangedSince(let moment) where row.updatedAt <= moment: return
        case .version, .unchangedSince: throw try conflict(type(of: row).kind, id: row.rowId)
        }
    }

    /// The error of a lost race, with what the audit says of it.
    private func conflict(_ kind: ReferenceKind, id: Int64) throws -> ManagementError {
        .conflict(ReferenceConflict(kind: kind, id: id, lastChange: try lines(kind, id: id, limit: 1).first))
    }
}
