import Foundation
import SymbologyWire
import TestSupport
import Testing

/// A server that has less memory than its tables grow to.
@Suite("Command line: tables that grow past memory")
struct MemoryCommandTests {
    private static func grow(_ system: RunningSystem, by count: Int) throws {
        try system.execute(
            """
            BEGIN; SET LOCAL statement_timeout = 0;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'Q', 'B' || g || '_Q' FROM generate_series(1, \(count)) g;
            COMMIT
            """)
    }

    private static func limit(_ server: RunningCommand, _ byteCount: String) {
        let result = TestSupport.Program.run(["prlimit", "--pid", "\(server.processId)", "--as=\(byteCount):"])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test("--memory-max: the last state stays, status says so, and a larger one in the file serves the rest")
    func setting() throws {
        let folder = TemporaryFolder()
        let file = folder.write("serve.conf", "memory-max = 33M\n")
        let system = try RunningSystem(arguments: ["--config", file])
        let before = try #require(try system.rows("status").first)["symbol_count"] as? Int
        try Self.grow(system, by: 1_000)
        #expect(try Deadline().poll { try system.rows("status").first?["held_back_milliseconds"] is Int })
        let held = try #require(try system.rows("status").first)
        #expect(held["symbol_count"] as? Int == before && held["needed_megabytes"] as? Int != nil)
        let attention = held["attention"] as? [String] ?? []
        #expect(attention.contains { $0.contains("memory") && $0.contains("--memory-max") }, "\(attention)")
        folder.write("serve.conf", "memory-max = 1G\n")
        system.server.signal(SIGHUP)
        #expect(
            try Deadline().poll { try system.rows("status").first?["symbol_count"] as? Int == (before ?? 0) + 1_000 })
        #expect(try system.rows("status").first?["held_back_milliseconds"] is NSNull)
    }

    @Test("a size that is none is refused", arguments: ["much", "1X", "-1", "0", "9999999999G", "M"])
    func sizes(text: String) throws {
        let result = try Program.run("serve", "--memory-max=\(text)", "--unix", TemporaryFolder().path("s"))
        #expect(result.exitCode == 64 && result.error.contains("memory-max"), "\(result)")
    }

    /// A sanitizer takes all of the address space.
    @Test(
        "under ulimit -v it goes on with what it has", .enabled(if: Sanitizer.current == nil),
        .timeLimit(.minutes(5)))
    func addressSpace() throws {
        let system = try RunningSystem()
        let used = try system.server.memoryByteCount("VmSize")
        let socket = system.folder.path("limited")
        let limited = try RunningCommand(
            "/bin/sh",
            [
                "-c", "ulimit -v \((used + 80 << 20) / 1_024) && exec \"$0\" \"$@\"", Program.path, "serve",
                "--database", try system.database.readerConninfo(), "--unix", socket,
            ], environment: Program.environment())
        defer { limited.end() }
        try limited.waitForLine(.error, "ready") { $0.contains(" ready ") }
        Self.limit(limited, "\(try limited.memoryByteCount("VmSize") + (80 << 20))")
        try Self.grow(system, by: 100_000)
        try limited.waitForLine(.error, withinSeconds: 120, "what is amiss") { $0.contains("held back: ") }
        func status() throws -> [String: Any] {
            try jsonObject(try #require(Program.run("status", "--unix", socket, "--format", "json").lines.first))
        }
        #expect(try status()["held_back_milliseconds"] is Int && status()["needed_megabytes"] is Int)
        let answer = try Program.run("resolve", "GATEIO_SPOT", "BTC_USDT", "--unix", socket)
        #expect(answer.exitCode == 0, "\(answer)")
        // What needs no more is served again.
        try system.execute("DELETE FROM symbols WHERE quote_asset = 'Q'")
        limited.signal(SIGHUP)
        #expect(try Deadline(seconds: 120).poll { try status()["held_back_milliseconds"] is NSNull })
        limited.signal(SIGTERM)
        #expect(try limited.finish().exitCode == 0)
    }

    @Test(
        "under any ulimit -v it serves, or ends with one line", .enabled(if: Sanitizer.current == nil),
        .timeLimit(.minutes(10)), arguments: Array(stride(from: 100_000, through: 600_000, by: 50_000)))
    func ladder(kilobyteCount: Int) throws {
        let database = try TestDatabase()
        for arguments in [[], ["--snapshot", "image"]] {
            let folder = TemporaryFolder()
            let server = try RunningCommand(
                "/bin/sh",
                [
                    "-c", "ulimit -v \(kilobyteCount) && exec \"$0\" \"$@\"", Program.path, "serve", "--database",
                    try database.readerConninfo(), "--unix", "s",
                ] + arguments, environment: Program.environment(), folder: folder.path)
            defer { server.end() }
            do {
                try server.waitForLine(.error, "ready") { $0.contains(" ready ") || $0.contains("attempt 4 failed") }
                server.signal(SIGTERM)
                #expect(try server.finish().exitCode == 0, "\(kilobyteCount) \(arguments)")
            } catch {
                let ended = try server.finish()
                #expect(ended.exitCode > 0 && ended.error.split(separator: "\n").count == 1, "\(error)")
            }
        }
    }

    @Test(
        "under ulimit -v clients that ask for more than there is are cut, and the server goes on",
        .enabled(if: Sanitizer.current == nil), .timeLimit(.minutes(5)))
    func greedyClients() throws {
        let system = try RunningSystem()
        try Self.grow(system, by: 3_000)
        let isServed = try Deadline().poll {
            try system.rows("status").first?["symbol_count"] as? Int ?? 0 > 3_000
        }
        #expect(isServed)
        let server = system.server
        Self.limit(server, "\(try server.memoryByteCount("VmSize") + (40 << 20))")
        let request = [UInt8](unsafeUninitializedCapacity: WireLimits.requestByteCountMax) { buffer, count in
            let frame = UnsafeMutableRawPointer(buffer.baseAddress!)
            ListSymbolsView.write(
                to: frame, requestId: 1, exchangeId: 0, activeOnly: false, afterSymbolId: 0, countMax: 0,
                expectedGeneration: 0)
            count = FrameHeaderView(frame).frameByteCount
        }
        // Two pages are more than a socket takes, and all that one of them may leave unread.
        let requests = Array(repeatElement(request, count: 3).joined())
        let greedy = try (0..<150).map { _ in
            let client = try RawSocket(unixPath: system.unixPath)
            _ = client.sendWhatFits(requests)
            return client
        }
        try server.waitForLine(.error, "who is cut") { $0.contains("client closed") && $0.contains("outOfMemory") }
        let isAnswered = try Deadline().poll { try system.ask("resolve", "GATEIO_SPOT", "BTC_USDT").exitCode == 0 }
        #expect(isAnswered)
        withExtendedLifetime(greedy) {}
        server.signal(SIGTERM)
        #expect(try server.finish().exitCode == 0)
    }

    /// One row that makes a new main image necessary, asked for where the limit was lowered under a server that runs.
    @Test(
        "a change for which there is no memory any more is held back, and the server goes on",
        .enabled(if: Sanitizer.current == nil), .timeLimit(.minutes(5)))
    func addressSpaceLowered() throws {
        let folder = TemporaryFolder()
        let system = try RunningSystem(arguments: ["--snapshot", folder.path("image"), "--log-level", "debug"])
        let server = system.server
        try Self.grow(system, by: 40_000)
        let count = try Int(system.integer("SELECT count(*) FROM symbols"))
        let isLoaded = try Deadline(seconds: 120).poll {
            try system.rows("status").first?["symbol_count"] as? Int == count
        }
        #expect(isLoaded)
        // Nothing is made any more.
        let generation = try #require(try system.rows("status").first?["generation"] as? Int)
        try server.waitForLine(.error, withinSeconds: 120, "image") {
            $0.contains("image of generation \(generation) written")
        }
        func digits() throws -> Int? {
            try #require(try system.rows("resolve", "MEXC_SPOT", "B7_Q").first)["precision_price"] as? Int
        }
        let former = try digits()
        Self.limit(server, "\(try server.memoryByteCount("VmSize") + (24 << 20))")
        try system.execute("UPDATE exchanges SET precision_default = 3 WHERE id = 1")
        try server.waitForLine(.error, withinSeconds: 120, "what is amiss") { $0.contains("held back: ") }
        let held = try #require(try system.rows("status").first)
        #expect(held["held_back_milliseconds"] is Int && held["needed_megabytes"] is Int)
        #expect(try digits() == former)
        Self.limit(server, "unlimited")
        server.signal(SIGHUP)
        #expect(try Deadline(seconds: 120).poll { try digits() == 3 })
        #expect(try system.rows("status").first?["held_back_milliseconds"] is NSNull)
    }
}
