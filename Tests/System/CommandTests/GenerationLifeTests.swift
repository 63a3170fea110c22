import Foundation
import SymbologyClient
import SymbologyWire
import TestSupport
import Testing

@testable import symbology

/// What an engine keeps under a generation of one life of the server is never taken for the next life's.
@Suite("Command line: generations over several lives of a server")
struct GenerationLifeTests {
    /// One life after the other, at one address, on one database.
    private struct Place {
        let database: TestDatabase
        let folder = TemporaryFolder()
        let clock: FakedClock
        var socket: String { folder.path("s.sock") }

        init() throws {
            database = try TestDatabase()
            clock = try FakedClock(in: folder)
            try RunningSystem.mustSucceed(["import", Program.seedPath, "--database", database.conninfo])
        }

        func start(keepsImage: Bool) throws -> RunningCommand {
            let server = try clock.start(
                ["serve", "--database", try database.readerConninfo(), "--unix", socket]
                    + (keepsImage ? ["--snapshot", folder.path("image")] : []))
            try server.waitForLine(.error, "ready") { $0.contains(" ready ") }
            return server
        }

        func status() throws -> ServerStatus { try LookupClient(.unix(path: socket)).status() }

        /// The status of a page of symbols that is asked for as a further one of a list in that generation.
        func pageStatus(expecting generation: UInt64) throws -> ResolutionStatus? {
            let socket = try RawSocket(unixPath: socket)
            var request = [UInt8](repeating: 0, count: WireLimits.requestByteCount)
            request.withUnsafeMutableBytes {
                ListSymbolsView.write(
                    to: $0.baseAddress!, requestId: 1, exchangeId: 0, activeOnly: false, afterSymbolId: 2, countMax: 1,
                    expectedGeneration: generation)
            }
            try socket.send(request)
            let answer = try socket.receive()
            return answer.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress, FrameHeaderView(base).template == .endOfList else { return .ok }
                return EndOfListView(base).status
            }
        }
    }

    @Test(
        "a page of the life before is gone, whatever the clock says",
        arguments: [(false, "+0"), (true, "+0"), (true, "-800d")])
    func pages(keepsImage: Bool, clockOfSecondLife: String) throws {
        let place = try Place()
        let first = try place.start(keepsImage: keepsImage)
        defer { place.clock.end(first) }
        try place.database.run("UPDATE symbols SET precision_price = 3 WHERE id = 1")
        let former = try LookupClient(.unix(path: place.socket))
        #expect(try Deadline().poll { try former.symbol(id: 1).row?.precisionPrice == 3 })
        let shown = try former.status()
        #expect(try place.pageStatus(expecting: shown.generation) == .ok)
        first.signal(SIGKILL)
        _ = try first.finish()

        try place.clock.set(clockOfSecondLife)
        let second = try place.start(keepsImage: keepsImage)
        defer { place.clock.end(second) }
        let status = try place.status()
        #expect(status.epoch > shown.epoch && status.generation > shown.generation)
        #expect(try place.pageStatus(expecting: status.generation) == .ok)
        for generation in shown.epoch...shown.generation + 100 {
            #expect(try place.pageStatus(expecting: generation) == .generationGone)
        }
    }

    /// Each begins as the one before it began, and the time of day is the same.
    @Test("lives for which the clock stands still share no generation", arguments: [false, true])
    func clockStandsStill(keepsImage: Bool) throws {
        let place = try Place()
        let (kept, made) = (place.folder.path("image"), place.folder.path("made"))
        try RunningSystem.mustSucceed(["image", "--output", made, "--database", place.database.conninfo])
        try place.clock.set("2035-01-01 00:00:00")
        var last: UInt64 = 0
        for round in 0..<3 {
            if keepsImage {
                if round > 0 { try FileManager.default.removeItem(atPath: kept) }
                try FileManager.default.copyItem(atPath: made, toPath: kept)
            }
            let server = try place.start(keepsImage: keepsImage)
            defer { place.clock.end(server) }
            let epoch = try place.status().epoch
            #expect(epoch > last && epoch - 2_051_222_400_000_000 < 1 << 40)
            try place.database.run("UPDATE symbols SET precision_price = \(3 + round) WHERE id = 1")
            let client = try LookupClient(.unix(path: place.socket))
            #expect(try Deadline().poll { try client.symbol(id: 1).row?.precisionPrice == UInt8(3 + round) })
            last = try place.status().generation
            server.signal(SIGKILL)
            _ = try server.finish()
        }
        // What cannot be read costs no more than the record.
        try Data("no number".utf8).write(to: URL(filePath: LifeRecord(beside: keepsImage ? kept : place.socket).path))
        let server = try place.start(keepsImage: keepsImage)
        place.clock.end(server)
    }

    @Test("servers that begin with copies of one image count apart")
    func copies() throws {
        let place = try Place()
        let image = place.folder.path("made")
        try RunningSystem.mustSucceed(["image", "--output", image, "--database", place.database.conninfo])
        var epochs: Set<UInt64> = []
        for name in ["a", "b"] {
            let (path, socket) = (place.folder.path(name), place.folder.path("\(name).sock"))
            try FileManager.default.copyItem(atPath: image, toPath: path)
            let server = try Program.start([
                "serve", "--database", place.database.readerConninfo(), "--unix", socket, "--snapshot", path,
            ])
            defer { server.end() }
            try server.waitForLine(.error, "ready") { $0.contains(" ready ") && $0.contains("source=file") }
            epochs.insert(try LookupClient(.unix(path: socket)).status().epoch)
        }
        #expect(epochs.count == 2)
    }

    @Test("bench --verify goes on over a restart: no answer is called wrong, and those of the new life are verified")
    func bench() throws {
        let place = try Place()
        let first = try place.start(keepsImage: false)
        defer { place.clock.end(first) }
        let bench = try Program.start([
            "bench", "--replica", "--unix", place.socket, "--format", "json", "-d", "600", "--verify",
        ])
        defer { bench.end() }
        var next = try bench.waitForLine(.error, "the start") { $0.contains(" live, generation") }.next
        first.signal(SIGKILL)
        _ = try first.finish()
        // Every answer is another one.
        try place.database.run("UPDATE symbols SET precision_price = 1 + (precision_price + 1) % 18")
        let second = try place.start(keepsImage: false)
        defer { place.clock.end(second) }
        let generation = try place.status().generation
        next = try bench.waitForLine(.error, from: next, "answers of the new life") {
            $0.contains(" live, generation \(generation)")
        }.next
        try bench.waitForLine(.error, from: next, "more of them") { $0.contains(" live, generation") }
        bench.signal(SIGINT)
        let row = try jsonObject(try #require(try bench.finish().lines.first))
        #expect(row["wrong_count"] as? Int == 0 && row["stale_count"] as? Int == 0, "\(row)")
        let (answers, verified) = (row["answer_count"] as? Int ?? 0, row["verified_count"] as? Int ?? 0)
        #expect(verified > 0 && verified <= answers, "\(row)")
    }
}
