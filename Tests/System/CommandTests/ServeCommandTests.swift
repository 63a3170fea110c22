import Foundation
import Scenarios
import TestSupport
import Testing

@Suite("Command line: serve")
struct ServeCommandTests {
    @Test("SIGTERM and SIGINT end it in order with 0 and take the socket away", arguments: [SIGTERM, SIGINT])
    func stops(signal: Int32) throws {
        let system = try RunningSystem()
        system.server.signal(signal)
        let finished = try system.server.finish()
        #expect(finished.exitCode == 0)
        #expect(finished.error.contains("ready"))
        #expect(!FileManager.default.fileExists(atPath: system.unixPath))
        #expect(try system.ask("status").exitCode == 69)
    }

    @Test("without a database it answers not loaded, and loads when the database comes")
    func beforeTheDatabase() throws {
        let database = try TestDatabase(.empty)
        let folder = TemporaryFolder()
        let socket = folder.path + "/s.sock"
        let server = try Program.start(["serve", "--unix", socket, "--database", database.conninfo])
        defer { server.end() }
        try server.waitForLine(.error, "listening") { $0.contains("listening") }

        let resolved = try Program.run("resolve", "GATEIO_SPOT", "BTC_USDT", "--unix", socket)
        #expect(resolved.exitCode == 69)
        #expect(resolved.output.contains("not_loaded") || resolved.error.contains("not read"), "\(resolved)")
        #expect(try Program.run("status", "--unix", socket).exitCode == 1)

        try RunningSystem.mustSucceed(["migrate", "up", "--database", database.conninfo])
        try RunningSystem.mustSucceed(["import", Program.seedPath, "--database", database.conninfo])
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        // The first load may fall before the import, and its doorbell brings them, or after it.
        let count = try String(contentsOfFile: Program.seedPath, encoding: .utf8).split(separator: "\n").count - 1
        try server.waitForLine(.error, "the symbols") {
            $0.contains("\(count) symbols") || $0.contains("published changes=\(count) ")
        }
        #expect(try Program.run("resolve", "GATEIO_SPOT", "BTC_USDT", "--unix", socket).exitCode == 0)
    }

    @Test("a place in use is 71 and named; the server that has it lives on", .scenario(.secondInstance))
    func placeInUse() throws {
        let system = try RunningSystem()
        for place in [["--tcp", system.tcpAddress], ["--unix", system.unixPath]] {
            let second = try Program.run(["serve", "--database", system.database.conninfo] + place)
            #expect(second.exitCode == 71, "\(second.error)")
            #expect(second.error.contains(place[1]), "\(second.error)")
            #expect(second.error.contains("--unix"))
        }
        #expect(try system.ask("status").exitCode == 0)
        #expect(try system.askOverTCP("status").exitCode == 0)
    }

    @Test("the socket of a killed server is replaced; a file that is none is left alone")
    func existingFile() throws {
        let system = try RunningSystem()
        system.server.signal(SIGKILL)
        _ = try system.server.finish()
        #expect(FileManager.default.fileExists(atPath: system.unixPath))
        let again = try Program.start(["serve", "--database", system.database.conninfo, "--unix", system.unixPath])
        defer { again.end() }
        try again.waitForLine(.error, "ready") { $0.contains(" ready ") }
        #expect(try system.ask("status").exitCode == 0)

        let file = system.folder.write("precious", "precious")
        let refused = try Program.run("serve", "--database", system.database.conninfo, "--unix", file)
        #expect(refused.exitCode == 71)
        #expect(refused.error.contains(file))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    }

    @Test("an address that others could reach is 78 unless it is allowed", .scenario(.nonLoopbackBind))
    func remoteAddress() throws {
        let result = try Program.run("serve", "--tcp", "0.0.0.0:0", "--database", "host=/nonexistent")
        #expect(result.exitCode == 78)
        #expect(result.error.contains("--allow-remote"))
    }
}
