import PostgreSQL
import ReferenceStore

/// The objects that the plan's third and fourth phase added to a database, for `rollback`, which takes them back. The
/// third made none of its own.
public enum TradingPhase {
    /// Whose rows go with it, and matter to people.
    private static let kept = ["account_balances", "balance_changes", "order_executions", "order_status_history"]
    /// Those that are measured all the time, while it is taken back too.
    private static let measured = ["system_metrics", "health_checks", "metric_limits"]

    /// What it drops, and what loses a foreign key by that; in the order in which they are locked.
    public static let tables = ["exchanges", "symbols"] + kept + measured

    /// Rows that go, of the tables that are there. One scan of each.
    public static func rowCounts(_ connection: Connection) throws(StoreError) -> [(table: String, rowCount: Int64)] {
        try StoreError.wrapping("trading phase") {
            try (kept + measured).compactMap { table in
                guard try isThere(table, connection) else { return nil }
                let count = Statement(name: "count \(table)", sql: "SELECT count(*) FROM \(table)")
                return (table, try connection.query(count).int64(0, 0) ?? 0)
            }
        }
    }

    /// Something that differs where rows came, went or were changed, but for what is measured. One look at each row.
    public static func content(_ connection: Connection) throws(StoreError) -> [String] {
        try StoreError.wrapping("trading phase") {
            try kept.compactMap { table in
                guard try isThere(table, connection) else { return nil }
                let look = Statement(
                    name: "look at \(table)",
                    sql: "SELECT format('%s %s', count(*), sum(hashtextextended(t::text, 0))) FROM \(table) t")
                return try connection.query(look).text(0, 0)
            }
        }
    }

    private static func isThere(_ table: String, _ connection: Connection) throws -> Bool {
        let isThere = Statement(name: "look for a table", sql: "SELECT to_regclass($1) IS NOT NULL")
        return try connection.query(isThere, [.text(table)]).bool(0, 0) == true
    }
}
