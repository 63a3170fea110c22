import Foundation
import Scenarios
import Testing

/// What the command line says before it has talked to anybody.
@Suite("Command line: usage and settings")
struct UsageTests {
    static let commands = [
        "dev", "serve", "resolve", "symbol", "exchange", "list", "find", "search", "pairs", "assets", "stale", "watch",
        "status", "bench", "refused", "migrate", "exchanges", "symbols", "history", "import", "export", "populate",
        "validate", "rollback", "contracts", "image", "partitions", "backfill", "retain", "load-test",
    ]

    @Test("no command is without its test: the table is the program's own list")
    func everyCommandIsListed() throws {
        let help = try Program.run("--help").output
        let listed = help.matches(of: /\n  ([a-z][a-z-]*) +[A-Z]/).map { String($0.output.1) }
        #expect(Set(listed) == Set(Self.commands), "\(help)")
        #expect(listed.count == Self.commands.count)
    }

    @Test("every command of the table is there and explains itself", arguments: commands)
    func helpExists(command: String) throws {
        let help = try Program.run("help", command)
        #expect(help.exitCode == 0)
        #expect(help.output.contains("USAGE: symbology \(command)"))
    }

    @Test(
        "wrong usage is 64 and says what is right",
        arguments: [
            ["--bogus"], ["resolve"], ["resolve", "GATEIO_SPOT"], ["resolve", "", "BTC_USDT"], ["symbol", "abc"],
            ["symbol", "-1"], ["symbol", "4294967296"], ["find", "BTC"], ["find", "/USDT"], ["search", ""],
            ["search", String(repeating: "x", count: 47)],
            ["list", "--limit", "0"], ["pairs", "--min-venues", "0"], ["assets", "--limit", "0"], ["stale"],
            ["stale", "--days", "-1"], ["search", "B", "--mode", "suffix"],
            ["watch", "--unix", "/tmp/x", "--tcp", "127.0.0.1:1"],
            ["status", "--format", "xml"], ["status", "--tcp", "nowhere"], ["status", "--log-level", "loud"],
            ["serve", "--threads", "0"], ["migrate"], ["import"], ["nonsense"], ["export", "--format", "json"],
            ["partitions", "--keep", "0"], ["backfill", "--batch-size", "0"], ["backfill", "--rows-per-second", "0"],
            ["retain", "--batch-size", "0"], ["retain", "--audit-days", "0"], ["retain", "--health-days", "ever"],
            ["validate", "--phase", "0"], ["rollback", "--phase", "5", "--yes"],
        ])
    func wrongUsage(arguments: [String]) throws {
        let result = try Program.run(arguments)
        #expect(result.exitCode == 64, "\(arguments): \(result.error)")
        #expect(!result.error.isEmpty)
        #expect(result.output.isEmpty)
    }

    @Test("an argument that is no UTF-8 is refused, not repaired")
    func notUTF8() throws {
        // Swift cannot write such an argument either; the shell can.
        let script = "exec \"$0\" resolve GATEIO_SPOT \"$(printf 'BTC\\377USDT')\""
        let result = try RunningCommand.run(
            "/bin/sh", ["-c", script, Program.path], environment: Program.environment())
        #expect(result.exitCode == 64)
        #expect(result.error.contains("argument 3 is not valid UTF-8"))
    }

    @Test("nobody at the socket is 69, with the place and what to do")
    func noServer() throws {
        for arguments in [
            ["resolve", "GATEIO_SPOT", "BTC_USDT"], ["symbol", "1"], ["exchange"], ["list"], ["find", "BTC/USDT"],
            ["search", "BT"], ["watch"], ["status"], ["pairs"], ["assets"], ["stale", "--days", "1"],
        ] {
            let result = try Program.run(arguments + ["--unix", "/nonexistent/s.sock"])
            #expect(result.exitCode == 69, "\(arguments): \(result.error)")
            #expect(result.error.contains("/nonexistent/s.sock"))
            #expect(result.error.contains("symbology serve"))
        }
    }

    @Test("no database is 69, with the place and what to do")
    func noDatabase() throws {
        for arguments in [["export"], ["import", Program.seedPath], ["migrate", "status"], ["migrate", "up"]] {
            let result = try Program.run(arguments + ["--database", "host=/nonexistent dbname=x"])
            #expect(result.exitCode == 69, "\(arguments): \(result.error)")
            #expect(result.error.contains("/nonexistent"))
            #expect(result.error.contains("--database"))
        }
    }

    @Test(
        "a password in --database is 78 and appears nowhere", .scenario(.secrets),
        arguments: [
            "host=db password=hunter2secret", "postgresql://me:hunter2secret@db/md",
            "postgresql://db/md?password=hunter2secret",
        ])
    func passwordInArgument(conninfo: String) throws {
        for arguments in [
            ["serve"], ["export"], ["import", Program.seedPath], ["migrate", "up"], ["serve", "--print-config"],
        ] {
            let result = try Program.run(arguments + ["--database", conninfo])
            #expect(result.exitCode == 78, "\(arguments): \(result.error)")
            #expect(result.error.contains("PGPASSFILE"))
            #expect(!(result.error + result.output).contains("hunter2secret"))
        }
    }

    @Test("--print-config hides what may be a secret", .scenario(.secrets))
    func secretsAreHidden() throws {
        for conninfo in [
            "host=db password=hunter2secret", "postgresql://me:hunter2secret@db/md?sslmode=require",
            "postgresql://me@db/md?password=hunter2secret&sslmode=require", "host=db password = 'hunter2secret x'",
        ] {
            let result = try Program.run("serve", "--print-config", environment: ["SYMBOLOGY_DATABASE": conninfo])
            #expect(result.exitCode == 0)
            #expect(!result.output.contains("hunter2secret"))
            #expect(result.output.contains("db"), "the host is no secret: \(result.output)")
        }
    }

    @Test("flag beats environment beats file beats default")
    func precedence() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "symbology-\(UUID().uuidString).conf")
        try "# a comment\n\n tcp = 127.0.0.1:1003 \nlog-level=debug\n".write(
            to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        func tcp(_ arguments: [String], _ environment: [String: String?]) throws -> (value: String?, origin: String?) {
            let result = try Program.run(
                ["serve", "--print-config", "--format", "json"] + arguments, environment: environment)
            #expect(result.exitCode == 0, "\(result.error)")
            let rows = try result.lines.map(jsonObject)
            let row = rows.first { $0["setting"] as? String == "tcp" }
            return (row?["value"] as? String, row?["origin"] as? String)
        }
        let environment: [String: String?] = ["SYMBOLOGY_TCP": "127.0.0.1:1002", "SYMBOLOGY_CONFIG": file.path]
        #expect(try tcp(["--tcp", "127.0.0.1:1001"], environment) == ("127.0.0.1:1001", "flag"))
        #expect(try tcp([], environment) == ("127.0.0.1:1002", "environment"))
        #expect(try tcp([], ["SYMBOLOGY_CONFIG": file.path]) == ("127.0.0.1:1003", "\(file.path):3"))
        #expect(try tcp(["--config", file.path], [:]) == ("127.0.0.1:1003", "\(file.path):3"))
        #expect(try tcp([], [:]) == (nil, "default"))
    }

    @Test("a bad configuration is 78, with file and line")
    func badConfiguration() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "symbology-\(UUID().uuidString).conf")
        defer { try? FileManager.default.removeItem(at: file) }
        for (text, expected) in [
            ("format = table\nbogus = 1\n", ":2: unknown setting \"bogus\""), ("format\n", ":1: there is no ="),
            ("tcp = nowhere\n", ":1"),
        ] {
            try text.write(to: file, atomically: true, encoding: .utf8)
            let result = try Program.run("status", "--config", file.path)
            #expect(result.exitCode == 78, "\(text): \(result.error)")
            #expect(result.error.contains(expected), "\(result.error)")
        }
        #expect(try Program.run("status", "--config", "/nonexistent/x").exitCode == 78)
        let environment = try Program.run("serve", environment: ["SYMBOLOGY_THREADS": "many"])
        #expect(environment.exitCode == 78)
        #expect(environment.error.contains("SYMBOLOGY_THREADS"))
    }

    @Test("without a flag SYMBOLOGY_ADDRESS, then the socket under XDG_RUNTIME_DIR")
    func defaultAddress() throws {
        let runtime = FileManager.default.temporaryDirectory.appending(path: "sy\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: runtime.appending(path: "symbology"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: runtime) }
        let socket = runtime.appending(path: "symbology/symbology.sock").path
        #expect(FileManager.default.createFile(atPath: socket, contents: nil))
        let byDefault = try Program.run("status", environment: ["XDG_RUNTIME_DIR": runtime.path])
        #expect(byDefault.exitCode == 69)
        #expect(byDefault.error.contains(socket), "\(byDefault.error)")
        let environment = ["XDG_RUNTIME_DIR": runtime.path, "SYMBOLOGY_ADDRESS": "/nonexistent/a.sock"]
        #expect(try Program.run("status", environment: environment).error.contains("/nonexistent/a.sock"))
    }
}
