import CLoad
import Foundation
import Measuring
import SymbologyClient

/// Calm, elsewhere, changing, calm, elsewhere, changing…
final class TailComparison {
    private let symbolCount: Int
    private let rate: Int
    private let phaseNanoseconds: UInt64
    private let surroundings: Surroundings
    private let server: SymbologyServer
    private let client: LookupClient
    private let writing: Database
    private let connection: Connection
    private let lookups: LoadRun

    /// Sorted nanoseconds of the lookups of one phase.
    struct Phase {
        let samples: [UInt32]
        let lookupCount: UInt64
        let seconds: Double
        let snapshotCount: UInt64

        var lookupsPerSecond: Double { Double(lookupCount) / seconds }
        var snapshotsPerSecond: Double { Double(snapshotCount) / seconds }
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
        connection = try server.connect()
        let symbology = Symbology(
            executable: "", database: database.conninfo, socketPath: server.socketPath, port: 0)
        lookups = LoadRun(
            ring: symbology.ring(depth: 1, keys: try KeySet(writing), seed: surroundings.seed),
            sampleCountMax: 2_000_000)
    }

    func run(rounds: Int) throws -> TailOutcome {
        var outcome = TailOutcome()
        // The first round warms up and is thrown away.
        for round in 0...rounds {
            let calm = try phase(nil, idMax: 0)
            let elsewhere = try phase(
                RowUpdates.unrelated, idMax: min(symbolCount, ReferenceDatabase.unrelatedCountMax))
            let changing = try phase(RowUpdates.served, idMax: symbolCount)
            if round > 0 { outcome.add(calm: calm, elsewhere: elsewhere, changing: changing) }
        }
        return outcome
    }

    private func phase(_ statement: String?, idMax: Int) throws -> Phase {
        let generation = try settledGeneration()
        let writer = statement.map {
            SteadyWriter(writing, statement: $0, idMax: idMax, rate: rate, seed: load_now())
        }
        let outcome = Result {
            try lookups.run(connection, spin: false, nanoseconds: phaseNanoseconds, peerName: "symbology")
        }
        try writer?.stop()
        let run = try outcome.get()
        return Phase(
            samples: lookups.samples(run).sorted(), lookupCount: run.roundTripCount,
            seconds: Double(run.elapsedNanoseconds) / 1e9, snapshotCount: try settledGeneration() - generation)
    }

    /// The generation once no change is on its way any more, and nothing is done in the background either.
    private func settledGeneration() throws -> UInt64 {
        let account = ProcessAccount(processId: server.process.processId)
        var (generation, used) = (try client.status().generation, account.processorNanoseconds)
        while true {
            usleep(30_000)
            let (next, usedNext) = (try client.status().generation, account.processorNanoseconds)
            // A server at rest that is asked twice needs far less than a tenth of that time.
            if next == generation && usedNext - used < 3_000_000 { return generation }
            (generation, used) = (next, usedNext)
        }
    }
}
