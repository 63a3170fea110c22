import CLoad
import Foundation
import SymbologyClient
import SymbologyWire

/// A start from the image file that an earlier server left behind, with no database to be reached.
///
/// What section 7 asks for, open() to first answer, is measured in the process by the microbenchmarks; this is the same
/// as an operator sees it: exec to first right answer over the socket.
struct ImageStart {
    let database: ReferenceDatabase

    private var surroundings: Surroundings { database.surroundings }
    private var path: String { "\(surroundings.directory)/image\(database.symbolCount)" }

    /// Milliseconds of each start; nil where this server writes no image file.
    func run(rounds: Int) throws -> [Double]? {
        guard try writesImageFile() else { return nil }
        defer { unlink(path) }
        // A server writes the file at its end at the latest.
        let writer = try SymbologyServer(
            surroundings, database: database.conninfo, name: "write\(database.symbolCount)",
            arguments: ["--snapshot", path])
        try writer.awaitLoaded()
        writer.process.stop()
        guard FileManager.default.fileExists(atPath: path) else {
            throw BenchmarkError("serve --snapshot left no file: see \(writer.logPath)")
        }
        let entry = try KeySet(database.connect()).entries[database.symbolCount / 2]
        return try (0..<rounds).map { _ in try start(entry) }
    }

    private func start(_ entry: KeySet.Entry) throws -> Double {
        let server = try SymbologyServer(
            surroundings, database: "host=\(surroundings.directory)/nowhere dbname=nowhere",
            name: "image\(database.symbolCount).socket", arguments: ["--snapshot", path])
        defer { server.process.stop() }
        let frameByteCount = WireLayout.ResolveSymbol.frameByteCount
        var request = [UInt8](repeating: 0, count: frameByteCount)
        request.withUnsafeMutableBytes {
            ResolveSymbolView.write(
                to: $0.baseAddress!, requestId: 1, exchangeId: entry.exchangeId, symbolText: Array(entry.symbol.utf8))
        }
        for _ in 0..<20_000 {
            guard server.process.isRunning else { throw BenchmarkError("serve ended at once: see \(server.logPath)") }
            if let connection = try? server.connect(),
                let answer = try? connection.exchange(
                    request, answerByteCount: WireLayout.SymbolResolution.frameByteCount),
                answer.withUnsafeBytes({ SymbolResolutionView($0.baseAddress!).symbolId }) == entry.symbolId
            {
                return Double(load_now() - server.startedNanoseconds) / 1e6
            }
            poll(nil, 0, 1)
        }
        throw BenchmarkError("no answer from the image within 20 s: see \(server.logPath)")
    }

    private func writesImageFile() throws -> Bool {
        let logPath = "\(surroundings.directory)/help.log"
        let help = try ServerProcess([surroundings.symbology, "serve", "--help"], core: -1, logPath: logPath)
        _ = help.waitForEnd()
        return try String(contentsOfFile: logPath, encoding: .utf8).contains("--snapshot")
    }
}
