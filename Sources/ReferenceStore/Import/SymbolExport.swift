import PostgreSQL
import ReferenceData

/// Writes all symbols as the CSV that `SymbolImport` reads: every column, ordered by exchange, base and quote.
///
/// An import into an empty table gives the same rows back, ids and times included; into the table itself it changes
/// nothing. One statement, so one moment in time; constant memory. Not thread-safe.
public struct SymbolExport {
    private let connection: Connection

    public init(_ connection: Connection) { self.connection = connection }

    /// - Parameter write: takes the bytes of one line at a time, its LF included; the header comes first.
    /// - Returns: how many symbols were written.
    /// - Throws: `.database`, `.notMigrated`, `.output` with what `write` threw.
    @discardableResult
    public func run(_ write: (UnsafeRawBufferPointer) throws -> Void) throws(StoreError) -> Int {
        try StoreError.wrapping(Self.statement.name) {
            try connection.copyOut(Self.statement) { line in
                do {
                    try write(line)
                } catch {
                    throw StoreError.output(String(describing: error))
                }
            }
        }
    }

    /// Byte order, so that two databases with different collations write the same file.
    static let statement: Statement = {
        let columns = SymbolColumn.allCases.map { column in
            let value = column == .exchange ? "e.enum_value" : fileText(column, "s")
            return "\(value) AS \(column.rules.fileName)"
        }
        return Statement(
            name: "export symbols",
            sql: """
                COPY (
                    SELECT \(columns.joined(separator: ", "))
                      FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
                     ORDER BY e.enum_value COLLATE "C", s.base_asset COLLATE "C", s.quote_asset COLLATE "C"
                ) TO STDOUT (FORMAT csv, HEADER true)
                """)
    }()

    /// A column of a table as a file has it: as `ColumnValue` writes it.
    static func fileText(_ column: SymbolColumn, _ table: String) -> String {
        let value = "\(table).\(column.name)"
        return switch column.rules.kind {
        case .decimal: "trim_scale(\(value))::text"
        case .time: "to_char(\(value) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        case .text, .name, .integer, .flag: "\(value)::text"
        }
    }
}
