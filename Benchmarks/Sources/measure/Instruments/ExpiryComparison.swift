import CLoad
import Foundation
import Measuring

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

    /// The options of the next ids get an expiry some seconds ahead; what the server makes of the UPDATE itself is over
    /// by then.
    func round() throws -> Second {
        let calm = try second()
        let leadSeconds = 8.0
        let due = (Date().timeIntervalSince1970 + leadSeconds).rounded(.up)
        guard firstId + expiringCount * 10 / 3 <= symbolCount else {
            throw BenchmarkError("too few symbols for so many rounds of \(expiringCount) expiries")
        }
        // Of the last expiry only: the others of a chain would become its twins.
        try writer.run(
            """
            UPDATE symbols SET expires_at = to_timestamp(\(due)) WHERE id IN (
                SELECT id FROM symbols WHERE kind = 'option' AND id >= \(firstId)
                   AND expires_at >= '2099-09-01' ORDER BY id LIMIT \(expiringCount))
            """)
        let changed = try writer.query(
            "SELECT count(*), max(id) FROM symbols WHERE expires_at = to_timestamp(\(due))")
        guard changed[0][0] == String(expiringCount), let last = Int(changed[0][1]) else {
            throw BenchmarkError("\(changed[0][0]) symbols expire instead of \(expiringCount)")
        }
        firstId = last + 1
        let client = try server.client()
        var generation = try client.status().generation
        while true {
            poll(nil, 0, 200)
            let next = try client.status().generation
            if next == generation { break }
            generation = next
        }
        let rest = due - 0.25 - Date().timeIntervalSince1970
        guard rest > 0 else { throw BenchmarkError("the server took longer than \(leadSeconds) s to settle") }
        usleep(UInt32(rest * 1e6))
        let pushes = try PushReader(server.connect())
        let expiring = try second()
        guard try client.status().generation > generation else { throw BenchmarkError("nothing expired") }
        return Second(expiring: expiring, calm: calm, pushCount: try pushes.countChanges(milliseconds: 500))
    }

    private func second() throws -> [UInt32] {
        let outcome = try lookups.run(connection, spin: false, nanoseconds: 1_000_000_000, peerName: "symbology")
        return Array(lookups.samples(outcome))
    }
}
