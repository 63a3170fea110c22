import CLoad
import Glibc
import Measuring

/// Lookups of a server that many subscribe to, and of one that nobody does, while both follow the same changes.
///
/// One of the two is frozen while the other is measured.
final class FanOutComparison {
    /// Nanoseconds, sorted.
    struct Round {
        let alone: [UInt32]
        let beside: [UInt32]
        /// From sending an UPDATE to the last subscriber's having the change.
        let last: [UInt64]
    }

    private let alone: SymbologyServer
    private let crowded: SymbologyServer
    private let crowd: SubscriberCrowd
    private let writing: Database
    private let symbolCount: Int
    private let aloneConnection: Connection
    private let crowdedConnection: Connection
    private let lookups: LoadRun
    private let phaseNanoseconds: UInt64
    private let rate: Int

    init(database: ReferenceDatabase, subscriberCount: Int, rate: Int, phaseNanoseconds: UInt64) throws {
        let surroundings = database.surroundings
        symbolCount = database.symbolCount
        self.rate = rate
        self.phaseNanoseconds = phaseNanoseconds
        func start(_ name: String) throws -> SymbologyServer {
            let server = try SymbologyServer(
                surroundings, database: database.conninfo, name: name, core: surroundings.serverCore,
                arguments: ["--subscribers-max", String(subscriberCount + 1_000)])
            try server.awaitLoaded()
            return server
        }
        (alone, crowded) = (try start("alone"), try start("crowded"))
        alone.process.freeze()
        crowd = try SubscriberCrowd(crowded, count: subscriberCount, withRecords: false)
        alone.process.thaw()
        writing = try database.connect()
        try RowUpdates.prepare(writing)
        (aloneConnection, crowdedConnection) = (try alone.connect(), try crowded.connect())
        let symbology = Symbology(executable: "", database: "", socketPath: crowded.socketPath, port: 0)
        lookups = LoadRun(
            ring: symbology.ring(depth: 1, keys: try KeySet(writing), seed: surroundings.seed),
            sampleCountMax: 1_000_000)
    }

    func round() throws -> Round {
        crowded.process.freeze()
        let (alone, _) = try phase(aloneConnection)
        crowded.process.thaw()
        self.alone.process.freeze()
        defer { self.alone.process.thaw() }
        // What was changed meanwhile arrives before the clock starts.
        _ = try crowd.reading(changeCountMax: 1) { usleep(500_000) }
        var beside: [UInt32] = []
        var sent: [UInt64] = []
        let arrivals = try crowd.reading(changeCountMax: rate * 60) {
            (beside, sent) = try phase(crowdedConnection)
            usleep(300_000)
        }
        guard arrivals.count == sent.count else {
            throw BenchmarkError("\(sent.count) changes were made, and \(arrivals.count) reached every subscriber")
        }
        return Round(alone: alone, beside: beside, last: zip(arrivals, sent).map { $0 - $1 }.sorted())
    }

    private func phase(_ connection: Connection) throws -> (samples: [UInt32], sent: [UInt64]) {
        let writer = SteadyWriter(
            writing, statement: RowUpdates.served, idMax: symbolCount, rate: rate, seed: load_now())
        let outcome = Result {
            try lookups.run(connection, spin: false, nanoseconds: phaseNanoseconds, peerName: "symbology")
        }
        let sent = try writer.stop()
        return (lookups.samples(try outcome.get()).sorted(), sent)
    }
}
