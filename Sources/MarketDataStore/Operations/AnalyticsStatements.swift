import PostgreSQL

/// What is asked of the views over quotes, executions and metrics.
package enum AnalyticsStatements {
    /// Those with a profit of `$1` percent and more, the best first. Names of venues come in one text, a unit separator
    /// between them.
    package static let arbitrage = Statement(
        name: "arbitrage opportunities",
        sql: """
            SELECT base_asset, quote_asset, highest_bid, lowest_ask, spread_opportunity,
                round(profit_percentage, 18), array_to_string(exchanges, chr(31)), buy_exchange,
                buy_symbol_id, sell_exchange, sell_symbol_id, oldest_quote_time
              FROM arbitrage_opportunities WHERE profit_percentage >= $1::numeric
             ORDER BY profit_percentage DESC, base_asset, quote_asset LIMIT $2::int8
            """)

    package static let performance = Statement(
        name: "trading performance",
        sql: """
            SELECT exchange, symbol_pair, symbol_id, order_count, execution_count, filled_count, cancelled_count,
                rejected_count, buy_quantity, sell_quantity, round(average_price, 18), round(fill_percentage, 18),
                round(maker_percentage, 18), round(average_wait_ms, 6), last_execution_time
              FROM trading_performance_summary ORDER BY exchange, symbol_pair, symbol_id
            """)

    package static let alerts = Statement(
        name: "performance alerts",
        sql: """
            SELECT severity, alert_type, name, instance, value, unit, limit_value, detail, noticed_at
              FROM performance_alerts ORDER BY severity, name, instance
            """)
}
