// One round trip, and batches of 16 to 1,024 lookups, over a Unix socket and TCP, by a client that sleeps and one that
// spins: the limit (a raw epoll server that copies bytes), Symbology by symbol and by pair, Redis MGET, memcached get
// and PostgreSQL with a prepared statement, pipelined.
//
// Same keys, same client loop (CLoad), server on one core, client on another, whoever is not measured is stopped. The
// limit and Symbology spin along with a spinning client (--spin, --busy-poll); the others have no such mode.

import ArgumentParser
import CLoad
import Glibc
import Measuring

struct PeersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers",
        abstract: "Symbology, the limit, Redis, memcached and PostgreSQL, asked in turn by one client loop.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "The limit executable.") var limit: String
    @Option(help: "Number of keys.") var keys = 10_000
    @Option(help: "Rounds, each measuring every peer once.") var rounds = 9
    @Option(help: "Milliseconds a peer is measured for in a round.") var milliseconds = 150
    @Option(help: "Depths, separated by commas.") var depths = "1,16,64,256,1024"
    @Option(help: "The first of the TCP ports to use on 127.0.0.1.") var port = 17_001

    func run() throws {
        let database = ReferenceDatabase(symbolCount: keys, surroundings: surroundings)
        let keySet = try KeySet(database.connect())
        surroundings.pinClient()
        let comparison = Comparison(
            keys: keySet, roundCount: rounds, roundNanoseconds: UInt64(milliseconds) * 1_000_000,
            seed: surroundings.seed)
        let depths = depths.split(separator: ",").compactMap { Int($0) }
        var cells: [Cell] = []
        for transport in Transport.allCases {
            for spin in [true, false] {
                let contestants = try start(transport: transport, spin: spin, comparison, database)
                defer { for contestant in contestants { contestant.process.stop() } }
                for depth in depths {
                    for contestant in contestants { try comparison.check(contestant, depth: depth) }
                    cells += try comparison.run(contestants, transport: transport, spin: spin, depth: depth)
                }
            }
        }
        try surroundings.finish(report(cells))
    }

    private func report(_ cells: [Cell]) -> Report {
        var report = Report(
            "2-peers", title: "Round trips and batches beside the limit and the peers",
            notes: [
                "\(grouped(keys)) keys, uniform, seed \(surroundings.seed); server on core \(surroundings.serverCore), "
                    + "client on core \(surroundings.clientCore); \(rounds) interleaved rounds of \(milliseconds) ms. "
                    + "PostgreSQL listens on its Unix socket only."
            ])
        let result = PeersReport(cells: cells)
        report.tables = [result.table()]
        result.addFigures(to: &report)
        return report
    }

    private func start(
        transport: Transport, spin: Bool, _ comparison: Comparison, _ database: ReferenceDatabase
    ) throws -> [Comparison.Contestant] {
        let directory = surroundings.directory
        let symbology = Symbology(
            executable: surroundings.symbology, database: database.conninfo, socketPath: "\(directory)/symbology",
            port: port + 1)
        let limit = Limit(executable: limit, socketPath: "\(directory)/limit", port: port)
        var contestants = [
            try contestant(limit, limit.socketPath, limit.port, transport, spin, comparison),
            try contestant(symbology, symbology.socketPath, symbology.port, transport, spin, comparison),
        ]
        contestants.append(
            Comparison.Contestant(
                peer: SymbologyPairs(server: symbology), process: contestants[1].process,
                connection: try Connection(
                    transport: transport, socketPath: symbology.socketPath, port: symbology.port)))
        let redis = Redis(socketPath: "\(directory)/redis", port: port + 2)
        contestants.append(try contestant(redis, redis.socketPath, redis.port, transport, spin, comparison))
        let memcached = Memcached(socketPath: "\(directory)/memcached", port: port + 3)
        contestants.append(
            try contestant(memcached, memcached.socketPath, memcached.port, transport, spin, comparison))
        if transport == .unix {
            let postgreSQL = PostgreSQLPeer(user: surroundings.databaseUser, database: database.name)
            let path = "\(surroundings.databaseSocket)/.s.PGSQL.\(surroundings.databasePort)"
            contestants.append(try contestant(postgreSQL, path, 0, transport, spin, comparison))
        }
        return contestants
    }

    /// Starts a peer, fills it and waits until its answers are right.
    private func contestant(
        _ peer: some Peer, _ socketPath: String, _ port: Int, _ transport: Transport, _ spin: Bool,
        _ comparison: Comparison
    ) throws -> Comparison.Contestant {
        let command = peer.command(transport: transport, spin: spin)
        let logPath = "\(surroundings.directory)/\(peer.name).log"
        let started =
            command.isEmpty ? nil : try ServerProcess(command, core: surroundings.serverCore, logPath: logPath)
        let connection = try connect(
            to: peer.name, started, transport: transport, socketPath: socketPath, port: port, logPath: logPath)
        do {
            let answering = try peer.greet(connection)
            try peer.fill(connection, keys: comparison.keys)
            guard
                let process = try started
                    ?? answering.map({ try ServerProcess(running: $0, core: surroundings.serverCore) })
            else { throw BenchmarkError("nobody knows its process") }
            let contestant = Comparison.Contestant(peer: peer, process: process, connection: connection)
            try waitUntilRight(contestant, comparison)
            return contestant
        } catch {
            throw BenchmarkError("\(peer.name): getting it ready: \(error) (log: \(logPath))")
        }
    }

    private func connect(
        to name: String, _ process: ServerProcess?, transport: Transport, socketPath: String, port: Int,
        logPath: String
    ) throws -> Connection {
        for _ in 0..<1_000 {
            if let connection = try? Connection(transport: transport, socketPath: socketPath, port: port) {
                return connection
            }
            if let process, !process.isRunning { throw BenchmarkError("\(name) ended at once: see \(logPath)") }
            poll(nil, 0, 10)
        }
        throw BenchmarkError("\(name) cannot be reached within 10 s: see \(logPath)")
    }

    /// A server that answers before it has loaded says so in each answer; measuring begins when the answers are right.
    private func waitUntilRight(_ contestant: Comparison.Contestant, _ comparison: Comparison) throws {
        for _ in 0..<1_000 {
            if (try? comparison.check(contestant, depth: 1)) != nil { return }
            poll(nil, 0, 10)
        }
        try comparison.check(contestant, depth: 1)
    }
}
