import Foundation
import Scenarios
import SymbologyClient
import TestSupport
import Testing

/// The time of day jumps, as when somebody sets it or a machine wakes from a long sleep: nothing follows it but what is
/// printed.
@Suite("Command line: the wall clock jumps")
struct ClockJumpTests {
    private static func year(_ line: String) -> Int? { Int(line.prefix(4)) }

    @Test("neither a server nor who follows it takes notice", .scenario(.clockJumps))
    func jumps() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        let folder = TemporaryFolder()
        let socket = folder.path("s")
        let clock = try FakedClock(in: folder)
        try RunningSystem.mustSucceed(["import", Program.seedPath, "--database", database.conninfo])
        let server = try clock.start(
            ["serve", "--database", database.readerConninfo(), "--unix", socket, "--snapshot", folder.path("image")])
        defer { clock.end(server) }
        let ready = try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
        let watch = try clock.start(["watch", "--heartbeats", "--unix", socket, "--format", "json"])
        defer { clock.end(watch) }
        try watch.waitForLine(.error, "subscribed") { $0.contains("subscribed") }
        let client = try LookupClient(.unix(path: socket))
        let (epoch, first) = (try client.status().epoch, try client.status().generation)
        let year = try #require(Self.year(ready.line))

        var (logged, seen) = (ready.next, 0)
        for (step, jump) in [("+800d", 2), ("-800d", -2), ("+0", 0)].enumerated() {
            try clock.set(jump.0)
            try connection.executeScript(
                "UPDATE symbols SET precision_price = \(step + 3) WHERE id = 1", name: "change")
            let published = try server.waitForLine(.error, from: logged, "the change") {
                $0.contains("published") && $0.contains("generation=\(first + UInt64(step) + 1) ")
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
