import PostgreSQL
import TestSupport
import Testing

/// What the views over balances, executions and monitoring say.
@Suite struct TradingViewTests {
    let database: TestSession

    init() throws {
        database = try TestSession()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT'), (2, 'BTC', 'USDT', 'BTC_USDT')
            """)
    }

    private func texts(_ sql: String) throws -> [String] {
        let rows = try database.run(sql)
        return try (0..<rows.rowCount).map { try rows.text($0, 0) ?? "NULL" }
    }

    @Test("latest_account_balances has the newest of each account and asset, as a sort of all finds it")
    func latestBalances() throws {
        try SeededGenerator.run { generator in
            let types = ["SPOT", "FUTURES", "MARGIN", "OPTIONS"]
            for _ in 0..<400 {
                let asset = ["BTC", "USDT", "A", "ä", "Z z", "btc"].randomElement(using: &generator) ?? ""
                try database.run(
                    """
                    INSERT INTO account_balances (exchange_id, account_type, asset, free_balance, snapshot_time)
                    VALUES ($1, $2, $3, $4, now() - $5 * interval '1 minute') ON CONFLICT DO NOTHING
                    """,
                    [
                        .int32(Int32.random(in: 1...3, using: &generator)),
                        .text(types.randomElement(using: &generator) ?? ""), .text(asset),
                        .numeric(String(Int.random(in: 0...9, using: &generator))),
                        .int32(Int32.random(in: -2...30, using: &generator)),
                    ])
            }
            let sorted = try texts(
                """
                SELECT concat_ws(' ', id, total_balance) FROM (
                    SELECT DISTINCT ON (exchange_id, account_type, asset) * FROM account_balances
                     ORDER BY exchange_id, account_type, asset, snapshot_time DESC) newest ORDER BY id
                """)
            let found = try texts("SELECT concat_ws(' ', id, total_balance) FROM latest_account_balances ORDER BY id")
            #expect(found == sorted && sorted.count > 30, "\(generator)")
            let ofOne = try texts(
                """
                SELECT exchange || account_type FROM latest_account_balances
                 WHERE exchange_id = 2 AND account_type = 'MARGIN' GROUP BY 1
                """)
            #expect(ofOne == ["GATEIO_SPOTMARGIN"], "\(generator)")
        }
    }

    @Test("the newest balances are found by the index, and another account's are not read")
    func balancePlan() throws {
        try database.run(
            """
            INSERT INTO account_balances (exchange_id, account_type, asset, free_balance, snapshot_time)
            SELECT 1 + g % 2, 'SPOT', 'A' || g % 50, g, now() - g * interval '1 second' FROM generate_series(1, 20000) g
            """)
        try database.run("ANALYZE account_balances")
        let plan = try texts(
            """
            EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off)
            SELECT * FROM latest_account_balances WHERE exchange_id = 1 AND account_type = 'SPOT'
            """)
        let text = plan.joined(separator: "\n")
        #expect(text.contains("account_balances_moment_unique"), "\(text)")
        #expect(!text.contains("Seq Scan on account_balances"), "\(text)")
        #expect(!plan.contains { $0.contains("account_balances") && $0.contains("rows=20000") }, "\(text)")
    }

    /// Orders of the first symbol: one filled in two executions, one cancelled, one rejected, one that rests, and one
    /// of the day before.
    private func trade() throws {
        try database.run(
            """
            INSERT INTO order_executions (symbol_id, order_id, execution_id, side, order_type, original_quantity,
                executed_quantity, remaining_quantity, execution_price, commission, commission_asset, status, is_maker,
                order_time, execution_time)
            VALUES
                (1, 'a', 'e1', 1, 1, 2, 0.5, 1.5, 100, 0.1, 'USDT', 3, true, now() - interval '3 hours',
                    now() - interval '3 hours' + interval '200 ms'),
                (1, 'a', 'e2', 1, 1, 2, 1.5, 0, 104, 0.3, 'USDT', 2, false, now() - interval '3 hours',
                    now() - interval '3 hours' + interval '1 s'),
                (1, 'b', NULL, 2, 1, 3, 0, 3, NULL, NULL, NULL, 4, NULL, now() - interval '2 hours', NULL),
                (1, 'b', 'e3', 2, 1, 3, 1, 2, 110, -0.2, 'BTC', 3, true, now() - interval '2 hours',
                    now() - interval '2 hours' + interval '400 ms'),
                (1, 'c', NULL, 1, 2, 1, 0, 1, NULL, NULL, NULL, 7, NULL, now() - interval '1 hour', NULL),
                (1, 'd', NULL, 1, 1, 2, 0, 2, NULL, NULL, NULL, 1, NULL, now() - interval '1 minute', NULL),
                (1, 'e', 'e9', 1, 1, 9, 9, 0, 1, 1, 'USDT', 2, false, now() - interval '25 hours',
                    now() - interval '25 hours'),
                (2, 'a', 'e1', 2, 2, 4, 4, 0, 50, 0, 'USDT', 2, false, now() - interval '1 hour',
                    now() - interval '1 hour')
            """)
    }

    @Test("trading_performance_summary adds up the orders of 24 hours, by symbol")
    func summary() throws {
        try trade()
        let rows = try texts(
            """
            SELECT concat_ws(' ', exchange, symbol_pair, symbol_id, order_count, execution_count, filled_count,
                             cancelled_count, rejected_count, buy_quantity, sell_quantity, round(average_price, 4),
                             round(fill_percentage, 4), round(maker_percentage, 4), round(average_wait_ms))
              FROM trading_performance_summary ORDER BY symbol_id
            """)
        // (0.5 × 100 + 1.5 × 104 + 1 × 110) / 3; 3 of 8; 2 of 3; the mean of 200 and 400.
        #expect(
            rows == [
                "MEXC_SPOT BTC/USDT 1 4 3 1 1 1 2.0 1 105.3333 37.5000 66.6667 300",
                "GATEIO_SPOT BTC/USDT 2 1 1 1 0 0 0 4 50.0000 100.0000 0.0000 0",
            ])
    }

    @Test("hourly_trading_report is of the last refresh, and a refresh stops no reader")
    func report() throws {
        #expect(try database.integer("SELECT count(*) FROM hourly_trading_report") == 0)
        try trade()
        #expect(try database.integer("SELECT count(*) FROM hourly_trading_report") == 0)
        // A reader that holds its lock for as long as it likes.
        let reader = try database.connect()
        try reader.executeScript("BEGIN; SELECT * FROM hourly_trading_report", name: "read")
        try database.run("SET lock_timeout = '5s'")
        try database.run("SELECT refresh_trading_report()")
        try reader.executeScript("SELECT * FROM hourly_trading_report; COMMIT", name: "read on")
        let rows = try texts(
            """
            SELECT concat_ws(' ', symbol_id, side, commission_asset, sum(execution_count), sum(maker_count),
                             sum(executed_quantity), min(lowest_price), max(highest_price), sum(commission))
              FROM hourly_trading_report WHERE hour > now() - interval '24 hours'
             GROUP BY symbol_id, side, commission_asset ORDER BY 1
            """)
        #expect(rows == ["1 1 USDT 2 1 2.0 100 104 0.4", "1 2 BTC 1 1 1 110 110 -0.2", "2 2 USDT 1 0 4 50 50 0"])
        #expect(
            try database.integer(
                "SELECT count(*) FROM hourly_trading_report WHERE hour <> date_trunc('hour', hour, 'UTC')") == 0)
        // Again, with a row that is in it already and one that is gone.
        try database.run("DELETE FROM order_executions WHERE symbol_id = 2")
        try database.run("SELECT refresh_trading_report()")
        #expect(try database.integer("SELECT count(*) FROM hourly_trading_report WHERE symbol_id = 2") == 0)
    }

    @Test("a component is as it said last, and unknown when that is long ago")
    func health() throws {
        try database.run(
            """
            INSERT INTO health_checks (component, instance, status, detail, check_time) VALUES
                ('database', 'a', 'CRITICAL', 'gone', now() - interval '1 minute'),
                ('database', 'a', 'HEALTHY', NULL, now()), ('database', 'b', 'WARNING', 'slow', now()),
                ('cache', '', 'HEALTHY', NULL, now() - interval '6 minutes')
            """)
        #expect(
            try texts(
                "SELECT concat_ws(' ', component, instance, status, last_status) FROM latest_health_checks ORDER BY 1")
                == ["cache  UNKNOWN HEALTHY", "database a HEALTHY HEALTHY", "database b WARNING WARNING"])
        #expect(
            try texts(
                """
                SELECT concat_ws(' ', severity, alert_type, name, instance, detail) FROM performance_alerts ORDER BY 1
                """) == ["UNKNOWN health cache ", "WARNING health database b slow"])
    }

    @Test("a metric beyond its limit is an alert while it is new, and its hours are added up")
    func metrics() throws {
        try database.run(
            """
            INSERT INTO system_metrics (metric_category, metric_name, instance, metric_value, metric_unit, metric_time)
            VALUES ('CACHE', 'rows_refused', 'a', 1, '', now()), ('CACHE', 'rows_refused', 'b', 5, '', now()),
                ('CACHE', 'rows_refused', 'b', 0, '', now() + interval '1 second'),
                ('PERFORMANCE', 'lookup_p99', 'a', 20000, 'us', now()),
                ('PERFORMANCE', 'lookup_p99', 'b', 99999, 'us', now() - interval '10 minutes'),
                ('NETWORK', 'clients', 'a', 7, '', now() - interval '30 hours')
            """)
        #expect(
            try texts(
                """
                SELECT concat_ws(' ', severity, name, instance, value, unit, limit_value)
                  FROM performance_alerts ORDER BY 1
                """) == ["CRITICAL lookup_p99 a 20000 us 10000", "WARNING rows_refused a 1  0"])
        #expect(try database.integer("SELECT count(*) FROM latest_system_metrics") == 5)
        #expect(
            try texts(
                """
                SELECT concat_ws(' ', metric_name, instance, sum(sample_count), min(minimum), max(maximum))
                  FROM hourly_system_metrics GROUP BY metric_name, instance ORDER BY 1
                """) == [
                    "lookup_p99 a 1 20000 20000", "lookup_p99 b 1 99999 99999", "rows_refused a 1 1 1",
                    "rows_refused b 2 0 5",
                ])
    }

    @Test("limits that somebody set stay when the migration runs again")
    func limitsStay() throws {
        let limit = "metric_limits WHERE metric_name = 'lookup_p99'"
        try database.run("DELETE FROM \(limit)")
        try database.run("INSERT INTO metric_limits VALUES ('lookup_p99', 6, 7)")
        let result = database.database.psql(["-1", "-f", "\(TestDatabase.migrationsFolder)/015_monitoring.up.sql"])
        #expect(result.status == 0, "\(result.output)")
        #expect(try database.integer("SELECT critical_above::int8 FROM \(limit)") == 7)
    }
}
