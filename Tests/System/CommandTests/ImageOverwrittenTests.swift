import Foundation
import ReferenceData
import Scenarios
import TestSupport
import Testing

/// Files of images while a server and an engine run, in the hands of people who may do what they like with them.
@Suite("Command line: the file of --snapshot in other hands")
struct ImageOverwrittenTests {
    /// As `cp` and `truncate` do it, as root or after a `chmod`: into the file that is there.
    private func overwrite(_ path: String, _ bytes: Data) throws {
        #expect(chmod(path, 0o644) == 0)
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// The image of other tables in which each symbol has other rules.
    private func otherImage(_ image: Snapshot, in folder: TemporaryFolder) throws -> Data {
        let symbols = (1...200).map { image.symbolRecord(id: $0).record }.filter { $0.id != 0 }
        let changed = symbols.map { symbol in
            var symbol = symbol
            symbol.precisionPrice = 17
            return symbol
        }
        let delta = ReferenceDelta(symbols: changed)
        let other = image.applying(delta, generation: image.generation, databaseSnapshot: "", at: image.judgedAt)
        try SnapshotImage(other.snapshot.rewritten(), confirmedAt: .absent).write(to: folder.path("other"))
        return try Data(contentsOf: URL(filePath: folder.path("other")))
    }

    @Test(
        "cp and truncate over it end neither server nor engine, nor do they answer otherwise",
        .scenario(.imageFileDamaged))
    func overwritten() throws {
        let folder = TemporaryFolder()
        let path = folder.path("image")
        let system = try RunningSystem(arguments: ["--snapshot", path, "--log-level", "debug"])
        try system.server.waitForLine(.error, "the file") { $0.contains(" written to ") }
        let engine = try Program.start([
            "bench", "--replica", "--unix", system.unixPath, "--format", "json", "-d", "600", "--verify",
        ])
        defer { engine.end() }
        let expected = try system.rows("resolve", "GATEIO_SPOT", "BTC_USDT")[0]["precision_price"] as? Int
        let other = try otherImage(try SnapshotImage.open(path: path).snapshot, in: folder)
        var next = 0
        for bytes in [other, Data(), Data(repeating: 0xFF, count: other.count)] {
            try overwrite(path, bytes)
            for _ in 0..<2 {
                next = try engine.waitForLine(.error, from: next, "answers") { $0.contains(" live, generation") }.next
            }
            #expect(try system.rows("resolve", "GATEIO_SPOT", "BTC_USDT")[0]["precision_price"] as? Int == expected)
        }
        engine.signal(SIGINT)
        let finished = try engine.finish()
        let row = try jsonObject(try #require(finished.lines.first, "\(finished)"))
        #expect(row["wrong_count"] as? Int == 0 && row["replica_mapped_image_count"] as? Int == 1, "\(row)")
    }

    @Test("what engines map is named for them alone: gone with the server, or when the next one starts")
    func names() throws {
        let folder = TemporaryFolder()
        let system = try RunningSystem(arguments: ["--snapshot", folder.path("image"), "--log-level", "debug"])
        var next = try system.server.waitForLine(.error, "the file") { $0.contains(" written to ") }.next
        func mapped() -> [String] { namesInFolder(folder.path).filter { $0.hasPrefix(".image.map-") } }
        let first = mapped()
        #expect(first.count == 1)
        try system.execute("UPDATE symbols SET precision_price = 3 WHERE id = 1")
        next = try system.server.waitForLine(.error, from: next, "the file") { $0.contains(" written to ") }.next
        // The one before goes once every serving thread answers from the next.
        #expect(Deadline().poll { mapped().count == 1 && mapped() != first })
        system.server.signal(SIGKILL)
        _ = try system.server.finish()
        let left = mapped()
        #expect(left.count == 1)

        let again = try Program.start([
            "serve", "--database", try system.database.readerConninfo(), "--unix", system.unixPath, "--snapshot",
            folder.path("image"), "--log-level", "debug",
        ])
        defer { again.end() }
        try again.waitForLine(.error, "the file") { $0.contains(" written to ") }
        #expect(Deadline().poll { mapped().count == 1 } && mapped() != left)
        again.signal(SIGTERM)
        #expect(try again.finish().exitCode == 0)
        #expect(namesInFolder(folder.path) == [".image.life", "image"])
    }
}
