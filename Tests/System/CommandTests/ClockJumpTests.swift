import Foundation
import Scenarios
import SymbologyClient
import TestSupport
import Testing

/// The time of day jumps, as when somebody sets it or a machine wakes from a long sleep: nothing follows it but what is
/// printed. libfaketime, which `.ci/setup` installs, stands between the program and the clock.
@Suite("Command line: the wall clock jumps")
struct ClockJumpTests {
    /// What makes a program see the time of day that a file says: an offset such as `+400d`.
    private static func environment(_ file: String) throws -> [String: String?] {
        let folders = namesInFolder("/usr/lib").map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
        let library = try #require(folders.first { access($0, R_OK) == 0 }, "install faketime, or run .ci/setup")
        return [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        ]
    }

    /// Through a shell that becomes the program: the library's start adds to the environment where nobody has, which
    /// moves it in memory, and Swift looks for the arguments beside it.
    private static func start(_ arguments: [String], _ environment: [String: String?]) throws -> RunningCommand {
        try RunningCommand(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\"", Program.path] + arguments,
            environment: Program.environment(environment))
    }

    /// And removes what the library leaves behind.
    private static func end(_ command: RunningCommand) {
        command.end()
        for name in ["faketime_shm_", "sem.faketime_sem_"] { unlink("/dev/shm/\(name)\(command.processId)") }
    }

    private static func set(_ offset: String, _ file: String) throws {
        try Data("\(offset)\n".utf8).write(to: URL(filePath: file), options: .atomic)
    }

    private static func year(_ line: String) -> Int? { Int(line.prefix(4)) }

    @Test("neither a server nor who follows it takes notice", .scenario(.clockJumps))
    func jumps() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        let folder = TemporaryFolder()
        let socket = folder.path("s")
        let file = folder.path("time")
        try Self.set("+0", file)
        let environment = try Self.environment(file)
        try RunningSystem.mustSucceed(["import", Program.seedPath, "--database", database.conninfo])
        let server = try Self.start(
            ["serve", "--database", database.readerConninfo(), "--unix", socket, "--snapshot", folder.path("image")],
            environment)
        defer { Self.end(server) }
        let ready = try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        let watch = try Self.start(["watch", "--heartbeats", "--unix", socket, "--format", "json"], environment)
        defer { Self.end(watch) }
        try watch.waitForLine(.error, "subscribed") { $0.contains("subscribed") }
        let client = try LookupClient(.unix(path: socket))
        let epoch = try client.status().epoch
        let year = try #require(Self.year(ready.line))

        var (logged, seen) = (ready.next, 0)
        for (step, jump) in [("+800d", 2), ("-800d", -2), ("+0", 0)].enumerated() {
            try Self.set(jump.0, file)
            try connection.executeScript(
                "UPDATE symbols SET precision_price = \(step + 3) WHERE id = 1", name: "change")
            let published = try server.waitForLine(.error, from: logged, "the change") {
                $0.contains("published") && $0.contains("generation=\(step + 2) ")
            }
            logged = published.next
            // The program does see another time: without it this test would say nothing.
            #expect(Self.year(published.line).map { $0 - year }.map { abs($0 - jump.1) <= 1 } == true, "\(published)")
            seen = try watch.waitForLine(.output, from: seen, "the push") { $0.contains("\"modify\"") }.next
            let beat = try watch.waitForLine(.output, from: seen, "a heartbeat") { $0.contains("heartbeat") }
            seen = beat.next
            let heartbeat = try jsonObject(beat.line)
            #expect(heartbeat["database_connected"] as? Bool == true)
            let status = try client.status()
            #expect(status.isDatabaseConnected && !status.isFromFile && status.epoch == epoch)
            // Days would be 10 digits.
            #expect(try #require(status.ageMilliseconds) < 600_000)
            #expect(status.uptimeMilliseconds < 600_000)
        }
        watch.signal(SIGKILL)
        _ = try watch.finish()
        server.signal(SIGTERM)
        let finished = try server.finish()
        #expect(finished.exitCode == 0)
        for word in ["lost", "attempt", "warning", "error"] {
            #expect(!finished.error.contains(word), "\(finished.error)")
        }
        withExtendedLifetime(folder) {}
    }
}
