import Foundation
import TestSupport
import Testing

@Suite("Command line: migrate")
struct MigrateCommandTests {
    let database: TestDatabase

    init() throws { database = try TestDatabase(.empty) }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(["migrate"] + arguments + ["--database", database.conninfo])
    }

    private func states() throws -> [String] {
        try run("status", "--format", "json").lines.compactMap { try jsonObject($0)["state"] as? String }
    }

    @Test("dry run, up, verify, status, down and up again")
    func wholeLife() throws {
        #expect(try states().allSatisfy { $0 == "pending" })
        let count = try states().count
        #expect(count >= 4)
        #expect(try run("verify").exitCode == 0, "what is pending is no problem")

        let dry = try run("up", "--dry-run")
        #expect(dry.exitCode == 0, "\(dry.error)")
        #expect(dry.lines.count >= count)
        #expect(try states().allSatisfy { $0 == "pending" }, "a dry run leaves everything as it was")

        #expect(try run("up").exitCode == 0)
        #expect(try states() == Array(repeating: "applied", count: count))
        #expect(try run("verify").exitCode == 0)
        #expect(try run("up").exitCode == 0, "nothing to do is no failure")

        #expect(try run("down", "--count", "\(count)").exitCode == 0)
        #expect(try states().allSatisfy { $0 == "pending" })
        #expect(try run("up").exitCode == 0)
    }

    @Test("an applied file that was edited is refused")
    func editedFile() throws {
        let folder = TemporaryFolder()
        let copy = URL(filePath: folder.path + "/Migrations")
        try FileManager.default.copyItem(at: Program.root.appending(path: "Migrations"), to: copy)
        #expect(try run("up", "--migrations", copy.path).exitCode == 0)
        let file = copy.appending(path: "002_exchanges.up.sql")
        try (String(contentsOf: file, encoding: .utf8) + "\n-- edited\n").write(
            to: file, atomically: true, encoding: .utf8)
        for arguments in [["verify"], ["up"]] {
            let result = try Program.run(
                ["migrate"] + arguments + ["--migrations", copy.path, "--database", database.conninfo])
            #expect(result.exitCode == 1, "\(result.error)")
            #expect((result.error + result.output).contains("002"), "\(result.error)")
        }
    }

    @Test("a folder that is not there is 78")
    func noFolder() throws {
        let result = try run("up", "--migrations", "/nonexistent")
        #expect(result.exitCode == 78)
        #expect(result.error.contains("/nonexistent"))
    }
}
