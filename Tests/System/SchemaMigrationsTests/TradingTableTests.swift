import PostgreSQL
import TestSupport
import Testing

/// What the tables of balances, executions and monitoring take, and what they refuse.
@Suite struct TradingTableTests {
    let database: TestSession

    init() throws {
        database = try TestSession()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT')
            """)
    }

    /// A good row of each table, without what may be left out.
    private static let rows: [String: [String: String]] = [
        "account_balances": [
            "exchange_id": "1", "account_type": "'SPOT'", "asset": "'BTC'", "free_balance": "1.5",
            "snapshot_time": "'2026-11-30'",
        ],
        "balance_changes": [
            "exchange_id": "1", "account_type": "'SPOT'", "asset": "'BTC'", "change_type": "'TRADE'", "amount": "-0.1",
            "previous_balance": "1", "new_balance": "0.9", "change_time": "'2026-11-30'",
        ],
        "order_executions": [
            "symbol_id": "1", "order_id": "'o1'", "side": "1", "order_type": "1", "original_quantity": "2",
            "executed_quantity": "0.5", "remaining_quantity": "1.5", "status": "3", "order_time": "'2026-11-30'",
        ],
        "order_status_history": [
            "symbol_id": "1", "order_id": "'o1'", "new_status": "1", "original_quantity": "2", "filled_quantity": "0.5",
            "remaining_quantity": "1.5", "status_time": "'2026-11-30'",
        ],
        "system_metrics": ["metric_category": "'CACHE'", "metric_name": "'m'", "metric_value": "1"],
        "health_checks": ["component": "'c'", "status": "'HEALTHY'"],
        "metric_limits": ["metric_name": "'m'", "warning_above": "1", "critical_above": "2"],
    ]

    /// Everything that may not be NULL, with what may be left out because the database fills it in.
    static let requiredColumns: [String: [String]] = [
        "account_balances": [
            "exchange_id", "account_type", "asset", "free_balance", "locked_balance", "snapshot_time", "created_at",
        ],
        "balance_changes": [
            "exchange_id", "account_type", "asset", "change_type", "amount", "previous_balance", "new_balance",
            "change_time", "created_at",
        ],
        "order_executions": [
            "symbol_id", "order_id", "side", "order_type", "time_in_force", "original_quantity", "executed_quantity",
            "remaining_quantity", "status", "order_time", "created_at",
        ],
        "order_status_history": [
            "symbol_id", "order_id", "new_status", "original_quantity", "filled_quantity", "remaining_quantity",
            "status_time", "created_at",
        ],
        "system_metrics": [
            "metric_category", "metric_name", "instance", "metric_value", "metric_unit", "metric_time",
        ],
        "health_checks": ["component", "instance", "status", "check_time"],
        "metric_limits": ["metric_name"],
    ]

    private func insert(_ table: String, _ changes: [String: String] = [:]) throws(PostgreSQLError) {
        let row = (Self.rows[table] ?? [:]).merging(changes) { $1 }
        let names = row.keys.sorted()
        let values = names.map { row[$0] ?? "NULL" }.joined(separator: ", ")
        try database.run("INSERT INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(values))")
    }

    private func expectRefused(
        _ table: String, _ changes: [String: String], sqlState: String, constraint: String? = nil
    ) {
        let error = #expect(throws: PostgreSQLError.self, "\(table) \(changes)") { try insert(table, changes) }
        #expect(error?.sqlState == sqlState, "\(table) \(changes): \(String(describing: error))")
        if let constraint { #expect(error?.constraintName == constraint, "\(table) \(changes)") }
    }

    @Test("what must be there must be there", arguments: requiredColumns.keys.sorted())
    func missing(table: String) throws {
        try insert(table)
        for column in Self.requiredColumns[table] ?? [] { expectRefused(table, [column: "NULL"], sqlState: "23502") }
        // No column more, and none less.
        let notNull = try database.text(
            """
            SELECT string_agg(attname, ' ' ORDER BY attname COLLATE "C") FROM pg_attribute
             WHERE attrelid = '\(table)'::regclass AND attnum > 0 AND attnotnull AND attidentity = ''
               AND attgenerated = ''
            """)
        #expect(notNull == Self.requiredColumns[table]?.sorted().joined(separator: " "))
    }

    /// Table, rule, and what breaks it: columns with their values.
    static let faults: [(table: String, rule: String, values: [[String: String]])] = [
        ("account_balances", "account_type", [["account_type": "'spot'"], ["account_type": "''"]]),
        ("account_balances", "asset", [["asset": "''"], ["asset": "repeat('x', 26)"], ["asset": "repeat('é', 13)"]]),
        ("account_balances", "free", [["free_balance": "-1e-18"], ["free_balance": "'NaN'"]]),
        ("account_balances", "locked", [["locked_balance": "-1"], ["locked_balance": "'NaN'"]]),
        ("account_balances", "margin", [["margin_balance": "'NaN'"]]),
        ("account_balances", "pnl", [["unrealized_pnl": "'NaN'"]]),
        ("account_balances", "time", [["snapshot_time": "'infinity'"], ["snapshot_time": "'-infinity'"]]),
        ("balance_changes", "account_type", [["account_type": "'CROSS'"]]),
        ("balance_changes", "asset", [["asset": "''"], ["asset": "repeat('x', 26)"]]),
        ("balance_changes", "type", [["change_type": "'trade'"], ["change_type": "'REBATE'"]]),
        (
            "balance_changes", "sum",
            [
                ["new_balance": "0.900000000000000001"], ["amount": "0.1"], ["previous_balance": "2"],
                ["amount": "'NaN'", "new_balance": "'NaN'"], ["previous_balance": "'NaN'", "new_balance": "'NaN'"],
            ]
        ),
        (
            "balance_changes", "reference",
            [["reference_id": "''"], ["reference_id": "repeat('x', 101)"], ["reference_type": "repeat('x', 51)"]]
        ),
        ("balance_changes", "time", [["change_time": "'infinity'"]]),
        (
            "order_executions", "ids",
            [
                ["order_id": "''"], ["order_id": "repeat('x', 101)"], ["client_order_id": "''"],
                ["execution_id": "repeat('x', 101)"],
            ]
        ),
        ("order_executions", "side", [["side": "0"], ["side": "3"]]),
        ("order_executions", "order_type", [["order_type": "0"], ["order_type": "8"]]),
        ("order_executions", "time_in_force", [["time_in_force": "0"], ["time_in_force": "5"]]),
        ("order_executions", "status", [["status": "-2"], ["status": "0"], ["status": "8"]]),
        (
            "order_executions", "quantities",
            [
                ["original_quantity": "0", "executed_quantity": "0", "remaining_quantity": "0"],
                ["original_quantity": "'NaN'"], ["original_quantity": "'Infinity'"], ["executed_quantity": "-1"],
                ["executed_quantity": "2.1", "remaining_quantity": "0"], ["executed_quantity": "'NaN'"],
                ["remaining_quantity": "1.6"], ["remaining_quantity": "-1"], ["remaining_quantity": "'NaN'"],
            ]
        ),
        (
            "order_executions", "prices",
            ["order_price", "execution_price", "stop_price"].flatMap { column in
                ["0", "-1", "'NaN'", "'Infinity'"].map { [column: $0] }
            }
        ),
        ("order_executions", "iceberg", ["0", "2.1", "'NaN'"].map { ["iceberg_quantity": $0] }),
        (
            "order_executions", "commission",
            ["'NaN'", "'Infinity'", "'-Infinity'"].map { ["commission": $0] } + [
                ["commission_asset": "''"], ["commission": "1", "commission_asset": "repeat('x', 26)"],
            ]
        ),
        ("order_executions", "times", [["order_time": "'infinity'"], ["execution_time": "'-infinity'"]]),
        ("order_status_history", "order_id", [["order_id": "''"], ["order_id": "repeat('x', 101)"]]),
        ("order_status_history", "previous", [["previous_status": "0"], ["previous_status": "8"]]),
        ("order_status_history", "new", [["new_status": "0"], ["new_status": "-2"]]),
        (
            "order_status_history", "quantities",
            [
                ["filled_quantity": "0.6"], ["remaining_quantity": "2"], ["original_quantity": "3"],
                ["filled_quantity": "2.5", "remaining_quantity": "-0.5"],
                ["filled_quantity": "-0.5", "remaining_quantity": "2.5"],
                ["original_quantity": "0", "filled_quantity": "0", "remaining_quantity": "0"],
                ["original_quantity": "'NaN'", "filled_quantity": "'NaN'"],
                ["original_quantity": "'Infinity'", "filled_quantity": "'Infinity'"],
            ]
        ),
        ("order_status_history", "time", [["status_time": "'infinity'"]]),
        ("system_metrics", "category", [["metric_category": "'cache'"], ["metric_category": "'DISK'"]]),
        (
            "system_metrics", "texts",
            [
                ["metric_name": "''"], ["metric_name": "repeat('x', 101)"], ["instance": "repeat('x', 101)"],
                ["metric_unit": "repeat('x', 21)"],
            ]
        ),
        ("system_metrics", "value", ["'NaN'", "'Infinity'", "'-Infinity'"].map { ["metric_value": $0] }),
        ("system_metrics", "time", [["metric_time": "'infinity'"]]),
        ("health_checks", "status", [["status": "'healthy'"], ["status": "'DOWN'"]]),
        (
            "health_checks", "texts",
            [
                ["component": "''"], ["component": "repeat('x', 101)"], ["instance": "repeat('x', 101)"],
                ["detail": "repeat('x', 2001)"],
            ]
        ),
        ("health_checks", "response_time", ["-1", "'NaN'", "'Infinity'"].map { ["response_time_ms": $0] }),
        ("health_checks", "time", [["check_time": "'-infinity'"]]),
        ("metric_limits", "order", [["warning_above": "3"]]),
        ("metric_limits", "some", [["warning_above": "NULL", "critical_above": "NULL"]]),
    ]

    @Test("each rule refuses what it must, and there is no rule that nothing tries")
    func refuses() throws {
        for (table, rule, values) in Self.faults {
            for changes in values {
                expectRefused(table, changes, sqlState: "23514", constraint: "\(table)_\(rule)")
            }
        }
        let tables = Self.rows.keys.sorted()
        let rules = try database.text(
            """
            SELECT string_agg(conname, ' ' ORDER BY conname COLLATE "C") FROM pg_constraint
             WHERE contype = 'c' AND conrelid = ANY ('{\(tables.joined(separator: ","))}'::regclass[])
            """)
        #expect(rules == Self.faults.map { "\($0.table)_\($0.rule)" }.sorted().joined(separator: " "))
        for table in tables { try insert(table) }
    }

    /// Table, column, and everything that it may say.
    static let codes: [(table: String, column: String, values: [String])] = [
        ("account_balances", "account_type", ["'SPOT'", "'FUTURES'", "'MARGIN'", "'OPTIONS'"]),
        ("balance_changes", "account_type", ["'SPOT'", "'FUTURES'", "'MARGIN'", "'OPTIONS'"]),
        (
            "balance_changes", "change_type",
            ["'TRADE'", "'DEPOSIT'", "'WITHDRAWAL'", "'TRANSFER'", "'FEE'", "'ADJUSTMENT'"]
        ),
        ("order_executions", "side", ["1", "2"]),
        ("order_executions", "order_type", (1...7).map(String.init)),
        ("order_executions", "time_in_force", (1...4).map(String.init)),
        ("order_executions", "status", ["-1"] + (1...7).map(String.init)),
        ("order_status_history", "previous_status", ["NULL", "-1"] + (1...7).map(String.init)),
        ("order_status_history", "new_status", ["-1"] + (1...7).map(String.init)),
        ("system_metrics", "metric_category", ["'PERFORMANCE'", "'CACHE'", "'DATABASE'", "'NETWORK'", "'BUSINESS'"]),
        ("health_checks", "status", ["'HEALTHY'", "'WARNING'", "'CRITICAL'", "'UNKNOWN'"]),
    ]

    @Test("each code is taken")
    func takes() throws {
        for (table, column, values) in Self.codes {
            for (number, value) in values.enumerated() {
                var row = [column: value]
                // Else it would be the same moment, or the same execution.
                if table == "account_balances" { row["snapshot_time"] = "'2026-11-29'::date + \(number)" }
                if table == "order_executions" { row["execution_id"] = "'\(column)\(number)'" }
                try insert(table, row)
            }
        }
    }

    @Test("what is the same twice is refused, and what only looks so is not")
    func twice() throws {
        try insert("account_balances")
        expectRefused(
            "account_balances", ["free_balance": "2"], sqlState: "23505", constraint: "account_balances_moment_unique")
        for other in [["exchange_id": "2"], ["account_type": "'MARGIN'"], ["asset": "'btc'"]] {
            try insert("account_balances", other)
        }
        // Without execution_id there is one row of an order.
        try insert("order_executions")
        expectRefused("order_executions", [:], sqlState: "23505", constraint: "order_executions_unique")
        try insert("order_executions", ["execution_id": "'e1'"])
        expectRefused(
            "order_executions", ["execution_id": "'e1'"], sqlState: "23505", constraint: "order_executions_unique")
        try insert("order_executions", ["order_id": "'o2'"])
        expectRefused("metric_limits", ["metric_name": "'lookup_p99'"], sqlState: "23505")
    }

    @Test("no row without its exchange or symbol, and none of these goes while rows refer to it")
    func orphans() throws {
        for table in ["account_balances", "balance_changes"] {
            expectRefused(table, ["exchange_id": "99"], sqlState: "23503", constraint: "\(table)_exchange_id_fkey")
        }
        for table in ["order_executions", "order_status_history"] {
            expectRefused(table, ["symbol_id": "99"], sqlState: "23503", constraint: "\(table)_symbol_id_fkey")
        }
        try insert("order_status_history")
        let error = #expect(throws: PostgreSQLError.self) { try database.run("DELETE FROM symbols") }
        #expect(error?.sqlState == "23503")
    }

    @Test("amounts keep their digits; the total is nobody's to write; what is too large is refused")
    func amounts() throws {
        let largest = "999999999999.999999999999999999"
        try insert("account_balances", ["free_balance": "'\(largest)'"])
        #expect(try database.text("SELECT total_balance::text FROM account_balances") == largest)
        try insert(
            "account_balances",
            ["free_balance": "'0.000000000000000001'", "locked_balance": "'0.000000000000000002'", "asset": "'X'"])
        #expect(
            try database.text("SELECT total_balance::text FROM account_balances WHERE asset = 'X'")
                == "0.000000000000000003")
        for changes in [["free_balance": "1e12"], ["free_balance": "'\(largest)'", "locked_balance": "1"]] {
            expectRefused("account_balances", changes.merging(["asset": "'Y'"]) { $1 }, sqlState: "22003")
        }
        expectRefused("account_balances", ["total_balance": "1"], sqlState: "428C9")
        try insert("order_executions", ["order_price": "'0.0000000000001234567890123456789'"])
        #expect(
            try database.text("SELECT order_price::text FROM order_executions") == "0.0000000000001234567890123456789")
    }

    @Test("every column that is a quantity, a code or a time of others says what it is")
    func comments() throws {
        let silent = try database.text(
            """
            SELECT string_agg(format('%s.%s', attrelid::regclass, attname), ' ') FROM pg_attribute
             WHERE attrelid IN ('account_balances'::regclass, 'balance_changes'::regclass,
                                'order_executions'::regclass, 'order_status_history'::regclass)
               AND attnum > 0 AND (format_type(atttypid, NULL) IN ('numeric', 'smallint', 'timestamp with time zone'))
               AND attname NOT IN ('exchange_id', 'created_at') AND col_description(attrelid, attnum) IS NULL
            """)
        #expect(silent == "NULL")
    }
}
