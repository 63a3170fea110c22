import Foundation
import SymbologyWire
import TestSupport
import Testing

/// Nothing here looks at how long anything took: runs end by their count of requests, or by a signal.
@Suite("bench")
struct BenchCommandTests {
    private func bench(_ system: RunningSystem, _ arguments: String...) throws -> [String: Any] {
        let result = try Program.run(
            ["bench", "--unix", system.unixPath, "--format", "json", "-d", "600"] + arguments)
        #expect(result.exitCode == 0, "\(result.error)")
        return try jsonObject(try #require(result.lines.first))
    }

    private func integer(_ row: [String: Any], _ key: String) throws -> Int {
        try #require(row[key] as? Int, "\(key) in \(row)")
    }

    @Test("a closed loop answers all it asked, has no corrected figures, and writes what HdrHistogram's tools read")
    func closedLoop() throws {
        let system = try RunningSystem()
        let folder = TemporaryFolder()
        let path = folder.path("run.hgrm")
        let row = try bench(
            system, "-c", "3", "-P", "8", "-n", "2000", "--keys", "zipf", "--seed", "7", "--verify", "--hdr", path)
        #expect(row["loop"] as? String == "closed")
        #expect(row["asked_per_second"] is NSNull)
        for key in ["request_count", "answer_count", "hit_count", "verified_count", "uncorrected_count"] {
            #expect(try integer(row, key) == 2_000, "\(key)")
        }
        for key in ["corrected_count", "wrong_count", "miss_count", "unanswered_count"] {
            #expect(try integer(row, key) == 0, "\(key)")
        }
        #expect(try integer(row, "seed") == 7)
        try expectDistribution(path, count: 2_000)
    }

    @Test("an open loop sends at the asked rate, counts from when requests were due, and asks for what is not there")
    func openLoop() throws {
        let system = try RunningSystem()
        let folder = TemporaryFolder()
        let path = folder.path("open")
        let result = try Program.run(
            "bench", "--tcp", system.tcpAddress, "--format", "json", "-d", "600", "-n", "1000", "-R", "5000", "-c", "2",
            "-P", "4", "--busy-poll", "--miss-ratio", "0.5", "--seed", "1", "--verify", "--hdr", path)
        #expect(result.exitCode == 0, "\(result.error)")
        let row = try jsonObject(try #require(result.lines.first))
        #expect(row["loop"] as? String == "open")
        #expect(try integer(row, "asked_per_second") == 5_000)
        for key in ["answer_count", "corrected_count", "uncorrected_count", "verified_count"] {
            #expect(try integer(row, key) == 1_000, "\(key)")
        }
        let misses = try integer(row, "miss_count")
        #expect(misses > 300 && misses < 700)
        #expect(try integer(row, "hit_count") == 1_000 - misses)
        try expectDistribution(path, count: 1_000)
        try expectDistribution(path + "-uncorrected.hgrm", count: 1_000)
    }

    @Test("a replica answers in the process, by the image that is mapped or fetched, and every answer is verified")
    func replica() throws {
        let folder = TemporaryFolder()
        let system = try RunningSystem(arguments: ["--snapshot", folder.path("image")])
        for (place, address, depth) in [("--unix", system.unixPath, "1"), ("--tcp", system.tcpAddress, "32")] {
            let result = try Program.run(
                "bench", "--replica", place, address, "--format", "json", "-d", "600", "-c", "2", "-P", depth, "-n",
                "6400", "--miss-ratio", "0.5", "--keys", "zipf", "--seed", "1", "--verify")
            #expect(result.exitCode == 0, "\(result.error)")
            let row = try jsonObject(try #require(result.lines.first))
            #expect(row["is_replica"] as? Bool == true && row["loop"] as? String == "closed")
            #expect(row["replica_state"] as? String == "live")
            #expect(try integer(row, "replica_mapped_image_count") == (place == "--unix" ? 1 : 0))
            for key in ["answer_count", "verified_count"] { #expect(try integer(row, key) == 6_400, "\(key)") }
            for key in ["wrong_count", "stale_count", "other_count", "replica_not_live_count"] {
                #expect(try integer(row, key) == 0, "\(key)")
            }
            // One of 64 single lookups is timed; every batch is.
            #expect(try integer(row, "uncorrected_count") == (depth == "1" ? 100 : 200))
            #expect(try integer(row, "miss_count") > 2_000)
        }
    }

    @Test("a replica follows while rows change: no answer is called wrong")
    func replicaWhileRowsChange() throws {
        let system = try RunningSystem()
        let command = try Program.start([
            "bench", "--replica", "--unix", system.unixPath, "--format", "json", "-d", "600", "--verify",
        ])
        defer { command.end() }
        var next = try command.waitForLine(.error, "the start") { $0.contains("keys (uniform)") }.next
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        for change in ["SET precision_price = 3", "SET is_active = false"] {
            let before = try generation(system)
            try system.execute("UPDATE symbols \(change) WHERE id = \(id)")
            next = try command.waitForLine(.error, from: next, "a newer generation than \(before)") { line in
                guard let shown = line.firstMatch(of: /live, generation (\d+)/) else { return false }
                return Int(shown.output.1) ?? 0 > before
            }.next
        }
        command.signal(SIGINT)
        let finished = try command.finish()
        #expect(finished.exitCode == 0, "\(finished.error)")
        let row = try jsonObject(try #require(finished.lines.first))
        #expect(try integer(row, "wrong_count") == 0 && integer(row, "verified_count") > 0)
        #expect(try integer(row, "change_count") >= 2)
    }

    @Test("rows change while every answer is verified: none is called wrong")
    func verifyWhileRowsChange() throws {
        let system = try RunningSystem()
        let command = try Program.start([
            "bench", "--unix", system.unixPath, "--format", "json", "-d", "600", "-c", "2", "-P", "4", "--verify",
            "--miss-ratio", "0.1",
        ])
        defer { command.end() }
        var next = try command.waitForLine(.error, "the start") { $0.contains("keys (uniform)") }.next
        let id = try system.symbolId("GATEIO_SPOT", "BTC_USDT")
        let changes = [
            "UPDATE symbols SET precision_price = 3 WHERE id = \(id)",
            "UPDATE symbols SET is_active = false WHERE id = \(id)",
            "DELETE FROM symbols WHERE id = \(id)",
        ]
        for change in changes {
            let before = try generation(system)
            try system.execute(change)
            // Shown by an answer, and many more after that.
            next = try command.waitForLine(.error, from: next, "a newer generation than \(before)") { line in
                guard let shown = line.firstMatch(of: /generation (\d+), verified/) else { return false }
                return Int(shown.output.1) ?? 0 > before
            }.next
        }
        command.signal(SIGINT)
        let finished = try command.finish()
        #expect(finished.exitCode == 0, "\(finished.error)")
        let row = try jsonObject(try #require(finished.lines.first))
        #expect(try integer(row, "wrong_count") == 0)
        #expect(try integer(row, "verified_count") > 0)
        #expect(try integer(row, "change_count") >= changes.count)
        let lags = try integer(row, "answer_after_push_count") + integer(row, "push_after_answer_count")
        #expect(lags >= changes.count)
    }

    @Test("one flipped bit of one id is found, named, and ends the run with 1")
    func wrongAnswer() throws {
        let system = try RunningSystem()
        let folder = TemporaryFolder()
        let path = folder.path("p.sock")
        let proxy = FlippingProxy(listen: path, server: system.unixPath)
        let result = try Program.run(
            "bench", "--unix", path, "--format", "json", "-d", "600", "-n", "500", "--verify")
        #expect(proxy.flippedCount == 1)
        #expect(result.exitCode == 1, "\(result.error)")
        let row = try jsonObject(try #require(result.lines.first))
        #expect(try integer(row, "wrong_count") == 1)
        #expect(try integer(row, "answer_count") == 500)
        #expect(result.error.contains("wrong answer for exchange_id"))

        let unverified = try Program.run("bench", "--unix", path, "-d", "600", "-n", "10")
        #expect(unverified.exitCode == 0, "\(unverified.error)")
    }

    @Test("what cannot be asked for is wrong usage; an empty list and no server have their own codes")
    func refusals() throws {
        for arguments in [
            ["-c", "0"], ["-P", "0"], ["-R", "0"], ["-d", "-1"], ["--keys", "x"], ["--miss-ratio", "2"],
        ] {
            #expect(try Program.run(["bench"] + arguments).exitCode == 64, "\(arguments)")
        }
        #expect(try Program.run("bench", "--unix", "/nonexistent/s.sock").exitCode == 69)
        let empty = try RunningSystem(isSeeded: false)
        #expect(try empty.ask("bench").exitCode == 1)
    }

    private func generation(_ system: RunningSystem) throws -> Int {
        try integer(try #require(try system.rows("status").first), "generation")
    }

    /// Lines of value, percentile, count and inverse, rising to the last, and the total in the footer.
    private func expectDistribution(_ path: String, count: Int) throws {
        let lines = try #require(readFile(path)).split(separator: "\n").map(String.init)
        #expect(lines.first?.split(separator: " ") == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"])
        let rows = lines.dropFirst().filter { !$0.hasPrefix("#") }.map { line in
            line.split(separator: " ").compactMap { Double($0) }
        }
        #expect(!rows.isEmpty)
        for row in rows { #expect(row.count >= 3) }
        for column in 0..<3 {
            let values = rows.map { $0[column] }
            #expect(values == values.sorted())
        }
        #expect(rows.last?[1] == 1)
        #expect(rows.last?[2] == Double(count))
        #expect(lines.contains { $0.contains("Total count    = ") && $0.contains(String(count)) })
    }
}

/// Hands bytes on between clients and a server, and flips one bit of the id in one resolution, once.
private final class FlippingProxy: @unchecked Sendable {
    private let listener: Int32
    private let lock = NSLock()
    private var flipped = 0

    var flippedCount: Int { lock.withLock { flipped } }

    init(listen path: String, server: String) {
        let listener = Self.makeSocket()
        self.listener = listener
        let bound = Self.withName(path) { bind(listener, $0, $1) }
        precondition(bound == 0 && Glibc.listen(listener, 16) == 0)
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                let upstream = Self.makeSocket()
                guard Self.withName(server, { connect(upstream, $0, $1) }) == 0 else { return }
                Thread.detachNewThread { Self.copy(from: client, to: upstream) { _ in } }
                Thread.detachNewThread {
                    var frames = FrameBytes()
                    Self.copy(from: upstream, to: client) { bytes in self.flip(&bytes, &frames) }
                }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Where in the stream frames begin, so that the flip hits the field it means.
    private struct FrameBytes {
        var pending: [UInt8] = []
    }

    /// Replaces `bytes` by the whole frames of the stream so far.
    private func flip(_ bytes: inout [UInt8], _ frames: inout FrameBytes) {
        frames.pending += bytes
        bytes.removeAll()
        while case .frame(let byteCount) = frames.pending.withUnsafeBytes({ Framing.nextResponse($0) }) {
            var frame = Array(frames.pending[..<byteCount])
            frames.pending.removeFirst(byteCount)
            let template = frame.withUnsafeBytes { FrameHeaderView($0.baseAddress!).template }
            if template == .symbolResolution, lock.withLock({ flipped == 0 }) {
                frame[WireLayout.SymbolResolution.symbolId] ^= 1
                lock.withLock { flipped += 1 }
            }
            bytes += frame
        }
    }

    private static func copy(from source: Int32, to target: Int32, _ change: (inout [UInt8]) -> Void) {
        while true {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(source, &bytes, bytes.count, 0)
            guard count > 0 else { break }
            bytes.removeLast(bytes.count - count)
            change(&bytes)
            var start = 0
            while start < bytes.count {
                let sent = bytes[start...].withUnsafeBytes {
                    send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard sent > 0 else { break }
                start += sent
            }
        }
        shutdown(target, Int32(SHUT_RDWR))
    }

    private static func makeSocket() -> Int32 {
        socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func withName<Value>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
