import ArgumentParser
import CLoad
import Glibc

/// Measures Symbology against the limit, Redis, memcached and PostgreSQL in one run.
@main
struct Peers: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Symbology, the limit, Redis, memcached and PostgreSQL, asked in turn by one client loop.")

    @Option(help: "The symbology executable.") var symbology: String
    @Option(help: "The limit executable.") var limit: String
    @Option(help: "Folder of PostgreSQL's Unix socket.") var databaseSocket: String
    @Option(help: "PostgreSQL's port, which names its socket too.") var databasePort = 5432
    @Option(help: "PostgreSQL's user.") var databaseUser = "symbology"
    @Option(help: "PostgreSQL's database.") var databaseName = "symbology"
    @Option(help: "A TSV of exchange id, symbol id and symbol string: the keys.") var keys: String
    @Option(help: "An empty folder for sockets and logs; keep its path short.") var directory: String
    @Option(help: "Rounds, each measuring every peer once.") var rounds = 9
    @Option(help: "Milliseconds a peer is measured for in a round.") var milliseconds = 200
    @Option(help: "Depths, separated by commas.") var depths = "1,16,64,256,1024"
    @Option(help: "Seed of the order of keys.") var seed: UInt64 = 7001
    @Option(help: "Where to write the cells as JSON.") var json: String?

    func run() throws {
        let keySet = try KeySet(tsvAt: keys)
        let pinned = load_pin(1)
        if pinned != 0 { print("note: cannot pin the client to core 1: \(errorText(pinned))") }
        let comparison = Comparison(
            keys: keySet, roundCount: rounds, roundNanoseconds: UInt64(milliseconds) * 1_000_000, seed: seed)
        let depths = depths.split(separator: ",").compactMap { Int($0) }
        var cells: [Cell] = []
        for transport in Transport.allCases {
            for spin in [true, false] {
                let contestants = try start(transport: transport, spin: spin, keys: keySet)
                defer { contestants.forEach { $0.process?.stop() } }
                for depth in depths {
                    for contestant in contestants { try comparison.check(contestant, depth: depth) }
                    cells += try comparison.run(contestants, transport: transport, spin: spin, depth: depth)
                }
            }
        }
        print(
            "\(keySet.entries.count) keys, uniform, seed \(seed); server on core 0, client on core 1; "
                + "\(rounds) interleaved rounds of \(milliseconds) ms, medians\n")
        printTable(cells)
        if let json { try writeJSON(cells, to: json) }
    }

    private func start(transport: Transport, spin: Bool, keys: KeySet) throws -> [Comparison.Contestant] {
        let database = "host=\(databaseSocket) port=\(databasePort) user=\(databaseUser) dbname=\(databaseName)"
        let peers: [any Peer] = [
            Limit(executable: limit, socketPath: "\(directory)/limit", port: 17_001),
            Symbology(executable: symbology, database: database, socketPath: "\(directory)/symbology", port: 17_002),
            Redis(socketPath: "\(directory)/redis", port: 17_003),
            Memcached(socketPath: "\(directory)/memcached", port: 17_004),
            PostgreSQLPeer(user: databaseUser, database: databaseName),
        ]
        return try peers.enumerated().compactMap { index, peer in
            // PostgreSQL listens on its Unix socket only.
            if peer is PostgreSQLPeer && transport == .tcp { return nil }
            let command = peer.command(transport: transport, spin: spin)
            let process =
                try command.isEmpty
                ? nil : ServerProcess(command, core: 0, logPath: "\(directory)/\(peer.name).log")
            let path =
                peer is PostgreSQLPeer
                ? "\(databaseSocket)/.s.PGSQL.\(databasePort)" : "\(directory)/\(peer.name)"
            let connection = try connect(
                to: peer.name, process: process, transport: transport, socketPath: path, port: 17_001 + index)
            do {
                try peer.greet(connection)
                try peer.fill(connection, keys: keys)
            } catch {
                throw BenchmarkError("\(peer.name): filling it: \(error)")
            }
            let contestant = Comparison.Contestant(peer: peer, process: process, connection: connection)
            try waitUntilRight(contestant, keys: keys)
            return contestant
        }
    }

    private func connect(
        to name: String, process: ServerProcess?, transport: Transport, socketPath: String, port: Int
    ) throws -> Connection {
        for _ in 0..<1_000 {
            if let connection = try? Connection(transport: transport, socketPath: socketPath, port: port) {
                return connection
            }
            if let process, !process.isRunning {
                throw BenchmarkError("\(name) ended at once: see \(directory)/\(name).log")
            }
            poll(nil, 0, 10)
        }
        throw BenchmarkError("\(name) cannot be reached within 10 s: see \(directory)/\(name).log")
    }

    /// A server that answers before it has loaded says so in each answer; measuring begins when the answers are right.
    private func waitUntilRight(_ contestant: Comparison.Contestant, keys: KeySet) throws {
        let comparison = Comparison(keys: keys, roundCount: 0, roundNanoseconds: 0, seed: seed)
        for _ in 0..<1_000 {
            if (try? comparison.check(contestant, depth: 1)) != nil { return }
            poll(nil, 0, 10)
        }
        do {
            try comparison.check(contestant, depth: 1)
        } catch {
            throw BenchmarkError("\(contestant.peer.name): first answer: \(error)")
        }
    }
}
