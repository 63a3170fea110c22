import PostgreSQL

/// A table that programs write rows to, many at once or one, and read them from: the statements, and in what order
/// their columns stand.
package struct TableStatements: Sendable {
    package let table: String
    /// What is written, in order.
    package let columns: [String]
    /// The time of a row.
    package let time: String

    /// `COPY … FROM STDIN`, binary.
    package let copy: Statement
    /// One row; `$1`… are the columns, the id comes back.
    package let insert: Statement

    private init(_ table: String, time: String, _ columns: [String]) {
        self.table = table
        self.columns = columns
        self.time = time
        let list = columns.joined(separator: ", ")
        let values = (1...columns.count).map { "$\($0)" }.joined(separator: ", ")
        copy = Statement(name: "copy into \(table)", sql: "COPY \(table) (\(list)) FROM STDIN (FORMAT binary)")
        insert = Statement(
            name: "insert into \(table)", sql: "INSERT INTO \(table) (\(list)) VALUES (\(values)) RETURNING id")
    }

    /// What is read: the id, the columns that are written, `created_at`.
    package func selected(_ alias: String) -> String {
        (["id"] + columns + ["created_at"]).map { "\(alias).\($0)" }.joined(separator: ", ")
    }

    package static let bookTickers = TableStatements(
        "book_ticker_snapshots_v2", time: "\"timestamp\"",
        ["symbol_id", "bid_price", "bid_qty", "ask_price", "ask_qty", "\"timestamp\""])

    package static let trades = TableStatements(
        "trade_snapshots_v2", time: "\"timestamp\"",
        [
            "symbol_id", "price", "quantity", "side", "\"timestamp\"", "trade_id", "quote_quantity", "is_buyer",
            "is_maker",
        ])

    package static let accountBalances = TableStatements(
        "account_balances", time: "snapshot_time",
        [
            "exchange_id", "account_type", "asset", "free_balance", "locked_balance", "margin_balance",
            "unrealized_pnl", "snapshot_time",
        ])

    package static let balanceChanges = TableStatements(
        "balance_changes", time: "change_time",
        [
            "exchange_id", "account_type", "asset", "change_type", "amount", "previous_balance", "new_balance",
            "reference_id", "reference_type", "description", "change_time",
        ])

    package static let orderExecutions = TableStatements(
        "order_executions", time: "order_time",
        [
            "symbol_id", "order_id", "client_order_id", "execution_id", "side", "order_type", "time_in_force",
            "original_quantity", "executed_quantity", "remaining_quantity", "order_price", "execution_price",
            "stop_price", "iceberg_quantity", "commission", "commission_asset", "status", "is_maker", "order_time",
            "execution_time",
        ])

    package static let orderStatusHistory = TableStatements(
        "order_status_history", time: "status_time",
        [
            "symbol_id", "order_id", "previous_status", "new_status", "original_quantity", "filled_quantity",
            "remaining_quantity", "status_reason", "status_time",
        ])
}
