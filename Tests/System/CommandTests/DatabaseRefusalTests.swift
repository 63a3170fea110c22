import Foundation
import TestSupport
import Testing

/// Databases that would be half read, or half migrated.
@Suite("Command line: databases that are refused")
struct DatabaseRefusalTests {
    @Test("another encoding than UTF8 is 78, and migrate up makes nothing", arguments: ["LATIN1", "SQL_ASCII"])
    func encodings(encoding: String) throws {
        let database = try TestDatabase(.empty)
        let other = "\(database.name)_\(encoding.lowercased())"
        try database.run("CREATE DATABASE \(other) TEMPLATE template0 ENCODING '\(encoding)' LOCALE 'C'")
        defer { _ = try? database.run("DROP DATABASE \(other) WITH (FORCE)") }
        let conninfo = database.testCluster.cluster.conninfo(database: other)
        for arguments in [["migrate", "up"], ["export"], ["import", Program.seedPath]] {
            let result = try Program.run(arguments + ["--database", conninfo])
            #expect(result.exitCode == 78, "\(arguments): \(result.error)")
            #expect(result.error.contains("is \(encoding), not UTF8"), "\(result.error)")
            #expect(result.error.contains("ENCODING 'UTF8'"), "it says what to do: \(result.error)")
        }
        let tables = TestSupport.Program.run([
            database.testCluster.cluster.binariesDirectory + "/psql", "-Atd", conninfo, "-c",
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
        ])
        #expect(tables.output == "0\n", "\(tables.output)")
        let validated = try Program.run("validate", "--phase", "1", "--database", conninfo)
        #expect(validated.exitCode == 1 && validated.output.contains("use a UTF8 database"), "\(validated.error)")
        let folder = TemporaryFolder()
        let server = try Program.start(["serve", "--database", conninfo, "--unix", folder.path("s")])
        defer { server.end() }
        try server.waitForLine(.error, "the reason") { $0.contains("is \(encoding), not UTF8") }
        func status() throws -> String { try Program.run("status", "--unix", folder.path("s")).output }
        let isShown = try Deadline().poll { try status().contains("the encoding of the database is not UTF8") }
        #expect(isShown)
        #expect(try !status().contains("cannot be reached"))
    }

    @Test("policies that hide rows are 78 for whoever reads, and it says what to do")
    func hiddenRows() throws {
        let database = try TestDatabase()
        try RunningSystem.mustSucceed(["import", Program.seedPath, "--database", database.conninfo])
        let reader = try database.readerConninfo()
        try database.run(
            """
            CREATE POLICY half ON symbols FOR SELECT USING (id % 2 = 0);
            ALTER TABLE symbols ENABLE ROW LEVEL SECURITY
            """)
        let folder = TemporaryFolder()
        for arguments in [
            ["export"], ["image", "--output", folder.path("image")],
            ["resolve", "GATEIO_SPOT", "BTC_USDT", "--unix", "/nonexistent/s"],
        ] {
            let result = try Program.run(arguments + ["--database", reader])
            #expect(result.exitCode == 78, "\(arguments): \(result.output)\(result.error)")
            #expect(result.error.contains("BYPASSRLS"), "\(result.error)")
            #expect(!result.error.contains("log in as a role that may"), "\(result.error)")
        }
    }
}
