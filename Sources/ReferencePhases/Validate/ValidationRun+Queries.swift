import Platform
import PostgreSQL
import ReferenceStore

// How long queries of the third and the fourth phase take, against what is promised.
extension ValidationRun {
    private static let runCount = 5

    /// The median of some runs, after one that fills the caches. The rows are read, as whoever asks would.
    func judgeQuery(
        _ name: String, limitMilliseconds limit: UInt64, _ sql: String, _ parameters: [Parameter] = []
    ) throws(StoreError) {
        try check(name) {
            let statement = Statement(name: "time \(name)", sql: sql)
            let rowCount = try connection.query(statement, parameters).rowCount
            var runs: [UInt64] = []
            for _ in 0..<Self.runCount {
                let start = MonotonicClock.nanoseconds()
                try connection.query(statement, parameters)
                runs.append((MonotonicClock.nanoseconds() - start) / 1_000)
            }
            let median = runs.sorted()[runs.count / 2]
            return .judged(
                median <= limit * 1_000,
                "\(median / 1_000).\(String(median % 1_000 + 1_000).dropFirst()) ms for \(rowCount) rows, \(limit) ms "
                    + "are promised")
        }
    }

    /// A symbol that has quotes, else any: what is timed is the way to a row that is there.
    private static let symbol = """
        coalesce((SELECT symbol_id FROM book_ticker_snapshots_v2 LIMIT 1), (SELECT min(id) FROM symbols), 0)
        """

    func judgeQueries(_ targets: PlanTargets) throws(StoreError) {
        try check("server.jit") {
            try texts("look for JIT", "SELECT current_setting('jit')").first == "off"
                ? .passed("off")
                : .warning("on: queries over many partitions are compiled each time; ALTER DATABASE … SET jit = off")
        }
        try judgeQuery(
            "query.latest_of_all", limitMilliseconds: targets.latestMilliseconds,
            "SELECT * FROM latest_book_ticker_snapshots")
        try judgeQuery(
            "query.newest_of_a_symbol", limitMilliseconds: targets.queryMilliseconds,
            """
            SELECT * FROM book_ticker_snapshots_v2 WHERE symbol_id = (SELECT \(Self.symbol))
             ORDER BY "timestamp" DESC LIMIT 1
            """)
        try judgeQuery(
            "query.last_hour_of_a_symbol", limitMilliseconds: targets.queryMilliseconds,
            """
            SELECT * FROM book_ticker_snapshots_v2 WHERE symbol_id = (SELECT \(Self.symbol))
               AND "timestamp" > now() - interval '1 hour' AND "timestamp" <= now()
             ORDER BY "timestamp" DESC LIMIT 100
            """)
    }

    private static let account = "(SELECT exchange_id, account_type, asset FROM account_balances LIMIT 1)"
    private static let order = "(SELECT symbol_id, order_id FROM order_executions LIMIT 1)"

    func judgeTradingQueries(_ targets: PlanTargets) throws(StoreError) {
        let balances = targets.balanceMilliseconds
        try judgeQuery(
            "query.balances_of_an_account", limitMilliseconds: balances,
            """
            SELECT l.* FROM latest_account_balances l
             WHERE (exchange_id, account_type) = (SELECT a.exchange_id, a.account_type FROM \(Self.account) a)
            """)
        try judgeQuery(
            "query.balance_of_an_asset", limitMilliseconds: balances,
            """
            SELECT * FROM account_balances WHERE (exchange_id, account_type, asset) = \(Self.account)
             ORDER BY snapshot_time DESC LIMIT 1
            """)
        let orders = targets.orderMilliseconds
        try judgeQuery(
            "query.executions_of_an_order", limitMilliseconds: orders,
            "SELECT * FROM order_executions WHERE (symbol_id, order_id) = \(Self.order)")
        try judgeQuery(
            "query.newest_orders_of_a_symbol", limitMilliseconds: orders,
            """
            SELECT * FROM order_executions WHERE symbol_id = (SELECT o.symbol_id FROM \(Self.order) o)
             ORDER BY order_time DESC LIMIT 100
            """)
        try judgeQuery(
            "query.open_orders", limitMilliseconds: orders, "SELECT * FROM order_executions WHERE status IN (1, 3)")
        try judgeQuery(
            "query.status_of_an_order", limitMilliseconds: orders,
            """
            SELECT * FROM order_status_history WHERE (symbol_id, order_id) = \(Self.order)
             ORDER BY status_time DESC
            """)
        try judgeQuery(
            "query.arbitrage_opportunities", limitMilliseconds: targets.arbitrageMilliseconds,
            "SELECT * FROM arbitrage_opportunities")
        try judgeQuery(
            "query.trading_performance_summary", limitMilliseconds: targets.crossVenueMilliseconds,
            "SELECT * FROM trading_performance_summary")
        try judgeQuery(
            "query.latest_health_checks", limitMilliseconds: targets.healthMilliseconds,
            "SELECT * FROM latest_health_checks")
        try judgeQuery(
            "query.performance_alerts", limitMilliseconds: targets.healthMilliseconds,
            "SELECT * FROM performance_alerts")
    }
}
