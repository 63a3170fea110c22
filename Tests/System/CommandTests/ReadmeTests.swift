import Foundation
import TestSupport
import Testing

/// Every command the README shows is run, and where it shows what appears, that appears.
@Suite("README")
struct ReadmeTests {
    struct Block {
        let language: String
        let lines: [String]
    }

    /// A command of a console block and the lines that follow it.
    struct Step {
        let command: String
        var output: [String] = []
    }

    static func blocks() throws -> [Block] {
        let text = try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
        var blocks: [Block] = []
        var open: (language: String, lines: [String])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append(Block(language: block.language, lines: block.lines))
                    open = nil
                } else {
                    open = (String(line.dropFirst(3)), [])
                }
            } else {
                open?.lines.append(line)
            }
        }
        return blocks
    }

    static func steps(_ block: Block) -> [Step] {
        var steps: [Step] = []
        for line in block.lines {
            if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2))))
            } else if !line.isEmpty, !steps.isEmpty {
                steps[steps.count - 1].output.append(line)
            }
        }
        return steps
    }

    /// The program under test instead of the one a user built, and no port that somebody else may have.
    private static func runnable(_ command: String) -> String {
        let words = command.replacing(".build/release/symbology", with: "symbology")
        return words.replacing(#/^symbology /#, with: Program.path + " ").replacing(
            "127.0.0.1:7001", with: "127.0.0.1:0")
    }

    private static func shell(
        _ command: String, _ environment: [String: String?], _ folder: String
    ) throws -> RunningCommand.Finished {
        try RunningCommand.run(
            "/bin/sh", ["-c", runnable(command)], environment: Program.environment(environment), folder: folder)
    }

    /// A line but for its spaces, and for the generation, which tells when the server was started.
    private static func shown(_ line: String) -> [Substring] {
        words(line.replacing(#/\d{16}/#, with: "generation"))
    }

    private static func words(_ line: String) -> [Substring] { line.split(separator: " ") }

    @Test("every fenced block is of a kind that these tests run")
    func kinds() throws {
        let languages = try Self.blocks().map(\.language)
        #expect(languages == ["sh", "console", "sql", "console", "swift"])
    }

    @Test("the two commands are targets of the Makefile")
    func make() throws {
        let block = try #require(try Self.blocks().first { $0.language == "sh" })
        for line in block.lines where !line.isEmpty {
            let target = try #require(line.firstMatch(of: /^make (\w+)/)).output.1
            let result = try RunningCommand.run(
                "/usr/bin/env", ["make", "-n", String(target)], environment: ["MAKEFLAGS": nil, "MAKELEVEL": nil],
                folder: Program.root.path)
            #expect(result.exitCode == 0, "\(line): \(result.error)")
        }
    }

    @Test("what to type next, and the change that arrives")
    func tryIt() throws {
        let folder = TemporaryFolder()
        let environment: [String: String?] = ["SYMBOLOGY_ADDRESS": folder.path("s.sock")]
        let dev = try Program.start(["dev"], environment: environment, folder: folder.path)
        defer { dev.end() }
        try dev.waitForLine(.output, "the guide") { $0.contains("Ctrl-C ends") }

        let blocks = try Self.blocks()
        for step in Self.steps(try #require(blocks.first { $0.language == "console" })) {
            let result = try Self.shell(step.command, environment, folder.path)
            #expect(result.exitCode == 0, "\(step.command): \(result.error)")
            #expect(!result.output.isEmpty, "\(step.command)")
            if !step.output.isEmpty {
                #expect(result.lines.map(Self.shown) == step.output.map(Self.shown), "\(step.command)")
            }
        }

        let watch = try Program.start(["watch"], environment: environment, folder: folder.path)
        defer { watch.end() }
        try watch.waitForLine(.error, "subscribed") { $0.contains("subscribed") }
        let sql = try #require(blocks.first { $0.language == "sql" }).lines.joined(separator: "\n")
        let printed = try dev.waitForLine(.output, "a psql line") { $0.contains("psql -h") }.line
        let psql = try #require(printed.firstMatch(of: #/^\s*(.+) -c /#)).output.1
        let script = folder.write("change.sql", sql)
        #expect(try RunningCommand.run("/bin/sh", ["-c", "\(psql) -q -f \(script)"]).exitCode == 0)
        let shown = try #require(
            String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
                .firstMatch(of: /prints `(modify symbol \d+)/)
        ).output.1
        try watch.waitForLine(.output, String(shown)) { Self.words($0).starts(with: Self.words(String(shown))) }
    }

    @Test("on a database of one's own")
    func ownDatabase() throws {
        let database = try TestDatabase(.empty)
        let folder = TemporaryFolder()
        try FileManager.default.copyItem(atPath: Program.seedPath, toPath: folder.path("symbols.csv"))
        let service = database.conninfo.replacing("'", with: "").split(separator: " ").joined(separator: "\n")
        folder.write("services", "[reference]\n\(service)\n")
        let environment: [String: String?] = ["PGSERVICEFILE": folder.path("services"), "PGHOST": nil]
        let block = try #require(try Self.blocks().last { $0.language == "console" })
        for step in Self.steps(block) {
            if step.command.contains("symbology serve") {
                let command = "exec " + Self.runnable(step.command)
                let server = try RunningCommand(
                    "/bin/sh", ["-c", command], environment: Program.environment(environment), folder: folder.path)
                defer { server.end() }
                try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
            } else {
                let result = try Self.shell(step.command, environment, folder.path)
                #expect(result.exitCode == 0, "\(step.command): \(result.error)")
            }
        }
    }
}
