import PostgreSQL
import TestSupport
import Testing

@testable import ReferencePhases
@testable import ReferenceStore

/// `validate --phase 3` and `4`. How fast this machine is, is not looked at: the promises are made so large, or so
/// small, that they are kept, or not, whatever else runs.
@Suite("Validation of the third and the fourth phase")
struct PlanValidationTests {
    let database: TestSession

    init() throws {
        database = try TestSession()
        try database.connection.executeScript(
            """
            CREATE TABLE quotes PARTITION OF book_ticker_snapshots_v2 FOR VALUES FROM ('2000-01-01') TO ('2200-01-01');
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT e, 'B' || g, 'USDT', 'B' || g || 'USDT' FROM generate_series(1, 50) g, generate_series(1, 2) e;
            INSERT INTO book_ticker_snapshots_v2 (symbol_id, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT id, id, 1, id + 1, 1, now() FROM symbols;
            INSERT INTO account_balances (exchange_id, account_type, asset, free_balance, snapshot_time)
            SELECT 1, 'SPOT', 'A' || g, g, now() FROM generate_series(1, 9) g;
            INSERT INTO order_executions (symbol_id, order_id, execution_id, side, order_type, original_quantity,
                executed_quantity, remaining_quantity, execution_price, status, order_time, execution_time)
            VALUES (1, 'a', 'e', 1, 1, 2, 1, 1, 2, 3, now(), now());
            INSERT INTO health_checks (component, status) VALUES ('c', 'HEALTHY')
            """, name: "rows of each")
    }

    private static func targets(_ milliseconds: UInt64) -> PlanTargets {
        var targets = PlanTargets()
        targets.cacheLookupNanoseconds = milliseconds * 1_000_000
        targets.cacheLoadMilliseconds = milliseconds
        targets.cacheByteCount = Int(milliseconds) * 1_000_000
        targets.databaseLookupMicroseconds = milliseconds * 1_000
        targets.latestMilliseconds = milliseconds
        targets.queryMilliseconds = milliseconds
        targets.balanceMilliseconds = milliseconds
        targets.orderMilliseconds = milliseconds
        targets.arbitrageMilliseconds = milliseconds
        targets.crossVenueMilliseconds = milliseconds
        targets.healthMilliseconds = milliseconds
        return targets
    }

    private static let patient = targets(1_000_000)

    private func store(_ targets: PlanTargets = PlanValidationTests.patient) throws -> [ValidationCheck] {
        try StoreValidation(database.connection, targets).run()
    }

    private func trading(_ targets: PlanTargets = PlanValidationTests.patient) throws -> [ValidationCheck] {
        try TradingValidation(database.connection, targets).run()
    }

    private func state() throws -> String {
        try database.text(
            """
            SELECT concat((SELECT string_agg(format('%s %s', oid::regclass, pg_sequence_last_value(oid)), ';'
                                             ORDER BY oid) FROM pg_class WHERE relkind = 'S'),
                          (SELECT count(*) FROM account_balances), (SELECT count(*) FROM order_executions))
            """)
    }

    @Test("a sound database keeps every promise that can be kept, and nothing of it is changed")
    func sound() throws {
        let before = try state()
        for checks in [try store(), try trading()] {
            #expect(checks.filter { $0.verdict != .passed } == [])
            #expect(Set(checks.map(\.name)).count == checks.count)
        }
        #expect(try state() == before)
        #expect(!database.connection.isInTransaction)
    }

    @Test("what is slower or larger than promised has failed, all of it and nothing else")
    func promises() throws {
        let none = Self.targets(0)
        let slow = try store(none).filter { $0.verdict == .failed }.map(\.name)
        for name in [
            "cache.memory", "cache.symbol_by_string", "cache.symbol_by_id", "database.exchange_by_code",
            "database.symbol_by_string", "database.symbol_by_pair", "database.symbol_by_id", "query.latest_of_all",
            "query.newest_of_a_symbol",
        ] { #expect(slow.contains(name), "\(name)") }
        #expect(!slow.contains("cache.agreement"))
        let checks = try trading(none)
        for check in checks { #expect((check.verdict == .failed) == check.name.hasPrefix("query."), "\(check)") }
        #expect(checks.count { $0.name.hasPrefix("query.") } == 10)
    }

    @Test("JIT, which compiles every query over many partitions, is a warning")
    func jit() throws {
        try database.run("SET jit = on")
        #expect(try store().filter { $0.verdict != .passed }.map(\.name) == ["server.jit"])
    }

    @Test("a database without symbols has nothing to ask for, and no fault")
    func empty() throws {
        try database.connection.executeScript(
            "TRUNCATE symbols, account_balances, health_checks CASCADE", name: "empty")
        #expect(try store().filter { $0.verdict == .failed } == [])
        #expect(try trading().filter { $0.verdict == .failed } == [])
    }

    /// What is spoilt, and the check that must say so, with its verdict.
    private static let spoils: [(String, String, ValidationCheck.Verdict)] = [
        ("DROP VIEW arbitrage_opportunities", "table.arbitrage_opportunities", .failed),
        ("DROP INDEX idx_order_executions_open", "index.idx_order_executions_open", .failed),
        (
            "ALTER TABLE account_balances DROP CONSTRAINT account_balances_free", "refuses.account_balances.free",
            .failed
        ),
        (
            """
            ALTER TABLE order_executions DROP CONSTRAINT order_executions_status;
            ALTER TABLE order_executions ADD CONSTRAINT order_executions_status CHECK (status >= 0)
            """, "refuses.order_executions.status", .failed
        ),
        ("DROP INDEX account_balances_moment_unique", "refuses.account_balances.twice", .failed),
        (
            "ALTER TABLE order_executions DROP CONSTRAINT order_executions_symbol_id_fkey",
            "refuses.order_executions.orphan", .failed
        ),
        (
            """
            INSERT INTO order_executions (symbol_id, order_id, execution_id, side, order_type, original_quantity,
                executed_quantity, remaining_quantity, execution_price, status, order_time, execution_time)
            VALUES (1, 'a', 'e2', 1, 1, 2, 2, 0, 2, 2, now(), now())
            """, "rows.overfilled_orders", .failed
        ),
        ("UPDATE order_executions SET execution_price = NULL", "rows.executions_without_price", .failed),
        (
            """
            INSERT INTO balance_changes (exchange_id, account_type, asset, change_type, amount, previous_balance,
                                         new_balance, change_time)
            VALUES (1, 'SPOT', 'A', 'FEE', 1, 0, 1, now()), (1, 'SPOT', 'A', 'FEE', 1, 2, 3, now())
            """, "rows.broken_balance_chains", .warning
        ),
        (
            "UPDATE order_executions SET execution_time = now() - interval '5 hours'", "report.refreshed", .warning
        ),
    ]

    @Test("what is spoilt is found", arguments: spoils.indices)
    func spoilt(index: Int) throws {
        let (sql, name, verdict) = Self.spoils[index]
        try database.connection.executeScript(sql, name: "spoil")
        let checks = try trading()
        let complaints = checks.filter { $0.verdict != .passed }
        #expect(complaints.first { $0.name == name }?.verdict == verdict, "\(name): \(complaints)")
    }

    @Test("symbols of an exchange that is switched off are none to time, and the same in both")
    func inactive() throws {
        try database.run("UPDATE exchanges SET is_active = false WHERE id = 2")
        #expect(try store().filter { $0.verdict != .passed } == [])
    }
}
