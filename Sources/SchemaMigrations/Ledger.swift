import PostgreSQL

/// The table that remembers which migrations were applied, and as what text.
struct Ledger {
    static let tableName = "symbology_migrations"

    struct Entry {
        let version: Int
        let name: String
        let upChecksum: String
        let downChecksum: String?
        let appliedAt: String
        let appliedBy: String

        var label: String { Migration.label(version, name) }
    }

    /// Migrations of the time before v0.2.0, which no release contains. What they made is found under other names now.
    static let developmentNames: Set = [
        "create_legacy_market_data", "create_exchanges", "create_symbols", "create_change_feed",
        "create_reference_audit", "create_symbol_aliases", "refine_reference_triggers", "create_symbol_inferences",
        "prune_tombstones", "create_roles", "sweep_symbol_aliases", "complete_manager_grants",
    ]

    static let exists = Statement(
        name: "look for the ledger", sql: "SELECT to_regclass($1) IS NOT NULL, current_schema() IS NOT NULL")

    static let create = Statement(
        name: "create the ledger",
        sql: """
            CREATE TABLE IF NOT EXISTS \(tableName) (
                version integer PRIMARY KEY,
                name text NOT NULL,
                up_checksum text NOT NULL,
                down_checksum text,
                applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                applied_by text NOT NULL DEFAULT session_user
            )
            """)

    static let read = Statement(
        name: "read the ledger",
        sql: """
            SELECT version, name, up_checksum, down_checksum,
                   to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), applied_by
            FROM \(tableName) ORDER BY version
            """)

    // The database hashes: it has SHA-256, and so every client computes the same.
    static let checksum = Statement(
        name: "checksum a migration", sql: "SELECT encode(sha256(convert_to($1::text, 'UTF8')), 'hex')")

    static let insert = Statement(
        name: "write the ledger",
        sql: """
            INSERT INTO \(tableName) (version, name, up_checksum, down_checksum)
            VALUES ($1, $2, encode(sha256(convert_to($3::text, 'UTF8')), 'hex'),
                    encode(sha256(convert_to($4::text, 'UTF8')), 'hex'))
            """)

    static let delete = Statement(name: "write the ledger", sql: "DELETE FROM \(tableName) WHERE version = $1")

    /// What is applied, by version; empty when there is no ledger yet.
    static func entries(_ connection: Connection) throws(PostgreSQLError) -> [Entry] {
        guard try connection.query(exists, [.text(tableName)]).bool(0, 0) == true else { return [] }
        let rows = try connection.query(read)
        var entries: [Entry] = []
        for row in 0..<rows.rowCount {
            entries.append(
                Entry(
                    version: Int(try rows.int32(row, 0) ?? 0), name: try rows.text(row, 1) ?? "",
                    upChecksum: try rows.text(row, 2) ?? "", downChecksum: try rows.text(row, 3),
                    appliedAt: try rows.text(row, 4) ?? "", appliedBy: try rows.text(row, 5) ?? ""))
        }
        return entries
    }

    static func checksum(of sql: String, _ connection: Connection) throws(PostgreSQLError) -> String {
        try connection.query(checksum, [.text(sql)]).text(0, 0) ?? ""
    }
}
