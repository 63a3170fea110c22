import PostgreSQL

/// What is asked of balances and orders.
package enum AccountStatements {
    private static let balance = TableStatements.accountBalances
    private static let change = TableStatements.balanceChanges
    private static let execution = TableStatements.orderExecutions
    private static let status = TableStatements.orderStatusHistory

    /// The newest balance of each account and asset: of an exchange, an account type, an asset (NULL is any), with a
    /// total above `$4` (NULL is any).
    package static let latestBalances = Statement(
        name: "latest balances",
        sql: """
            SELECT \(balance.selected("b")) FROM latest_account_balances b
             WHERE ($1::int2 IS NULL OR b.exchange_id = $1) AND ($2::text IS NULL OR b.account_type = $2)
               AND ($3::text IS NULL OR b.asset = $3) AND ($4::numeric IS NULL OR b.total_balance > $4)
             ORDER BY b.exchange_id, b.account_type, b.asset
            """)

    /// Of one account and asset, from `$4` on and before `$5`, the newest first, at most `$6`.
    package static let balanceHistory = history(balance)
    package static let balanceChanges = history(change)

    private static func history(_ table: TableStatements) -> Statement {
        Statement(
            name: "history of \(table.table)",
            sql: """
                SELECT \(table.selected("b")) FROM \(table.table) b
                 WHERE b.exchange_id = $1::int2 AND b.account_type = $2::text AND b.asset = $3::text
                   AND b.\(table.time) >= $4::timestamptz AND b.\(table.time) < $5::timestamptz
                 ORDER BY b.\(table.time) DESC, b.id DESC LIMIT $6::int8
                """)
    }

    /// Rows of one order.
    package static let order = Statement(
        name: "an order",
        sql: """
            SELECT \(execution.selected("o")) FROM order_executions o
             WHERE o.symbol_id = $1::int4 AND o.order_id = $2::text ORDER BY o.execution_time NULLS FIRST, o.id
            """)

    /// Rows of symbols whose order time is from `$2` on and before `$3`, the newest first, at most `$4`.
    package static let executions = Statement(
        name: "executions",
        sql: """
            SELECT \(execution.selected("o")) FROM order_executions o
             WHERE o.symbol_id = ANY ($1::int4[]) AND o.order_time >= $2::timestamptz AND o.order_time < $3::timestamptz
             ORDER BY o.order_time DESC, o.id DESC LIMIT $4::int8
            """)

    /// The newest row of each order of symbols that is not at its end: no row of it says otherwise.
    package static let openOrders = Statement(
        name: "open orders",
        sql: """
            SELECT \(execution.selected("o")) FROM (
                SELECT DISTINCT ON (o.symbol_id, o.order_id) * FROM order_executions o
                 WHERE o.symbol_id = ANY ($1::int4[]) AND o.status IN (1, 3)
                   AND NOT EXISTS (SELECT FROM order_executions e
                                    WHERE e.symbol_id = o.symbol_id AND e.order_id = o.order_id
                                      AND e.status NOT IN (-1, 1, 3))
                 ORDER BY o.symbol_id, o.order_id, o.id DESC) AS o
             ORDER BY o.order_time DESC, o.id DESC LIMIT $2::int8
            """)

    package static let statusHistory = Statement(
        name: "status of an order",
        sql: """
            SELECT \(status.selected("o")) FROM order_status_history o
             WHERE o.symbol_id = $1::int4 AND o.order_id = $2::text ORDER BY o.status_time, o.id
            """)

    /// Writes what is known of an order now: into the row that it has without any execution, else into that of the very
    /// execution, else into a new one. Parameters as of an INSERT.
    package static let recordExecution = Statement(
        name: "record execution",
        sql: """
            WITH known AS (
                UPDATE order_executions SET \(assignments(from: { "$\($0)" }))
                 WHERE id = (SELECT id FROM order_executions
                              WHERE symbol_id = $1 AND order_id = $2 AND (execution_id IS NULL OR execution_id = $4)
                              ORDER BY (execution_id = $4) IS TRUE DESC LIMIT 1 FOR UPDATE)
                RETURNING id
            ), added AS (
                INSERT INTO order_executions (\(execution.columns.joined(separator: ", ")))
                SELECT \(typed) WHERE NOT EXISTS (SELECT FROM known)
                ON CONFLICT ON CONSTRAINT order_executions_unique
                DO UPDATE SET \(assignments(from: { "EXCLUDED.\(execution.columns[$0 - 1])" }))
                RETURNING id
            )
            SELECT id FROM known UNION ALL SELECT id FROM added
            """)

    private static func assignments(from value: (Int) -> String) -> String {
        execution.columns.enumerated().map { "\($1) = \(value($0 + 1))" }.joined(separator: ", ")
    }

    /// A SELECT takes its parameters' types from nowhere.
    private static let typed = execution.columns.indices.map { index in
        let type =
            switch execution.columns[index] {
            case "symbol_id": "int4"
            case "side", "order_type", "time_in_force", "status": "int2"
            case "is_maker": "boolean"
            case "order_time", "execution_time": "timestamptz"
            case "order_id", "client_order_id", "execution_id", "commission_asset": "text"
            default: "numeric"
            }
        return "$\(index + 1)::\(type)"
    }.joined(separator: ", ")

    /// Removes rows of a table that are older than `$1`, at most `$2`.
    package static func removal(_ table: TableStatements) -> Statement {
        Statement(
            name: "remove from \(table.table)",
            sql: """
                DELETE FROM \(table.table) t
                 WHERE t.id IN (SELECT id FROM \(table.table)
                                 WHERE \(table.time) < $1::timestamptz LIMIT $2::int8)
                """)
    }
}
