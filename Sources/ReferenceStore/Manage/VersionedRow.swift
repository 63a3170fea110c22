import PostgreSQL
import ReferenceData

/// A row as the table has it now, with the version to name in an update.
public protocol VersionedRow: Sendable, Hashable {
    associatedtype Column: ReferenceColumn

    static var kind: ReferenceKind { get }
    /// The SELECT list that `init` reads, from the table of `Column`.
    static var selection: String { get }
    /// The columns that an update never changes.
    static var fixed: [Column] { get }

    init(_ result: QueryResult, _ row: Int) throws

    var rowId: Int64 { get }
    var version: RowVersion { get }
    var updatedAt: Timestamp { get }
    /// The columns that a person may write, with their values.
    var fields: RowFields<Column> { get }
}

extension DecodedRow {
    /// - Throws: `ManagementError.unreadable`.
    func readable() throws -> Row {
        switch self {
        case .row(let row): row
        case .refused(let refused): throw ManagementError.unreadable(refused)
        }
    }
}
