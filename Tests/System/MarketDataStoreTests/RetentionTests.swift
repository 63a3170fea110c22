import PostgreSQL
import TestSupport
import Testing

@testable import MarketDataStore

@Suite("Retention")
struct RetentionTests {
    private let database: TestSession

    init() throws {
        database = try TestSession()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'USDT', 'B' || g || 'USDT' FROM generate_series(1, 40) g
            """)
    }

    private func run(
        _ adjust: (inout Retention.Options) -> Void = { _ in }, isStopped: @escaping () -> Bool = { false }
    ) throws -> [RetentionRule: Retention.Step] {
        var options = Retention.Options()
        adjust(&options)
        var retention = Retention(try database.connect(), options)
        retention.isStopped = isStopped
        var steps: [RetentionRule: Retention.Step] = [:]
        try retention.run { steps[$0.rule] = $0 }
        return steps
    }

    /// In each table rows of one to so many days ago, one a day.
    private func age(days: Int) throws {
        let script = """
            INSERT INTO system_metrics (metric_category, metric_name, metric_value, metric_time)
            SELECT 'CACHE', 'm', 1, now() - (g - 0.5) * interval '1 day' FROM generate_series(1, \(days)) g;
            INSERT INTO health_checks (component, status, check_time)
            SELECT 'c', 'HEALTHY', now() - (g - 0.5) * interval '1 day' FROM generate_series(1, \(days)) g;
            INSERT INTO account_balances (exchange_id, account_type, asset, free_balance, snapshot_time)
            SELECT 1, 'SPOT', a, g, now() - (g + CASE a WHEN 'OLD' THEN \(days) ELSE 0 END - 0.5) * interval '1 day'
              FROM generate_series(1, \(days)) g, unnest(ARRAY['NEW', 'OLD']) a;
            INSERT INTO balance_changes (exchange_id, account_type, asset, change_type, amount, previous_balance,
                                         new_balance, change_time)
            SELECT 1, 'SPOT', 'A', 'FEE', 1, 0, 1, now() - (g - 0.5) * interval '1 day'
              FROM generate_series(1, \(days)) g;
            INSERT INTO order_executions (symbol_id, order_id, side, order_type, original_quantity, remaining_quantity,
                                          status, order_time)
            SELECT 1, g || s::text, 1, 1, 1, 1, s, now() - (g - 0.5) * interval '1 day'
              FROM generate_series(1, \(days)) g, unnest(ARRAY[1, 4]) s;
            INSERT INTO order_status_history (symbol_id, order_id, new_status, original_quantity, remaining_quantity,
                                              status_time)
            SELECT 1, g::text, 1, 1, 1, now() - (g - 0.5) * interval '1 day' FROM generate_series(1, \(days)) g
            """
        try database.connection.executeScript(script, name: "age")
    }

    private func count(_ table: String) throws -> Int64 { try database.integer("SELECT count(*) FROM \(table)") }

    @Test("what is older than its age goes in batches, and nothing else")
    func ages() throws {
        try age(days: 50)
        func adjust(_ options: inout Retention.Options) {
            options.batchSize = 7
            for rule in RetentionRule.allCases { options.days[rule] = .some(20) }
        }
        let dry = try run {
            adjust(&$0)
            $0.isDryRun = true
        }
        #expect(try count("system_metrics") == 50 && count("account_balances") == 100)
        let done = try run(adjust)
        for rule in RetentionRule.allCases {
            #expect(dry[rule]?.rowCount == done[rule]?.rowCount, "\(rule)")
            #expect(dry[rule]?.batchCount == 0, "\(rule)")
        }
        for rule in [RetentionRule.systemMetrics, .healthChecks, .balanceChanges, .orderStatusHistory] {
            #expect(done[rule]?.rowCount == 30 && done[rule]?.batchCount == 5, "\(rule)")
            #expect(try count(rule.table) == 20, "\(rule)")
        }
        #expect(
            try database.integer(
                "SELECT count(*) FROM system_metrics WHERE metric_time < now() - interval '20 days'") == 0)
        // All of the one asset is too old: its newest stays.
        #expect(try count("account_balances WHERE asset = 'NEW'") == 20)
        let left = "SELECT string_agg(total_balance::int::text, ' ') FROM account_balances WHERE asset = 'OLD'"
        #expect(try database.text(left) == "1")
        #expect(try count("latest_account_balances") == 2)
        // Orders that rest stay, however old.
        #expect(try count("order_executions WHERE status = 1") == 50)
        #expect(try count("order_executions WHERE status = 4") == 20)
        #expect(try run(adjust).values.allSatisfy { $0.rowCount == 0 })
    }

    @Test("executions go with their whole order, once it ended and nothing happened to it lately")
    func executions() throws {
        try database.run(
            """
            INSERT INTO order_executions (symbol_id, order_id, execution_id, side, order_type, original_quantity,
                executed_quantity, remaining_quantity, execution_price, status, order_time, execution_time)
            SELECT 1, o, e, 1, 1, 9, 1, 8, 2, s, now() - interval '800 days', now() - d * interval '1 day'
              FROM (VALUES ('rests', 'a', 3, 799), ('late', 'a', 3, 799), ('late', 'b', 2, 1),
                           ('over', 'a', 2, 790), ('over', 'b', 3, 799), ('over', 'c', 3, 799)) v (o, e, s, d)
            """)
        let dry = try run { $0.isDryRun = true }
        let done = try run { $0.batchSize = 1 }
        #expect(dry[.orderExecutions]?.rowCount == 3 && done[.orderExecutions]?.rowCount == 3)
        let left = "SELECT string_agg(order_id || execution_id, ' ' ORDER BY order_id, id) FROM order_executions"
        #expect(try database.text(left) == "latea lateb restsa")
    }

    @Test("without ages the defaults count, and keep is for ever")
    func defaults() throws {
        try age(days: 50)
        try database.run("UPDATE market_data_sources SET legacy = 'book_ticker_snapshots' WHERE source = 'book_ticker'")
        try database.run(
            """
            INSERT INTO market_data_queue (source, reason, id, queued_at)
            SELECT s, r, 1, now() - interval '2 years'
              FROM unnest(ARRAY['book_ticker', 'trade']) s, unnest(ARRAY['changed', 'refused', 'unknown symbol']) r
            """)
        let steps = try run { $0.days[.systemMetrics] = .some(nil) }
        #expect(steps[.systemMetrics]?.rowCount == 0 && steps[.systemMetrics]?.days == nil)
        #expect(steps[.healthChecks]?.rowCount == 20 && steps[.healthChecks]?.days == 30)
        #expect(steps[.orderStatusHistory]?.rowCount == 0 && steps[.orderStatusHistory]?.days == 730)
        // Of a table that is mirrored everything waits for the backfill; of the other nobody takes it.
        #expect(steps[.mirrorQueue]?.rowCount == 3 && steps[.quarantine]?.rowCount == 0)
        #expect(try count("market_data_queue WHERE source = 'book_ticker'") == 3)
        let quarantine = try run { $0.days[.quarantine] = .some(90) }
        #expect(quarantine[.quarantine]?.rowCount == 2)
        #expect(try database.text("SELECT string_agg(reason, ' ') FROM market_data_queue") == "changed")
    }

    @Test("the audit remembers from where on it is known, batch by batch")
    func audit() throws {
        try database.run("UPDATE reference_audit SET at = at - interval '3 days' WHERE row_id <= 25")
        let steps = try run {
            $0.days[.audit] = .some(2)
            $0.batchSize = 10
        }
        #expect(steps[.audit]?.rowCount == 25 && steps[.audit]?.batchCount == 3)
        #expect(try count("reference_audit") == 15)
        #expect(try database.text("SELECT (pruned_to IS NOT NULL)::text FROM reference_audit_state") == "true")
    }

    @Test("tombstones go the oldest first, and readers are told")
    func tombstones() throws {
        try database.run("DELETE FROM symbols WHERE id <= 20")
        try database.run("DELETE FROM symbols WHERE id <= 30")
        try database.run("UPDATE reference_tombstones SET deleted_at = now() - interval '2 days'")
        // A transaction of any other test of this cluster may hold them up.
        var removed: Int64 = 0
        let isDone = try Deadline().poll {
            let step = try run { $0.batchSize = 8 }[.tombstones]
            removed += step?.rowCount ?? 0
            return removed == 30
        }
        #expect(isDone)
        #expect(try count("reference_tombstones") == 0)
        #expect(try database.text("SELECT (prune_horizon > '0')::text FROM reference_feed_state") == "true")
    }

    @Test("broken off between two batches, what was removed stays removed, and the next run goes on")
    func stopped() throws {
        try age(days: 50)
        // Asked before each rule and each batch; the rest are kept, and have none.
        let rulesBefore = RetentionRule.allCases.prefix { $0 != .systemMetrics }.count
        var left = rulesBefore + 3
        let first = try run {
            $0.batchSize = 5
            for rule in RetentionRule.allCases { $0.days[rule] = rule == .systemMetrics ? .some(20) : .some(nil) }
        } isStopped: {
            left -= 1
            return left < 0
        }
        #expect(first[.systemMetrics]?.rowCount == 10 && first[.healthChecks] == nil)
        #expect(try run { $0.days[.systemMetrics] = .some(20) }[.systemMetrics]?.rowCount == 20)
    }

    @Test("one at a time; and a database of the first phases alone has its part")
    func alone() throws {
        let other = try database.connect()
        try other.query(
            Statement(name: "hold", sql: "SELECT pg_advisory_lock($1)"), [.int64(SessionLock.retention.rawValue)])
        let error = #expect(throws: MarketDataError.self) { try run() }
        #expect("\(error.map { "\($0)" } ?? "")".contains("running already"))
        other.close()
        try database.connection.executeScript(
            """
            DROP TABLE order_executions CASCADE; DROP TABLE health_checks CASCADE; DROP TABLE market_data_queue
            """, name: "less")
        let isDone = Deadline().poll { (try? run())?[.audit] != nil }
        #expect(isDone)
        let steps = try run()
        #expect(steps[.orderExecutions] == nil && steps[.healthChecks] == nil && steps[.mirrorQueue] == nil)
        #expect(steps[.systemMetrics] != nil && steps[.audit] != nil)
    }

    @Test("the report is made anew at the end")
    func report() throws {
        try database.run(
            """
            INSERT INTO order_executions (symbol_id, order_id, execution_id, side, order_type, original_quantity,
                executed_quantity, remaining_quantity, execution_price, status, order_time, execution_time)
            VALUES (1, 'a', 'e', 1, 1, 1, 1, 0, 2, 2, now(), now())
            """)
        _ = try run { $0.isDryRun = true }
        #expect(try count("hourly_trading_report") == 0)
        _ = try run()
        #expect(try count("hourly_trading_report") == 1)
    }
}
