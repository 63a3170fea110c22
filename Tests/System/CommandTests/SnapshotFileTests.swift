import Foundation
import PostgreSQL
import ReferenceData
import Scenarios
import TestSupport
import Testing

@Suite("Command line: serve --snapshot")
struct SnapshotFileTests {
    /// A database with two symbols on GATEIO_SPOT.
    private func database() throws -> TestDatabase {
        let database = try TestDatabase()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (2, 'BTC', 'USDT', 'BTC_USDT'), (2, 'ETH', 'USDT', 'ETH_USDT')
            """)
        return database
    }

    private func serve(_ conninfo: String, _ folder: TemporaryFolder, _ image: String) throws -> RunningCommand {
        try Program.start([
            "serve", "--database", conninfo, "--unix", folder.path("s.sock"), "--snapshot", image, "--log-level",
            "debug",
        ])
    }

    private func row(_ folder: TemporaryFolder, _ arguments: String...) throws -> [String: Any] {
        let result = try Program.run(arguments + ["--unix", folder.path("s.sock"), "--format", "json"])
        return try jsonObject(try #require(result.lines.first, "\(result.error)"))
    }

    /// Leaves a file behind as a server does that ran until now.
    private func writeImage(_ database: TestDatabase, _ folder: TemporaryFolder) throws -> String {
        let image = folder.path("image")
        let server = try serve(database.readerConninfo(), folder, image)
        defer { server.end() }
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") && $0.contains("source=database") }
        server.signal(SIGTERM)
        #expect(try server.finish().exitCode == 0)
        #expect(FileManager.default.fileExists(atPath: image))
        return image
    }

    @Test("away from its database it starts from the file, says so, and takes over what changed when that comes back")
    func startsFromTheFile() throws {
        let database = try database()
        let folder = TemporaryFolder()
        let image = try writeImage(database, folder)
        let administrator = try TestCluster.shared.connect()
        let away = "\(database.name)_away"
        func rename(_ from: String, _ to: String) throws {
            try administrator.query(Statement(name: "rename", sql: "ALTER DATABASE \(from) RENAME TO \(to)"))
        }
        try database.run("UPDATE symbols SET precision_price = 3 WHERE id = 2")
        try rename(database.name, away)
        defer { try? rename(away, database.name) }

        let server = try serve(database.readerConninfo(), folder, image)
        defer { server.end() }
        try server.waitForLine(.error, "ready") { $0.contains(" ready ") && $0.contains("source=file") }
        let resolved = try row(folder, "resolve", "GATEIO_SPOT", "ETH_USDT")
        #expect(resolved["symbol_id"] as? Int == 2)
        #expect(resolved["precision_price"] as? Int == 8)
        let answer = try Program.run("resolve", "GATEIO_SPOT", "BTC_USDT", "--unix", folder.path("s.sock"))
        #expect(answer.exitCode == 0 && answer.error.contains("snapshot file"), "\(answer.error)")
        let status = try row(folder, "status")
        #expect(status["is_from_file"] as? Bool == true)
        #expect(status["database_connected"] as? Bool == false)
        #expect((status["age_milliseconds"] as? Int ?? 0) > 0)

        let watch = try Program.start(["watch", "--unix", folder.path("s.sock")])
        defer { watch.end() }
        try watch.waitForLine(.error, "subscribed") { $0.contains("subscribed") }
        try rename(away, database.name)
        try watch.waitForLine(.output, "the change") { $0.hasPrefix("modify") && $0.contains("symbol") }
        let fresh = try row(folder, "resolve", "GATEIO_SPOT", "ETH_USDT")
        #expect(fresh["precision_price"] as? Int == 3)
        let confirmed = try Program.run("resolve", "GATEIO_SPOT", "BTC_USDT", "--unix", folder.path("s.sock"))
        #expect(confirmed.error.isEmpty)
        #expect(try row(folder, "status")["is_from_file"] as? Bool == false)
    }

    @Test(
        "a damaged or foreign file is refused with its reason, and the database is read", .scenario(.imageFileDamaged))
    func refusesDamage() throws {
        let database = try database()
        let folder = TemporaryFolder()
        let image = try writeImage(database, folder)
        let whole = try Data(contentsOf: URL(fileURLWithPath: image))
        var flipped = whole
        flipped[whole.count / 2] ^= 0x10
        // Whole, but of a life behind which no other one could count.
        let last = folder.path("last")
        let ofLastLife = try SnapshotImage.open(path: image).snapshot.rewritten(epoch: .max - 1 << 32)
        try SnapshotImage(ofLastLife, confirmedAt: .absent).write(to: last)
        let damaged: [(Data, String)] = [
            (try Data(contentsOf: URL(fileURLWithPath: last)), "epoch"),
            (whole.prefix(whole.count - 100), "truncated"), (flipped, "checksum"),
            (Data(repeating: 0x41, count: whole.count), "not an image"), (Data(), "truncated"),
        ]
        for (bytes, reason) in damaged {
            let path = folder.path("damaged-\(reason.prefix(5))-\(bytes.count)")
            try bytes.write(to: URL(fileURLWithPath: path))
            let server = try serve(database.readerConninfo(), folder, path)
            defer { server.end() }
            let refusal = try server.waitForLine(.error, "the refusal") { $0.contains("image file refused") }
            #expect(refusal.line.contains(reason) && refusal.line.contains(path), "\(refusal.line)")
            try server.waitForLine(.error, from: refusal.next, "ready") {
                $0.contains(" ready ") && $0.contains("source=database")
            }
            #expect(try row(folder, "status")["is_from_file"] as? Bool == false)
            // The good state takes the place of the damaged file.
            try server.waitForLine(.error, "the file") { $0.contains("image of generation") && $0.contains("written") }
            #expect(try SnapshotImage.open(path: path).snapshot.symbolCount == 2)
        }
    }

    @Test("each change reaches the file, and a folder that is gone costs one line and no lookup")
    func followsAndSurvivesItsFolder() throws {
        let database = try database()
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("images"), withIntermediateDirectories: false)
        let path = folder.path("images/image")
        let server = try serve(database.readerConninfo(), folder, path)
        defer { server.end() }
        var next = try server.waitForLine(.error, "the file") { $0.contains(" written to ") }.next
        let first = try #require(try row(folder, "status")["generation"] as? Int)
        try database.run("UPDATE symbols SET precision_price = 4 WHERE id = 1")
        next = try server.waitForLine(.error, from: next, "the file") {
            $0.contains("generation \(first + 1) written")
        }.next
        #expect(try SnapshotImage.open(path: path).snapshot.symbolRecord(id: 1).record.precisionPrice == 4)

        try FileManager.default.moveItem(atPath: folder.path("images"), toPath: folder.path("moved"))
        try database.run("UPDATE symbols SET precision_price = 5 WHERE id = 1")
        next = try server.waitForLine(.error, from: next, "the failure") { $0.contains("image cannot be written") }.next
        #expect(try row(folder, "resolve", "GATEIO_SPOT", "BTC_USDT")["precision_price"] as? Int == 5)
        func isNamed() throws -> Bool {
            let attention = try row(folder, "status")["attention"] as? [String] ?? []
            return attention.contains { $0.contains("image file is older") && $0.contains("folder") }
        }
        #expect(try Deadline().poll { try isNamed() })
        try database.run("UPDATE symbols SET precision_price = 6 WHERE id = 1")
        try server.waitForLine(.error, from: next, "the change") {
            $0.contains("published") && $0.contains("generation=\(first + 3)")
        }
        try FileManager.default.moveItem(atPath: folder.path("moved"), toPath: folder.path("images"))
        try server.waitForLine(.error, from: next, "the file") { $0.contains("generation \(first + 3) written") }
        #expect(try Deadline().poll { try !isNamed() })
        server.signal(SIGTERM)
        let finished = try server.finish()
        #expect(finished.error.split(separator: "\n").count { $0.contains("image cannot be written") } == 1)
    }

    @Test("behind a symbolic link what it points to is replaced, and the link stays")
    func link() throws {
        let database = try database()
        let folder = TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: folder.path("images"), withIntermediateDirectories: false)
        let link = folder.path("link")
        // Not there yet.
        try files.createSymbolicLink(atPath: link, withDestinationPath: "images/second")
        try files.createSymbolicLink(atPath: folder.path("images/second"), withDestinationPath: "image")
        let server = try serve(database.readerConninfo(), folder, link)
        defer { server.end() }
        try server.waitForLine(.error, "the file") { $0.contains(" written to ") }
        server.signal(SIGTERM)
        #expect(try server.finish().exitCode == 0)
        #expect(try SnapshotImage.open(path: folder.path("images/image")).snapshot.symbolCount == 2)
        #expect(try files.destinationOfSymbolicLink(atPath: link) == "images/second")
        try RunningSystem.mustSucceed(["image", "--output", link, "--database", database.conninfo])
        #expect(try files.destinationOfSymbolicLink(atPath: folder.path("images/second")) == "image")

        try files.createSymbolicLink(atPath: folder.path("images/image.loop"), withDestinationPath: "image.loop")
        let loop = folder.path("images/image.loop")
        let refused = try Program.run("serve", "--snapshot", loop, "--unix", folder.path("t"))
        #expect(refused.exitCode == 78 && refused.error.contains("symbolic link"), "\(refused.error)")
    }

    @Test("dev keeps one in its folder, and finds it at its next start")
    func dev() throws {
        let folder = TemporaryFolder()
        let environment: [String: String?] = ["SYMBOLOGY_ADDRESS": folder.path("s.sock")]
        for source in ["database", "file"] {
            let dev = try Program.start(["dev"], environment: environment, folder: folder.path)
            defer { dev.end() }
            try dev.waitForLine(.error, "ready") { $0.contains(" ready ") && $0.contains("source=\(source)") }
            dev.signal(SIGINT)
            #expect(try dev.finish().exitCode == 0)
            #expect(FileManager.default.fileExists(atPath: folder.path(".symbology/snapshot.image")))
        }
    }
}
