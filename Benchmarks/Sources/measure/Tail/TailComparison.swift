import CLoad
import Foundation
import Measuring
import SymbologyClient

/// Replacing, control, replacing, control…
final class TailComparison {
    private let symbolCount: Int
    private let rate: Int
    private let phaseNanoseconds: UInt64
    private let surroundings: Surroundings
    private let server: SymbologyServer
    private let client: LookupClient
    private let writing: Database
    private let feedProcessIds: [pid_t]
    private let connection: Connection
    private let lookups: LoadRun

    /// Sorted nanoseconds of the lookups of one phase.
    struct Phase {
        let samples: [UInt32]
        let lookupCount: UInt64
        let changeCount: Int
        let seconds: Double
        let snapshotCount: UInt64
        /// Of the server, with all that it does meanwhile.
        let serverNanoseconds: UInt64
        /// Of the database's processes that answer the server.
        let databaseNanoseconds: UInt64

        var lookupsPerSecond: Double { Double(lookupCount) / seconds }
        var snapshotsPerSecond: Double { Double(snapshotCount) / seconds }
    }

    /// What one change cost beyond what the lookups did.
    struct Cost {
        let serverNanoseconds: UInt64
        let databaseNanoseconds: UInt64
    }

    init(database: ReferenceDatabase, rate: Int, phaseNanoseconds: UInt64) throws {
        symbolCount = database.symbolCount
        surroundings = database.surroundings
        self.rate = rate
        self.phaseNanoseconds = phaseNanoseconds
        server = try SymbologyServer(
            surroundings, database: database.conninfo, name: "tail\(symbolCount)", core: surroundings.serverCore)
        try server.awaitLoaded()
        client = try server.client()
        writing = try database.connect()
        try RowUpdates.prepare(writing)
        // Whoever else is in this database is the server's.
        feedProcessIds = try writing.query(
            """
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
            """
        ).compactMap { pid_t($0[0]) }
        connection = try server.connect()
        let symbology = Symbology(
            executable: "", database: database.conninfo, socketPath: server.socketPath, port: 0)
        lookups = LoadRun(
            ring: symbology.ring(depth: 1, keys: try KeySet(writing), seed: surroundings.seed),
            sampleCountMax: 2_000_000)
    }

    func run(rounds: Int) throws -> TailOutcome {
        var outcome = TailOutcome()
        let calm = try phase(RowUpdates.unrelated, burners: [])
        // The first round warms up and is thrown away.
        for round in 0...rounds {
            let replacing = try phase(RowUpdates.served, burners: [])
            let cost = cost(of: replacing, beyond: calm)
            let burners = [
                Burner(nanoseconds: cost.serverNanoseconds, core: surroundings.serverCore),
                Burner(nanoseconds: cost.databaseNanoseconds, core: -1),
            ]
            defer { for burner in burners { burner.stop() } }
            let control = try phase(RowUpdates.unrelated, burners: burners)
            if round > 0 { outcome.add(replacing, control, cost) }
        }
        return outcome
    }

    /// All the processor time of a phase but that of its lookups, whose price comes from a phase without a change, for
    /// each change: with what the server did in the background meanwhile.
    private func cost(of phase: Phase, beyond calm: Phase) -> Cost {
        func each(_ total: UInt64, _ calmTotal: UInt64) -> UInt64 {
            let lookups = Double(calmTotal) / Double(max(1, calm.lookupCount)) * Double(phase.lookupCount)
            return UInt64(max(0, Double(total) - lookups) / Double(max(1, phase.changeCount)))
        }
        return Cost(
            serverNanoseconds: each(phase.serverNanoseconds, calm.serverNanoseconds),
            databaseNanoseconds: each(phase.databaseNanoseconds, calm.databaseNanoseconds))
    }

    private func writer(_ statement: String, burners: [Burner]) -> SteadyWriter {
        let idMax =
            statement == RowUpdates.served ? symbolCount : min(symbolCount, ReferenceDatabase.unrelatedCountMax)
        return SteadyWriter(writing, statement: statement, idMax: idMax, rate: rate, seed: load_now()) {
            for burner in burners { burner.burn() }
        }
    }

    private func phase(_ statement: String, burners: [Burner]) throws -> Phase {
        let generation = try settledGeneration()
        let used = processorNanoseconds
        let writer = writer(statement, burners: burners)
        let outcome = Result {
            try lookups.run(connection, spin: false, nanoseconds: phaseNanoseconds, peerName: "symbology")
        }
        let changeCount = try writer.stop()
        let usedLater = processorNanoseconds
        let run = try outcome.get()
        return Phase(
            samples: lookups.samples(run).sorted(), lookupCount: run.roundTripCount, changeCount: changeCount,
            seconds: Double(run.elapsedNanoseconds) / 1e9, snapshotCount: try settledGeneration() - generation,
            serverNanoseconds: usedLater.server &- used.server,
            databaseNanoseconds: usedLater.database &- used.database)
    }

    private var processorNanoseconds: (server: UInt64, database: UInt64) {
        (
            ProcessAccount(processId: server.process.processId).processorNanoseconds,
            feedProcessIds.reduce(0) { $0 + ProcessAccount(processId: $1).processorNanoseconds }
        )
    }

    /// The generation once no change is on its way any more.
    private func settledGeneration() throws -> UInt64 {
        var generation = try client.status().generation
        while true {
            usleep(30_000)
            let next = try client.status().generation
            if next == generation { return generation }
            generation = next
        }
    }
}
