import CLoad
import Glibc

/// The limit, and one server that is asked by string, by unified name and by code, over a Unix socket by a client that
/// spins.
final class NameLookups {
    private let comparison: Comparison
    private let contestants: [Comparison.Contestant]

    init(database: ReferenceDatabase, limit: String, rounds: Int, nanoseconds: UInt64) throws {
        let surroundings = database.surroundings
        surroundings.pinClient()
        comparison = Comparison(
            keys: try KeySet(database.connect()), roundCount: rounds, roundNanoseconds: nanoseconds,
            seed: surroundings.seed)
        let server = try SymbologyServer(
            surroundings, database: database.conninfo, name: "names", core: surroundings.serverCore,
            arguments: ["--busy-poll"])
        try server.awaitLoaded()
        let limit = Limit(executable: limit, socketPath: "\(surroundings.directory)/names.limit", port: 0)
        let limitProcess = try ServerProcess(
            limit.command(transport: .unix, spin: true), core: surroundings.serverCore,
            logPath: limit.socketPath + ".log")
        let symbology = Symbology(executable: "", database: "", socketPath: server.socketPath, port: 0)
        contestants = [
            Comparison.Contestant(
                peer: limit, process: limitProcess, connection: try Self.connection(limit.socketPath)),
            Comparison.Contestant(peer: symbology, process: server.process, connection: try server.connect()),
            Comparison.Contestant(
                peer: SymbologyNames(server: symbology), process: server.process, connection: try server.connect()),
            Comparison.Contestant(
                peer: SymbologyCodes(server: symbology), process: server.process, connection: try server.connect()),
        ]
    }

    private static func connection(_ path: String) throws -> Connection {
        for _ in 0..<1_000 {
            if let connection = try? Connection(transport: .unix, socketPath: path, port: 0) { return connection }
            poll(nil, 0, 10)
        }
        throw BenchmarkError("\(path) cannot be reached within 10 s")
    }

    /// The limit, strings, names, codes.
    func run(depth: Int) throws -> [Cell] {
        for contestant in contestants { try comparison.check(contestant, depth: depth) }
        return try comparison.run(contestants, transport: .unix, spin: true, depth: depth)
    }
}
