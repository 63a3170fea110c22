import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Command line: serve --record-metrics")
struct MetricsCommandTests {
    let database: TestDatabase
    let connection: Connection
    let folder = TemporaryFolder()
    /// A login of this database's own, that may read what is served.
    let login: String

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        login = "metrics_of_\(database.name)"
        try connection.executeScript(
            """
            CREATE ROLE \(login) LOGIN IN ROLE symbology_reader;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'USDT', 'B' || g || 'USDT' FROM generate_series(1, 7) g
            """, name: "login and symbols")
    }

    private func serve() throws -> RunningCommand {
        let conninfo = database.testCluster.cluster.conninfo(database: database.name, user: login)
        let server = try Program.start([
            "serve", "--database", conninfo, "--unix", folder.path("s.sock"), "--record-metrics", "--metrics-interval",
            "1",
        ])
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        return server
    }

    private func integer(_ sql: String) throws -> Int64 {
        try connection.query(Statement(name: "test", sql: sql)).int64(0, 0) ?? 0
    }

    private func attention() throws -> [String] {
        let status = try Program.run("status", "--unix", folder.path("s.sock"), "--format", "json")
        return try jsonObject(try #require(status.lines.first))["attention"] as? [String] ?? []
    }

    @Test("a server writes what it measures and how it is, as a role that can do nothing else")
    func records() throws {
        try database.run("GRANT symbology_metrics TO \(login)")
        let server = try serve()
        defer { server.end() }
        let isWritten = try Deadline().poll { try integer("SELECT count(*) FROM health_checks") >= 6 }
        #expect(isWritten)
        #expect(try integer("SELECT max(metric_value)::int8 FROM system_metrics WHERE metric_name = 'symbols'") == 7)
        #expect(try integer("SELECT count(*) FROM latest_health_checks WHERE status = 'HEALTHY'") == 3)
        #expect(try integer("SELECT count(DISTINCT metric_category) FROM system_metrics") == 4)
        #expect(try integer("SELECT count(*) FROM system_metrics WHERE instance NOT LIKE '%s.sock'") == 0)
        // A session beside that of the feed.
        let session = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'symbology metrics'"
        #expect(try integer("\(session) AND datname = current_database()") == 1)
        #expect(try integer("SELECT count(*) FROM performance_alerts WHERE alert_type = 'health'") == 0)
        #expect(try attention().isEmpty)
        server.signal(SIGTERM)
        #expect(try server.finish().exitCode == 0)
    }

    @Test("where it may not, it serves all the same, says so once and in the status, and begins when it may")
    func refused() throws {
        let server = try serve()
        defer { server.end() }
        try server.waitForLine(.error, "refusal") { $0.contains("metrics are not recorded") }
        #expect(try attention().contains { $0.contains("--record-metrics") })
        let answer = try Program.run("resolve", "MEXC_SPOT", "B1USDT", "--unix", folder.path("s.sock"))
        #expect(answer.exitCode == 0, "\(answer.error)")
        try database.run("GRANT symbology_metrics TO \(login)")
        let recovery = try server.waitForLine(.error, "recovery") { $0.contains("metrics are recorded again") }
        #expect(try integer("SELECT count(*) FROM health_checks") >= 3)
        let isCalm = try Deadline().poll { try attention().isEmpty }
        #expect(isCalm)
        // The table goes and comes back.
        try database.run("ALTER TABLE system_metrics RENAME TO gone")
        let loss = try server.waitForLine(.error, from: recovery.next, "loss") {
            $0.contains("metrics are not recorded")
        }
        try database.run("ALTER TABLE gone RENAME TO system_metrics")
        try server.waitForLine(.error, from: loss.next, "return") { $0.contains("metrics are recorded again") }
        server.signal(SIGTERM)
        let end = try server.finish()
        #expect(end.exitCode == 0)
        #expect(end.error.split(separator: "\n").count { $0.contains("metrics are not recorded") } == 2, "\(end.error)")
    }
}
