import PostgreSQL
import ReferenceStore

/// The objects that the plan's first phase added to a database, for `rollback`, which takes them back.
public enum ReferencePhase {
    /// Everything that the phase's tables are, in the order in which readers and writers lock them.
    public static let tables = [
        "exchanges", "symbols", "symbol_aliases", "reference_tombstones", "reference_feed_state", "reference_audit",
        "reference_audit_state", "symbol_inferences",
    ]

    /// Tables whose rows go when the phase is taken back, and how many there are; those that are not there are left
    /// out. One scan of each.
    public static func rowCounts(_ connection: Connection) throws(StoreError) -> [(table: String, rowCount: Int64)] {
        try StoreError.wrapping("reference phase") {
            var counts: [(String, Int64)] = []
            for table in ["exchanges", "symbols", "symbol_aliases", "reference_audit", "symbol_inferences"] {
                guard try connection.query(isThere, [.text(table)]).bool(0, 0) == true else { continue }
                let count = Statement(name: "count \(table)", sql: "SELECT count(*) FROM \(table)")
                counts.append((table, try connection.query(count).int64(0, 0) ?? 0))
            }
            return counts
        }
    }

    private static let isThere = Statement(name: "look for a table", sql: "SELECT to_regclass($1) IS NOT NULL")

    /// The tables that were there before the phase and stay, by their names as SQL writes them (`public.…`).
    public static func legacyTables(_ connection: Connection) throws(StoreError) -> [String] {
        try StoreError.wrapping("reference phase") {
            let result = try connection.query(legacyNames)
            var names: [String] = []
            for row in 0..<result.rowCount { names.append(try result.text(row, 0) ?? "") }
            return names
        }
    }

    private static let legacyNames = Statement(
        name: "legacy tables",
        sql: """
            SELECT format('%I.%I', n.nspname, c.relname)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.oid IN (to_regclass('book_ticker_snapshots'), to_regclass('trade_snapshots'))
             ORDER BY 1
            """)
}
