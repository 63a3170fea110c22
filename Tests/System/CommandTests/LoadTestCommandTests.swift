import PostgreSQL
import TestSupport
import Testing

/// How fast this machine is, is nothing that a test may depend on: what is tested is what is said about it.
@Suite("load-test")
struct LoadTestCommandTests {
    private func load(_ database: TestDatabase, _ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(["load-test", "--database", database.conninfo, "--format", "json"] + arguments)
    }

    private func rows(_ result: RunningCommand.Finished) throws -> [String: [String: Any]] {
        Dictionary(
            uniqueKeysWithValues: try result.lines.map(jsonObject).map { ($0["operation"] as? String ?? "", $0) })
    }

    @Test("every kind of operation is done and timed, the exit code is what the figures say, and no row stays behind")
    func mix() throws {
        let system = try RunningSystem()
        try RunningSystem.mustSucceed(["partitions", "--database", system.database.conninfo])
        let result = try load(system.database, "--duration", "2", "--operations", "100", "--connections", "2")
        let rows = try rows(result)
        let all = try #require(rows["all"], "\(result.error)")
        #expect(all["count"] as? Int == 200 && all["failed"] as? Int == 0, "\(result.error)")
        #expect(result.exitCode == (all["held"] as? Bool == true ? 0 : 1), "\(result.error)")
        #expect(rows["insert_quote"]?["count"] as? Int == 100)
        #expect(
            Set(rows.keys) == [
                "insert_quote", "latest_quote", "quote_range", "arbitrage", "insert_balance", "latest_balances",
                "record_order", "order", "all",
            ])
        #expect(rows.values.allSatisfy { ($0["p50_us"] as? Int ?? 0) > 0 })
        #expect(
            result.error.contains("load-test: 1 s, ") && result.error.contains("removed the 116 rows"),
            "\(result.error)")
        for table in ["book_ticker_snapshots_v2", "account_balances", "order_executions"] {
            #expect(try system.integer("SELECT count(*) FROM \(table)") == 0, "\(table)")
        }
    }

    @Test("what fails is said, and is 1; no symbol is 1, no tables are 78, no database is 69")
    func refusals() throws {
        let system = try RunningSystem()
        // There is no partition.
        let failing = try load(system.database, "--duration", "1", "--operations", "20")
        #expect(failing.exitCode == 1 && failing.error.contains("symbology partitions"), "\(failing.error)")
        #expect(try rows(failing)["all"]?["failed"] as? Int == 11)
        let none = try load(try TestDatabase(), "--duration", "1")
        #expect(none.exitCode == 1 && none.error.contains("symbology import"), "\(none.error)")
        #expect(try load(try TestDatabase(.empty), "--duration", "1").exitCode == 78)
        #expect(try Program.run("load-test", "--database", "host=/nonexistent").exitCode == 69)
        #expect(try Program.run("load-test", "--operations", "0").exitCode == 64)
    }
}
