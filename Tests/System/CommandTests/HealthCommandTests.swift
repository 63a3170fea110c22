import Foundation
import PostgreSQL
import Scenarios
import SymbologyClient
import TestSupport
import Testing

/// What an operator sees of a database that is not as it should be, without reading the log.
@Suite("Command line: status and refused")
struct HealthCommandTests {
    private func report(_ system: RunningSystem) throws -> [String: Any] {
        try #require(try system.rows("status").first)
    }

    private func attention(_ status: [String: Any]) -> [String] { status["attention"] as? [String] ?? [] }

    @Test("a server that is well asks for no attention")
    func well() throws {
        let system = try RunningSystem()
        let sampled = try Deadline().poll { try report(system)["notification_queue_percent"] as? Int == 0 }
        #expect(sampled)
        let status = try report(system)
        #expect(attention(status).isEmpty)
        #expect(try #require(status["database_sample_milliseconds"] as? Int) < 60_000)
        for key in [
            "held_back_milliseconds", "vanishing_symbol_count", "vanishing_exchange_count", "changing_id_count",
        ] {
            #expect(status[key] is NSNull, "\(key) in \(status)")
        }
        #expect(status["database_replaced"] as? Bool == false)
        #expect(try system.rows("refused").isEmpty)
        #expect(try system.ask("refused", "--limit", "0").exitCode == 64)
    }

    @Test("refused rows are named with their reason, and are gone once they are mended", .scenario(.unservableRows))
    func refused() throws {
        let system = try RunningSystem()
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        try system.execute(
            """
            ALTER TABLE symbols DROP CONSTRAINT symbols_tick_size_servable,
                                DROP CONSTRAINT symbols_base_asset_servable;
            UPDATE symbols SET tick_size = 'NaN' WHERE id = \(id);
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT exchange_id, '币安人生币安人生币', 'USDT', 'LONG_USDT' FROM symbols WHERE id = \(id);
            """)
        let isSeen = try Deadline().poll { try system.rows("refused").count == 2 }
        #expect(isSeen)
        let rows = try system.rows("refused")
        let known = try #require(rows.first { $0["id"] as? Int == id })
        #expect(known["table"] as? String == "symbols" && known["exchange"] as? String == "GATEIO_SPOT")
        #expect(known["symbol"] as? String == "BTC_USDT" && known["base_asset"] as? String == "BTC")
        #expect(known["reason"] as? String == "tick_size is NaN" && known["is_reason_cut"] as? Bool == false)
        #expect(known["last_good_served"] as? Bool == true)
        let long = try #require(rows.first { $0["id"] as? Int != id })
        #expect(long["last_good_served"] as? Bool == false && long["base_asset"] is NSNull)
        #expect((long["reason"] as? String)?.hasPrefix("base_asset has 27 bytes") == true)
        let cut = try system.ask("refused", "--limit", "1")
        #expect(cut.lines.count == 1 && cut.error.contains("--limit"))

        #expect(attention(try report(system)).contains { $0.contains("2 rows") && $0.contains("symbology refused") })
        let answer = try system.ask("resolve", "GATEIO_SPOT", "LONG_USDT")
        #expect(answer.exitCode == 1 && answer.error.contains("symbology refused"))

        // A server of the past says of them what its image says.
        let (image, past) = (system.folder.path("past.image"), system.folder.path("past.sock"))
        try RunningSystem.mustSucceed([
            "image", "--output", image, "--as-of", "now", "--database", system.database.conninfo,
        ])
        let server = try Program.start(["serve", "--unix", past, "--snapshot", image])
        defer { server.end() }
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        #expect(try LookupClient(.unix(path: past)).status().refusedCount == 2)

        try system.execute(
            "UPDATE symbols SET tick_size = 1 WHERE id = \(id); DELETE FROM symbols WHERE symbol_string = 'LONG_USDT'")
        let isMended = try Deadline().poll { try system.rows("refused").isEmpty }
        #expect(isMended)
        #expect(attention(try report(system)).isEmpty)
    }

    @Test("a table that may not be read is in status, with what to do, until it may")
    func revoked() throws {
        let system = try RunningSystem()
        try system.execute("REVOKE SELECT ON symbols FROM symbology_reader")
        let isNamed = try Deadline().poll {
            try attention(report(system)).contains { $0.contains("may not read the tables") }
        }
        #expect(isNamed)
        let status = try report(system)
        #expect(status["source_fault"] as? String == "forbidden" && status["source_fault_milliseconds"] is Int)
        #expect(status["database_connected"] as? Bool == true)
        try system.execute("GRANT SELECT ON symbols TO symbology_reader")
        #expect(try Deadline().poll { try attention(report(system)).isEmpty })
        #expect(try report(system)["source_fault"] is NSNull)
    }

    @Test("what is held back is in status, with what to do; SIGHUP serves it", .scenario(.tableEmptied))
    func heldBack() throws {
        let system = try RunningSystem(isSeeded: false)
        try system.execute(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 2, 'B' || g, 'USDT', 'B' || g || '_USDT' FROM generate_series(1, 300) g
            """)
        let isServed = try Deadline().poll { try report(system)["symbol_count"] as? Int == 300 }
        #expect(isServed)
        try system.execute("DELETE FROM symbols WHERE id > 10; DELETE FROM exchanges WHERE id = 3")
        let isHeldBack = try Deadline().poll { try report(system)["vanishing_symbol_count"] as? Int == 290 }
        #expect(isHeldBack)
        let held = try report(system)
        #expect(held["symbol_count"] as? Int == 300 && held["vanishing_exchange_count"] as? Int == 1)
        #expect(held["held_back_milliseconds"] as? Int != nil)
        let words = try #require(attention(held).first)
        #expect(words.contains("290 symbols of 300 and 1 exchange would vanish"), "\(words)")
        #expect(words.contains("kill -HUP \(system.server.processId)"), "\(words)")
        // People see it too, on a line of its own.
        let table = try system.ask("status").lines
        #expect(table.contains { $0.hasPrefix("attention ") && $0.contains("290 symbols") })

        system.server.signal(SIGHUP)
        let isLetGo = try Deadline().poll { try report(system)["symbol_count"] as? Int == 10 }
        #expect(isLetGo)
        let after = try report(system)
        #expect(after["held_back_milliseconds"] is NSNull && attention(after).isEmpty)
    }

    /// The same symbols again, in another order and from the first id on: so looks another database.
    private static let renumbered = """
        BEGIN; TRUNCATE symbols RESTART IDENTITY CASCADE;
        INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
        SELECT 2, 'B' || 11 - g, 'USDT', 'B' || 11 - g || '_USDT' FROM generate_series(1, 10) g; COMMIT
        """
    private static let numbered = """
        INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
        SELECT 2, 'B' || g, 'USDT', 'B' || g || '_USDT' FROM generate_series(1, 10) g
        """

    @Test(
        "ids that would mean something else are held back, and status says so; SIGHUP serves them",
        .scenario(.olderData))
    func idsChange() throws {
        let system = try RunningSystem(isSeeded: false)
        try system.execute(Self.numbered)
        let isServed = try Deadline().poll { try report(system)["symbol_count"] as? Int == 10 }
        #expect(isServed)
        try system.execute(Self.renumbered)
        let isHeldBack = try Deadline().poll { try report(system)["changing_id_count"] as? Int == 10 }
        #expect(isHeldBack)
        let words = try #require(attention(try report(system)).first)
        #expect(words.contains("10 ids would change") && !words.contains("vanish"), "\(words)")
        #expect(words.contains("kill -HUP \(system.server.processId)"), "\(words)")
        #expect(try system.rows("resolve", "GATEIO_SPOT", "B1_USDT").first?["symbol_id"] as? Int == 1)
        system.server.signal(SIGHUP)
        let isLetGo = try Deadline().poll { try report(system)["held_back_milliseconds"] is NSNull }
        #expect(isLetGo)
        #expect(try system.rows("resolve", "GATEIO_SPOT", "B1_USDT").first?["symbol_id"] as? Int == 10)
    }

    @Test("another database with the same ids is served, and status says so until SIGHUP", .scenario(.olderData))
    func databaseReplaced() throws {
        let system = try RunningSystem()
        let name = system.database.name
        let administrator = try system.database.testCluster.connect()
        func execute(_ sql: String) throws { try administrator.query(Statement(name: "replace", sql: sql)) }
        try execute("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
        try execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '\(name)'")
        try execute("ALTER DATABASE \(name) RENAME TO \(name)_before")
        defer { _ = try? execute("DROP DATABASE \(name)_before") }
        try execute("CREATE DATABASE \(name) TEMPLATE \(name)_before")
        let isServed = try Deadline().poll { try report(system)["database_replaced"] as? Bool == true }
        #expect(isServed)
        let status = try report(system)
        #expect(status["held_back_milliseconds"] is NSNull && status["database_connected"] as? Bool == true)
        let words = try #require(attention(status).first)
        #expect(words.contains("another database"), "\(words)")
        #expect(words.contains("kill -HUP \(system.server.processId)"), "\(words)")
        system.server.signal(SIGHUP)
        let isSeen = try Deadline().poll { try attention(report(system)).isEmpty }
        #expect(isSeen)
        #expect(try report(system)["database_replaced"] as? Bool == false)
    }

    @Test("--shrink-max is the share that may change")
    func shrinkMax() throws {
        let system = try RunningSystem(isSeeded: false, arguments: ["--shrink-max", "100"])
        try system.execute(Self.numbered)
        try system.execute(Self.renumbered)
        let isServed = try Deadline().poll {
            let answer = try system.ask("resolve", "GATEIO_SPOT", "B1_USDT", "--format", "json")
            return answer.output.contains("\"symbol_id\":10,")
        }
        #expect(isServed)
        for wrong in ["101", "-1", "half"] {
            let result = try Program.run("serve", "--shrink-max=\(wrong)", "--unix", system.unixPath + "2")
            #expect(result.exitCode == 64 && result.error.contains("0 to 100"), "\(result.error)")
        }
        let shown = try Program.run("serve", "--print-config")
        #expect(shown.output.contains("50, and 0 for ids"), "the default is stated: \(shown.output)")
    }

    @Test("the oldest transaction that writes is shown with its process")
    func oldestWriter() throws {
        let database = try TestDatabase()
        let writer = try database.connect()
        try writer.executeScript("BEGIN; UPDATE exchanges SET display_name = 'x'", name: "writer")
        let folder = TemporaryFolder()
        let socket = folder.path + "/s"
        let server = try Program.start([
            "serve", "--unix", socket, "--database", try database.readerConninfo(),
        ])
        defer { server.end() }
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        var status: [String: Any] = [:]
        let isShown = try Deadline().poll {
            let answer = try Program.run("status", "--unix", socket, "--format", "json")
            status = try jsonObject(try #require(answer.lines.first))
            return status["oldest_writer_process_id"] as? Int != nil
        }
        #expect(isShown)
        #expect(status["oldest_writer_process_id"] as? Int == Int(writer.serverProcessId))
        #expect(status["oldest_writer_milliseconds"] as? Int != nil)
        // Younger than a minute: it is shown, but nobody has to look.
        #expect(attention(status).isEmpty)
    }
}
