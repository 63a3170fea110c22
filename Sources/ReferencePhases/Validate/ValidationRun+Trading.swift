import PostgreSQL
import ReferenceStore

// Balances, executions and analytics: the schema, that its rules refuse, and rows that contradict each other.
extension ValidationRun {
    private static let tradingRelations: [(name: String, kind: String)] = [
        ("account_balances", "r"), ("balance_changes", "r"), ("order_executions", "r"), ("order_status_history", "r"),
        ("system_metrics", "r"), ("health_checks", "r"), ("metric_limits", "r"), ("latest_account_balances", "v"),
        ("latest_system_metrics", "v"), ("latest_health_checks", "v"), ("hourly_system_metrics", "v"),
        ("performance_alerts", "v"), ("arbitrage_opportunities", "v"), ("trading_performance_summary", "v"),
        ("hourly_trading_report", "m"),
    ]

    private static let tradingIndexes = [
        "account_balances_moment_unique", "idx_account_balances_time", "idx_balance_changes_account",
        "idx_balance_changes_reference", "idx_balance_changes_time", "order_executions_unique",
        "idx_order_executions_symbol_time", "idx_order_executions_order", "idx_order_executions_client_order",
        "idx_order_executions_open", "idx_order_executions_order_time", "idx_order_executions_execution_time",
        "idx_order_status_history_order", "idx_order_status_history_time", "idx_system_metrics_name",
        "idx_system_metrics_time", "idx_health_checks_component", "idx_health_checks_time",
        "hourly_trading_report_unique",
    ]

    /// False when tables are missing that the other checks read.
    func checkTradingSchema() throws(StoreError) -> Bool {
        var isComplete = true
        for relation in Self.tradingRelations {
            let verdict = try check("table.\(relation.name)") {
                let kind = try texts(
                    "look for a relation", "SELECT relkind::text FROM pg_class WHERE oid = to_regclass($1)",
                    [.text(relation.name)]
                ).first
                guard let kind else { return .failed("is not there; run: symbology migrate up") }
                return .judged(kind == relation.kind, kind == relation.kind ? "" : "is of another kind (\(kind))")
            }
            if verdict == .failed { isComplete = false }
        }
        for index in Self.tradingIndexes {
            try check("index.\(index)") {
                let isValid = try texts(
                    "look for an index",
                    "SELECT (indisvalid AND indisready)::text FROM pg_index WHERE indexrelid = to_regclass($1)",
                    [.text(index)]
                ).first
                guard let isValid else { return .failed("is not there; migrate 013 to 016 down and up") }
                return .judged(isValid == "true", isValid == "true" ? "" : "is not valid: REINDEX INDEX \(index)")
            }
        }
        return isComplete
    }

    /// A good row of each table; each attempt breaks one thing of it.
    private static let tradingRows: [String: [String: String]] = [
        "account_balances": [
            "exchange_id": "32767", "account_type": "'SPOT'", "asset": "'VALIDATE'", "free_balance": "1",
            "locked_balance": "1", "snapshot_time": "now()",
        ],
        "balance_changes": [
            "exchange_id": "32767", "account_type": "'SPOT'", "asset": "'VALIDATE'", "change_type": "'FEE'",
            "amount": "-1", "previous_balance": "2", "new_balance": "1", "change_time": "now()",
        ],
        "order_executions": [
            "symbol_id": "2147483647", "order_id": "'1'", "side": "1", "order_type": "1", "time_in_force": "1",
            "original_quantity": "2", "executed_quantity": "1", "remaining_quantity": "1", "status": "3",
            "order_time": "now()",
        ],
        "order_status_history": [
            "symbol_id": "2147483647", "order_id": "'1'", "new_status": "1", "original_quantity": "2",
            "filled_quantity": "1", "remaining_quantity": "1", "status_time": "now()",
        ],
        "system_metrics": [
            "metric_category": "'CACHE'", "metric_name": "'validate'", "metric_value": "1", "metric_time": "now()",
        ],
        "health_checks": ["component": "'validate'", "status": "'HEALTHY'", "check_time": "now()"],
    ]

    /// Table, the column that is wrong, its value, the rule that must refuse it.
    private static let tradingFaults: [(table: String, column: String, value: String, rule: String)] = [
        ("account_balances", "account_type", "'CASH'", "account_balances_account_type"),
        ("account_balances", "asset", "''", "account_balances_asset"),
        ("account_balances", "free_balance", "-1", "account_balances_free"),
        ("account_balances", "locked_balance", "'NaN'", "account_balances_locked"),
        ("account_balances", "margin_balance", "'NaN'", "account_balances_margin"),
        ("account_balances", "unrealized_pnl", "'NaN'", "account_balances_pnl"),
        ("account_balances", "snapshot_time", "'infinity'", "account_balances_time"),
        ("balance_changes", "account_type", "'CASH'", "balance_changes_account_type"),
        ("balance_changes", "asset", "''", "balance_changes_asset"),
        ("balance_changes", "change_type", "'GIFT'", "balance_changes_type"),
        ("balance_changes", "new_balance", "2", "balance_changes_sum"),
        ("balance_changes", "reference_id", "''", "balance_changes_reference"),
        ("balance_changes", "change_time", "'infinity'", "balance_changes_time"),
        ("order_executions", "order_id", "''", "order_executions_ids"),
        ("order_executions", "side", "3", "order_executions_side"),
        ("order_executions", "order_type", "8", "order_executions_order_type"),
        ("order_executions", "time_in_force", "5", "order_executions_time_in_force"),
        ("order_executions", "status", "0", "order_executions_status"),
        ("order_executions", "executed_quantity", "3", "order_executions_quantities"),
        ("order_executions", "order_price", "0", "order_executions_prices"),
        ("order_executions", "iceberg_quantity", "3", "order_executions_iceberg"),
        ("order_executions", "commission", "'NaN'", "order_executions_commission"),
        ("order_executions", "execution_time", "'infinity'", "order_executions_times"),
        ("order_status_history", "order_id", "''", "order_status_history_order_id"),
        ("order_status_history", "previous_status", "8", "order_status_history_previous"),
        ("order_status_history", "new_status", "0", "order_status_history_new"),
        ("order_status_history", "remaining_quantity", "2", "order_status_history_quantities"),
        ("order_status_history", "status_time", "'infinity'", "order_status_history_time"),
        ("system_metrics", "metric_category", "'OTHER'", "system_metrics_category"),
        ("system_metrics", "metric_name", "''", "system_metrics_texts"),
        ("system_metrics", "metric_value", "'NaN'", "system_metrics_value"),
        ("system_metrics", "metric_time", "'infinity'", "system_metrics_time"),
        ("health_checks", "component", "''", "health_checks_texts"),
        ("health_checks", "status", "'GOOD'", "health_checks_status"),
        ("health_checks", "response_time_ms", "-1", "health_checks_response_time"),
        ("health_checks", "check_time", "'infinity'", "health_checks_time"),
    ]

    /// Rows with an id of their own, so that no identity value is drawn.
    private static func insert(_ table: String, _ row: [String: String], count: Int = 1) -> String {
        let names = row.keys.sorted()
        let values = names.map { row[$0] ?? "NULL" }.joined(separator: ", ")
        let rows = (1...count).map { "(-\($0), \(values))" }.joined(separator: ", ")
        return "INSERT INTO \(table) (id, \(names.joined(separator: ", "))) OVERRIDING SYSTEM VALUE VALUES \(rows)"
    }

    func checkTradingRefusals() throws(StoreError) {
        for fault in Self.tradingFaults {
            let row = (Self.tradingRows[fault.table] ?? [:]).merging([fault.column: fault.value]) { $1 }
            let attempt = Attempt(
                name: "\(fault.table).\(fault.rule.dropFirst(fault.table.count + 1))",
                sql: Self.insert(fault.table, row), sqlState: "23514", constraint: fault.rule)
            try check("refuses.\(attempt.name)") { try judge(attempt) }
        }
        let twice = [
            ("account_balances", "account_balances_moment_unique"), ("order_executions", "order_executions_unique"),
        ]
        for (table, constraint) in twice {
            let attempt = Attempt(
                name: "\(table).twice", sql: Self.insert(table, Self.tradingRows[table] ?? [:], count: 2),
                sqlState: "23505", constraint: constraint)
            try check("refuses.\(attempt.name)") { try judge(attempt) }
        }
        for table in ["account_balances", "balance_changes", "order_executions", "order_status_history"] {
            let attempt = Attempt(
                name: "\(table).orphan", sql: Self.insert(table, Self.tradingRows[table] ?? [:]), sqlState: "23503")
            try check("refuses.\(attempt.name)") { try judge(attempt) }
        }
    }

    /// Name, verdict where there is one, and a statement that gives a complaint a row.
    private static let tradingLooks: [(name: String, verdict: ValidationCheck.Verdict, sql: String)] = [
        (
            "rows.overfilled_orders", .failed,
            """
            SELECT format('order %s of symbol %s has filled %s of %s', order_id, symbol_id, sum(executed_quantity),
                          max(original_quantity))
              FROM order_executions GROUP BY symbol_id, order_id
            HAVING sum(executed_quantity) > max(original_quantity)
            """
        ),
        (
            "rows.executions_without_price", .failed,
            """
            SELECT format('%s executions have a quantity and no price or no time, id %s for one', count(*), min(id))
              FROM order_executions
             WHERE executed_quantity > 0 AND (execution_price IS NULL OR execution_time IS NULL) HAVING count(*) > 0
            """
        ),
        (
            "rows.broken_balance_chains", .warning,
            """
            SELECT format('%s changes begin with another balance than the one before ended with, id %s for one',
                          count(*), min(id))
              FROM (SELECT id, previous_balance, lag(new_balance) OVER (
                               PARTITION BY exchange_id, account_type, asset ORDER BY change_time, id) AS before
                      FROM balance_changes) AS chain
             WHERE previous_balance <> before HAVING count(*) > 0
            """
        ),
        (
            "report.refreshed", .warning,
            """
            SELECT 'hourly_trading_report lacks executions of the hours before: let a timer run symbology retain'
             WHERE EXISTS (
                   SELECT FROM order_executions o
                    WHERE o.execution_time < date_trunc('hour', now(), 'UTC') - interval '2 hours'
                      AND o.execution_time >= date_trunc('hour', now() - interval '29 days', 'UTC')
                      AND o.executed_quantity > 0
                      AND NOT EXISTS (
                          SELECT FROM hourly_trading_report r
                           WHERE r.hour = date_trunc('hour', o.execution_time, 'UTC') AND r.symbol_id = o.symbol_id
                             AND r.side = o.side))
            """
        ),
    ]

    func checkTradingRows() throws(StoreError) {
        for look in Self.tradingLooks {
            try check(look.name) {
                let complaints = try texts(look.name, look.sql)
                guard !complaints.isEmpty else { return .passed() }
                return ValidationFinding(verdict: look.verdict, detail: ValidationFinding.listed(complaints))
            }
        }
    }
}
