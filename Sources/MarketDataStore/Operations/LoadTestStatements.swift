import PostgreSQL

/// Takes away what a load test wrote, and nothing else.
package enum LoadTestStatements {
    /// Quotes by their ids, from `$2` on.
    package static let removeQuotes = Statement(
        name: "remove the load test's quotes",
        sql: """
            DELETE FROM book_ticker_snapshots_v2
             WHERE id = ANY ($1::text[]::int8[]) AND "timestamp" >= $2::timestamptz
            """)

    package static let removeBalances = Statement(
        name: "remove the load test's balances", sql: "DELETE FROM account_balances WHERE asset = $1::text")

    /// Orders whose ids begin so.
    package static let removeOrders = Statement(
        name: "remove the load test's orders",
        sql: "DELETE FROM order_executions WHERE starts_with(order_id, $1::text) AND order_time >= $2::timestamptz")
}
