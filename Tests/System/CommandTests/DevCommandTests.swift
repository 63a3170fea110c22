import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Command line: dev")
struct DevCommandTests {
    let folder = TemporaryFolder()
    /// Names the one place that both `dev` and the commands of the "second terminal" use.
    let environment: [String: String?]

    /// Where it is started. A shell would take its name for three words.
    let home: String

    init() throws {
        environment = ["SYMBOLOGY_ADDRESS": folder.path("s.sock")]
        home = folder.path("it's my data")
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
    }

    private func start() throws -> RunningCommand {
        let dev = try Program.start(["dev"], environment: environment, folder: home)
        try dev.waitForLine(.output, "the guide") { $0.contains("Ctrl-C ends") }
        return dev
    }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments, environment: environment, folder: home)
    }

    /// The psql line that `dev` prints, run as it stands.
    private func runPrintedUpdate(_ dev: RunningCommand) throws {
        let line = try dev.waitForLine(.output, "a psql line") { $0.contains("psql -h") }.line
        let result = try RunningCommand.run("/bin/sh", ["-c", line], folder: home)
        #expect(result.exitCode == 0, "\(line): \(result.error)")
        #expect(result.output == "UPDATE 1\n", "\(result.output)")
    }

    /// The line that asks for an option by its name.
    private func runPrintedOption(_ dev: RunningCommand) throws {
        let line = try dev.waitForLine(.output, "an option") { $0.contains("resolve DERIBIT") }.line
        let result = try RunningCommand.run(
            "/bin/sh", ["-c", line], environment: Program.environment(environment), folder: home)
        #expect(result.exitCode == 0 && result.output.contains(" ok "), "\(line): \(result.error)")
        #expect(line.contains(/BTC\/USD:BTC-\d{6}-\d+-[CP]/), "\(line)")
        let chain = try run("contracts", "DERIBIT", "BTC/USD", "--active", "--format", "json").lines.map(jsonObject)
        #expect(chain.map { $0["kind"] as? String } == ["perpetual", "future"] + opts + ["future"] + opts)
    }

    private let opts = Array(repeating: "option", count: 6)

    @Test("a whole system: seeded, answering, changing; ended by Ctrl-C; found again by the second start")
    func twice() throws {
        let first = try start()
        defer { first.end() }
        #expect(try run("resolve", "GATEIO_SPOT", "BTC_USDT").exitCode == 0)
        #expect(try run("find", "BTC/USDT").lines.count == 5)
        #expect(try run("list").lines.count == 148)
        try runPrintedOption(first)

        let watch = try Program.start(["watch"], environment: environment, folder: home)
        defer { watch.end() }
        try watch.waitForLine(.error, "subscribed") { $0.contains("subscribed") }
        try runPrintedUpdate(first)
        try watch.waitForLine(.output, "the change") { $0.hasPrefix("modify") && $0.contains("symbol") }
        let precision = { (result: RunningCommand.Finished) in
            try jsonObject(result.lines[0])["precision_price"] as? Int
        }
        #expect(try precision(run("resolve", "GATEIO_SPOT", "BTC_USDT", "--format", "json")) == 5)

        let second = try run("dev")
        #expect(second.exitCode == 71)
        #expect(
            second.error.contains("already") && second.error.contains("process \(first.processId)"), "\(second.error)")

        first.signal(SIGINT)
        let finished = try first.finish()
        #expect(finished.exitCode == 0, "\(finished.error)")
        #expect(finished.error.contains("seeded"))
        #expect(!FileManager.default.fileExists(atPath: home + "/.symbology/cluster/.s.PGSQL.5432"))
        #expect(try run("status").exitCode == 69)

        let again = try start()
        defer { again.end() }
        #expect(try precision(run("resolve", "GATEIO_SPOT", "BTC_USDT", "--format", "json")) == 5, "the data stayed")
        again.signal(SIGTERM)
        let ended = try again.finish()
        #expect(ended.exitCode == 0)
        #expect(!ended.error.contains("seeded"), "what is there is not seeded again")
    }

    @Test("killed without a chance to tidy up, it starts again")
    func killed() throws {
        let first = try start()
        first.signal(SIGKILL)
        _ = try first.finish()
        let again = try start()
        defer { again.end() }
        #expect(try run("resolve", "MEXC_SPOT", "BTCUSDT").exitCode == 0)
    }

    @Test("a folder that development's migrations made is refused: the last line says what to remove")
    func formerFolder() throws {
        let first = try start()
        defer { first.end() }
        let line = try first.waitForLine(.output, "a psql line") { $0.contains("psql -h") }.line
        let psql = try #require(line.split(separator: " -c ").first)
        let former = "UPDATE symbology_migrations SET name = 'create_exchanges' WHERE version = 2"
        let changed = try RunningCommand.run("/bin/sh", ["-c", "\(psql) -c \"\(former)\""], folder: home)
        #expect(changed.exitCode == 0, "\(changed.error)")
        first.signal(SIGINT)
        _ = try first.finish()

        let second = try run("dev")
        #expect(second.exitCode == 1)
        #expect(second.error.contains("002_create_exchanges"), "\(second.error)")
        #expect(second.error.contains("symbology export") && second.error.contains("remove its folder (.symbology)"))
    }

    @Test("SIGHUP serves what is held back, as status says")
    func heldBack() throws {
        let dev = try start()
        defer { dev.end() }
        let line = try dev.waitForLine(.output, "a psql line") { $0.contains("psql -h") }.line
        let psql = try #require(line.split(separator: " -c ").first)
        let deleted = try RunningCommand.run(
            "/bin/sh", ["-c", "\(psql) -c 'DELETE FROM symbols WHERE id > 10'"], folder: home)
        #expect(deleted.exitCode == 0, "\(deleted.error)")
        let told = "kill -HUP \(dev.processId)"
        let isHeldBack = try Deadline().poll { try run("status").output.contains(told) }
        #expect(isHeldBack)
        #expect(try run("list").lines.count == 148)
        dev.signal(SIGHUP)
        let isServed = try Deadline().poll { try run("list").lines.count == 10 }
        #expect(isServed)
        dev.signal(SIGINT)
        #expect(try dev.finish().exitCode == 0)
    }

    @Test("a folder it cannot use is 71 and named")
    func unusableFolder() throws {
        let file = folder.write("file", "in the way")
        let result = try run("dev", "--directory", file)
        #expect(result.exitCode == 71)
        #expect(result.error.contains(file), "\(result.error)")
    }
}
