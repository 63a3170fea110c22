import CLoad
import Glibc
import SymbologyClient
import SymbologyWire

/// A start from the image file that an earlier server left behind, with no database to be reached.
///
/// open() to the first answer is measured in the process by the microbenchmarks; this is the same
/// as an operator sees it: exec to first right answer over the socket.
struct ImageStart {
    let database: ReferenceDatabase

    private var surroundings: Surroundings { database.surroundings }

    /// Milliseconds of each start.
    func run(rounds: Int) throws -> [Double] {
        let image = try ImageFile(of: database)
        let entry = try KeySet(database.connect()).entries[database.symbolCount / 2]
        return try (0..<rounds).map { _ in try start(image.path, entry) }
    }

    private func start(_ path: String, _ entry: KeySet.Entry) throws -> Double {
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
}
