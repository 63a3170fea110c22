import CLoad
import Glibc
import Measuring
import SymbologyClient

/// Subscribers that never read, until the server has cut them all; somebody else's lookups meanwhile.
struct StuckSubscribers {
    /// Resident memory of the server, in bytes: most of it above what it was before the first push.
    let growthByteCount: Int
    /// The longest that a lookup took, in nanoseconds: while their sockets filled, and while they were cut.
    let worstWhileFilling: UInt32
    let worstWhileCut: UInt32
    /// From the first that was seen to be gone to the last.
    let cutSeconds: Double

    /// Changes that are written as fast as they can be: more than the kernel keeps of what nobody reads.
    private static let changeCount = 3_000
    private static let cutSecondsMax = 120.0

    init(database: ReferenceDatabase, subscriberCount: Int) throws {
        let surroundings = database.surroundings
        let server = try SymbologyServer(
            surroundings, database: database.conninfo, name: "stuck", core: surroundings.serverCore,
            arguments: ["--subscribers-max", String(subscriberCount + 1_000)])
        defer { server.process.stop() }
        try server.awaitLoaded()
        let client = try server.client()
        let writing = try database.connect()
        try RowUpdates.prepare(writing)
        let connection = try server.connect()
        let symbology = Symbology(executable: "", database: "", socketPath: server.socketPath, port: 0)
        let lookups = LoadRun(
            ring: symbology.ring(depth: 1, keys: try KeySet(writing), seed: surroundings.seed),
            sampleCountMax: 1_000_000)
        let crowd = try SubscriberCrowd(server, count: subscriberCount, withRecords: true)
        let account = ProcessAccount(processId: server.process.processId)
        let before = account.memory["Rss"] ?? 0
        var most = before
        /// The worst lookup of a tenth of a second.
        func worst() throws -> UInt32 {
            let run = try lookups.run(connection, spin: false, nanoseconds: 100_000_000, peerName: "symbology")
            most = max(most, account.memory["Rss"] ?? 0)
            return lookups.samples(run).max() ?? 0
        }
        let writer = SteadyWriter(
            writing, statement: RowUpdates.served, idMax: database.symbolCount, rate: 600, seed: load_now())
        var filling: UInt32 = 0
        while writer.writtenCount < Self.changeCount { filling = max(filling, try worst()) }
        try writer.stop()
        var cut: UInt32 = 0
        var began: UInt64?
        let start = load_now()
        while true {
            cut = max(cut, try worst())
            let left = Int(try client.status().subscriberCount)
            let now = load_now()
            if left < crowd.count, began == nil { began = now }
            if left == 0 { break }
            guard Double(now - start) < Self.cutSecondsMax * 1e9 else {
                throw BenchmarkError(
                    "\(left) subscribers that read nothing are still there after \(Self.cutSecondsMax) s")
            }
        }
        growthByteCount = most - before
        worstWhileFilling = filling
        worstWhileCut = cut
        cutSeconds = Double(load_now() - (began ?? start)) / 1e9
    }
}
