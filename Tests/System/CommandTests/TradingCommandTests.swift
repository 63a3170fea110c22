import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Command line: retain; phases 3 and 4")
struct TradingCommandTests {
    let database: TestDatabase
    let connection: Connection

    /// Migrated by the program itself, so that the ledger knows it; one order and some measurements.
    init() throws {
        database = try TestDatabase(.empty)
        connection = try database.connect()
        let migrated = try Program.run(["migrate", "up", "--database", database.conninfo])
        try #require(migrated.exitCode == 0, "\(migrated.error)")
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT');
            INSERT INTO order_executions (symbol_id, order_id, side, order_type, original_quantity, remaining_quantity,
                                          status, order_time) VALUES (1, 'a', 1, 1, 1, 1, 4, now() - interval '9 days');
            INSERT INTO system_metrics (metric_category, metric_name, metric_value, metric_time)
            SELECT 'CACHE', 'm', g, now() - interval '31 days' FROM generate_series(1, 25) g
            """)
    }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--database", database.conninfo])
    }

    private func integer(_ sql: String) throws -> Int64 {
        try #require(try connection.query(Statement(name: "test", sql: sql)).int64(0, 0))
    }

    @Test("retain says what would go, removes it, and the second time there is nothing")
    func retain() throws {
        func line(_ finished: RunningCommand.Finished, _ what: String) throws -> [String: Any] {
            #expect(finished.exitCode == 0, "\(finished.error)")
            return try #require(try finished.lines.map(jsonObject).first { $0["what"] as? String == what })
        }
        let dry = try line(run("retain", "--dry-run", "--format", "json"), "system_metrics")
        #expect(dry["rows"] as? Int == 25 && dry["removed"] as? Bool == false && dry["days"] as? Int == 30)
        #expect(try integer("SELECT count(*) FROM system_metrics") == 25)
        let done = try run("retain", "--batch-size", "10", "--execution-days", "keep", "--format", "json")
        let metrics = try line(done, "system_metrics")
        #expect(metrics["rows"] as? Int == 25 && metrics["removed"] as? Bool == true && metrics["batches"] as? Int == 3)
        #expect(try line(done, "order_executions")["days"] is NSNull)
        #expect(try line(done, "tombstones")["table"] as? String == "reference_tombstones")
        #expect(try integer("SELECT count(*) FROM system_metrics") == 0)
        let table = try run("retain", "--execution-days", "8")
        #expect(table.exitCode == 0 && table.output.contains("order_executions"), "\(table.error)")
        #expect(try integer("SELECT count(*) FROM order_executions") == 0)
        let bare = try TestDatabase(.empty)
        let nothing = try Program.run("retain", "--database", bare.conninfo)
        #expect(nothing.exitCode == 0 && nothing.lines.isEmpty)
        // Whoever only manages rows may not.
        let manager = try database.conninfo(as: "symbology_manager")
        #expect(try Program.run("retain", "--database", manager).exitCode == 78)
    }

    @Test("validate --phase 3 and 4 print every check, and exit with 1 where one failed")
    func validate() throws {
        for (phase, check) in [("3", "cache.memory"), ("4", "refuses.account_balances.free")] {
            let finished = try run("validate", "--phase", phase, "--format", "json")
            let lines = try finished.lines.map(jsonObject)
            #expect(lines.first { $0["check"] as? String == check }?["verdict"] as? String == "passed")
            let failed = lines.filter { $0["verdict"] as? String == "failed" }
            // How fast this machine is, is not looked at.
            #expect(finished.exitCode == (failed.isEmpty ? 0 : 1), "\(finished.output)")
            #expect(finished.error.contains("phase \(phase): "))
        }
        try database.run("DROP INDEX idx_order_executions_open")
        let spoilt = try run("validate", "--phase", "4")
        #expect(spoilt.exitCode == 1 && spoilt.output.contains("idx_order_executions_open"))
        let bare = try TestDatabase(.empty)
        for phase in ["3", "4"] {
            #expect(try Program.run("validate", "--phase", phase, "--database", bare.conninfo).exitCode == 1)
        }
    }

    @Test("rollback leaves the database as it was before, and the dump has the orders", arguments: ["3", "4"])
    func rollback(phase: String) throws {
        let folder = TemporaryFolder()
        let file = folder.path("trading.dump")
        let back = try run(
            "rollback", "--phase", phase, "--backup", "--backup-file", file, "--yes", "--format", "json")
        #expect(back.exitCode == 0, "\(back.error)")
        #expect(back.error.contains("1 rows of order_executions"), "\(back.error)")
        let steps = try back.lines.map(jsonObject).compactMap { $0["step"] as? String }
        #expect(steps == ["backup", "down", "down", "down", "down"])
        #expect(try integer("SELECT count(*) FROM pg_class WHERE relname LIKE '%account_balances%'") == 0)
        #expect(try integer("SELECT count(*) FROM pg_class WHERE relname = 'latest_trade_snapshots'") == 1)
        #expect(try integer("SELECT count(*) FROM symbols") == 1)
        let program = database.testCluster.cluster.binariesDirectory + "/pg_restore"
        let script = TestSupport.Program.run([program, "--data-only", "--file=-", file])
        #expect(script.output.contains("COPY public.order_executions"))
        let again = try run("rollback", "--phase", phase, "--yes")
        #expect(again.exitCode == 0 && again.error.contains("nothing of phase \(phase)"))
        #expect(try run("migrate", "up").exitCode == 0)
    }
}
