import CLoad
import Foundation
import Measuring
import SymbologyClient

/// Lookups in the second in which many symbols expire, and in one in which none does; pushes of that second are counted.
final class ExpiryComparison {
    private let surroundings: Surroundings
    private let expiringCount: Int
    private let symbolCount: Int
    private let server: SymbologyServer
    private let writer: Database
    private let connection: Connection
    private let lookups: LoadRun
    private var firstId = 1

    /// The samples of lookups, and the pushes, of one round.
    struct Second {
        let expiring: [UInt32]
        let calm: [UInt32]
        let pushCount: Int
    }

    init(database: ReferenceDatabase, expiringCount: Int) throws {
        surroundings = database.surroundings
        self.expiringCount = expiringCount
        symbolCount = database.symbolCount
        server = try SymbologyServer(
            surroundings, database: database.conninfo, name: "expiry", core: surroundings.serverCore)
        try server.awaitLoaded()
        writer = try database.connect()
        connection = try server.connect()
        let symbology = Symbology(executable: "", database: "", socketPath: server.socketPath, port: 0)
        lookups = LoadRun(
            ring: symbology.ring(depth: 1, keys: try KeySet(writer), seed: surroundings.seed), sampleCountMax: 2_000_000
        )
    }

    /// The options of the next ids get an expiry some seconds ahead; what the server makes of the UPDATEs themselves is
    /// over by then.
    func round() throws -> Second {
        let due = (Date().timeIntervalSince1970 + Self.leadSeconds).rounded(.up)
        guard firstId + expiringCount * 10 / 3 <= symbolCount else {
            throw BenchmarkError("too few symbols for so many rounds of \(expiringCount) expiries")
        }
        let client = try server.client()
        for start in stride(from: 0, to: expiringCount, by: Self.sliceCount) {
            try give(min(Self.sliceCount, expiringCount - start), expiry: due, seenBy: client)
        }
        let generation = try client.status().generation
        let rest = due - 3 - Date().timeIntervalSince1970
        guard rest > Self.settledSeconds else {
            throw BenchmarkError("the server took longer than \(Self.leadSeconds - Self.settledSeconds) s to settle")
        }
        usleep(UInt32(rest * 1e6))
        let calm = try second()
        let left = due - 0.25 - Date().timeIntervalSince1970
        guard left > 0 else { throw BenchmarkError("a calm second took longer than one: the next had begun") }
        usleep(UInt32(left * 1e6))
        let pushes = try PushReader(server.connect())
        let expiring = try second()
        guard try client.status().generation > generation else { throw BenchmarkError("nothing expired") }
        return Second(expiring: expiring, calm: calm, pushCount: try pushes.countChanges(milliseconds: 500))
    }

    private static let leadSeconds = 30.0
    /// The image is written anew some seconds after changes: that too is to be over.
    private static let settledSeconds = 10.0
    /// As many as the feed still takes as single changes.
    private static let sliceCount = 4_000

    /// The next `count` options expire at `due`. Of the last expiry of a chain only: others would become its twins.
    private func give(_ count: Int, expiry due: Double, seenBy client: LookupClient) throws {
        let before = try client.status().generation
        let changed = try writer.query(
            """
            WITH chosen AS (
                SELECT id FROM symbols WHERE kind = 'option' AND id >= \(firstId)
                   AND expires_at >= '2099-09-01' ORDER BY id LIMIT \(count)),
            changed AS (
                UPDATE symbols SET expires_at = to_timestamp(\(due)) WHERE id IN (SELECT id FROM chosen) RETURNING id)
            SELECT count(*), max(id) FROM changed
            """)
        guard changed[0][0] == String(count), let last = Int(changed[0][1]) else {
            throw BenchmarkError("\(changed[0][0]) symbols expire instead of \(count)")
        }
        firstId = last + 1
        for _ in 0..<100 where try client.status().generation == before { poll(nil, 0, 100) }
        guard try client.status().generation > before else { throw BenchmarkError("a change did not arrive in 10 s") }
    }

    private func second() throws -> [UInt32] {
        let outcome = try lookups.run(connection, spin: false, nanoseconds: 1_000_000_000, peerName: "symbology")
        return Array(lookups.samples(outcome))
    }
}
