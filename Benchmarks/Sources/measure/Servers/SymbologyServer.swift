import CLoad
import Glibc
import SymbologyClient
import SymbologyWire

/// A `symbology serve` of our own on a Unix socket.
final class SymbologyServer {
    let process: ServerProcess
    let socketPath: String
    let logPath: String
    let startedNanoseconds: UInt64

    /// - Parameters:
    ///   - database: a libpq string; one that leads nowhere is allowed.
    ///   - name: of socket and log, below the folder for such things.
    init(
        _ surroundings: Surroundings, database: String, name: String, core: Int32 = -1, arguments: [String] = []
    ) throws {
        socketPath = "\(surroundings.directory)/\(name)"
        logPath = socketPath + ".log"
        startedNanoseconds = load_now()
        process = try ServerProcess(
            [surroundings.symbology, "serve", "--database", database, "--unix", socketPath] + arguments, core: core,
            logPath: logPath)
    }

    /// Waits until the tables are loaded and returns what the server says of itself then. The server is asked every
    /// millisecond.
    @discardableResult
    func awaitLoaded(seconds: Int = 120) throws -> ServerStatus {
        var client: LookupClient?
        while load_now() - startedNanoseconds < UInt64(seconds) * 1_000_000_000 {
            guard process.isRunning else { throw BenchmarkError("symbology serve ended at once: see \(logPath)") }
            if client == nil { client = try? LookupClient(.unix(path: socketPath)) }
            if let status = try? client?.status(), status.isLoaded { return status }
            poll(nil, 0, 1)
        }
        throw BenchmarkError("symbology serve has not loaded within \(seconds) s: see \(logPath)")
    }

    func connect() throws -> Connection { try Connection(transport: .unix, socketPath: socketPath, port: 0) }

    func client() throws -> LookupClient { try LookupClient(.unix(path: socketPath)) }
}
