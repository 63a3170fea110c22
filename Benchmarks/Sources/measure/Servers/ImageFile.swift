import Foundation
import ReferenceData

/// The image file that a server leaves behind.
struct ImageFile: ~Copyable {
    let path: String

    /// Starts a server that keeps one, and ends it when it has loaded: it writes the file at its end at the latest.
    init(of database: ReferenceDatabase) throws {
        path = "\(database.surroundings.directory)/image\(database.symbolCount)"
        let writer = try SymbologyServer(
            database.surroundings, database: database.conninfo, name: "write\(database.symbolCount)",
            arguments: ["--snapshot", path])
        try writer.awaitLoaded()
        writer.process.stop()
        guard FileManager.default.fileExists(atPath: path) else {
            throw BenchmarkError("serve --snapshot left no file: see \(writer.logPath)")
        }
    }

    deinit { unlink(path) }

    /// A snapshot whose bytes lie as in a server, or in an engine that has fetched them: in memory of its own.
    func snapshotInMemory() throws -> Snapshot {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        guard var buffer = ImageBuffer(byteCount: bytes.count) else { throw BenchmarkError("no memory for an image") }
        buffer.withMutableBytes { _ = bytes.copyBytes(to: $0) }
        return try SnapshotImage.open(buffer).snapshot
    }
}
