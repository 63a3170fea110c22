import PostgreSQL
import ReferenceStore

/// One moment of a database, held open: what `pg_dump --snapshot` writes and what is counted here are the same rows.
///
/// Holds a transaction from its making to `close()`; give it a connection of its own, without an idle timeout. Not
/// thread-safe.
public struct BackupMoment {
    /// For `pg_dump --snapshot`.
    public let exportedSnapshot: String
    /// The moment itself, to be asked later what changed since.
    public let watermark: Watermark
    private let connection: Connection

    private static let begin = Statement(
        name: "begin a backup", sql: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    private static let export = Statement(
        name: "export a snapshot", sql: "SELECT pg_export_snapshot(), pg_current_snapshot()::text")

    public init(_ connection: Connection) throws(StoreError) {
        let row = try StoreError.wrapping("begin a backup") {
            try connection.query(Self.begin)
            let row = try connection.query(Self.export)
            return (try row.text(0, 0) ?? "", try row.text(0, 1) ?? "")
        }
        exportedSnapshot = row.0
        watermark = Watermark(text: row.1)
        self.connection = connection
    }

    /// Ends the transaction. The moment can no longer be dumped.
    public func close() { _ = try? connection.query(Statement(name: "end a backup", sql: "COMMIT")) }

    /// What `pg_dump` dumps the rows of: ordinary tables of people's schemas, but for those of extensions.
    private static let tables = Statement(
        name: "tables to back up",
        sql: """
            SELECT format('%I.%I', n.nspname, c.relname)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname <> 'information_schema'
               AND n.nspname NOT LIKE 'pg\\_%'
               AND NOT EXISTS (SELECT FROM pg_depend d
                                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
             ORDER BY 1
            """)

    /// Rows of every table, by its name as SQL writes it (`public.symbols`). One scan of each.
    public func rowCounts() throws(StoreError) -> [String: Int64] {
        try StoreError.wrapping("count rows") {
            let list = try connection.query(Self.tables)
            var counts: [String: Int64] = [:]
            for row in 0..<list.rowCount {
                // The name comes quoted from the catalogue.
                guard let table = try list.text(row, 0) else { continue }
                let count = Statement(name: "count \(table)", sql: "SELECT count(*) FROM \(table)")
                counts[table] = try connection.query(count).int64(0, 0) ?? 0
            }
            return counts
        }
    }

    /// Whether anything in the reference tables changed after a moment. Asked on another connection, or after `close`.
    public static func hasChanged(since watermark: Watermark, _ connection: Connection) throws(StoreError) -> Bool {
        try StoreError.wrapping("changes since the backup") {
            let isStamped = Statement(
                name: "look for stamps", sql: "SELECT to_regclass('reference_tombstones') IS NOT NULL")
            guard try connection.query(isStamped).bool(0, 0) == true else { return false }
            let changed = ["exchanges", "symbols", "reference_tombstones"].map { table in
                "EXISTS (SELECT FROM \(table) WHERE \(ReferenceStatements.changed(table)))"
            }
            let statement = Statement(
                name: "changes since the backup", sql: "SELECT \(changed.joined(separator: " OR "))")
            return try connection.query(statement, [.text(watermark.text)]).bool(0, 0) == true
        }
    }
}
