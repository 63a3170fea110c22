import CLoad
import Measuring
import SymbologyClient

/// The first lookups in an image that a replica has just adopted, beside later ones in the same image.
///
/// Either way other keys than ever before, and a processor whose caches hold something else: what is left between the
/// two is what the mapping itself costs whoever comes first.
final class FirstLookups {
    private let server: SymbologyServer
    private let keys: KeySet
    private var generator: SplitMix
    /// Larger than the last cache of most processors.
    private var sweep = [UInt64](repeating: 1, count: 32 << 20)
    private var kept: UInt64 = 0

    static let count = 1_000

    init(database: ReferenceDatabase) throws {
        generator = SplitMix(seed: database.surroundings.seed)
        keys = try KeySet(database.connect())
        server = try SymbologyServer(
            database.surroundings, database: database.conninfo, name: "first\(database.symbolCount)",
            core: database.surroundings.serverCore)
        try server.awaitLoaded()
    }

    /// Nanoseconds a lookup.
    func round() throws -> (first: Double, later: Double) {
        let replica = try Replica(.unix(path: server.socketPath))
        defer { replica.stop() }
        let walks = (0..<2).map { _ in
            (0..<Self.count).map { _ in keys.entries.randomElement(using: &generator)!.symbolKey }
        }
        try replica.waitUntilLive(timeoutMilliseconds: 60_000)
        let reader = replica.reader()
        return (timed(reader, walks[0]), timed(reader, walks[1]))
    }

    private func timed(_ reader: ReplicaReader, _ keys: [SymbolKey]) -> Double {
        for index in sweep.indices { sweep[index] &+= kept }
        let start = load_now()
        for key in keys { kept &+= UInt64(reader.resolve(key).symbolId) }
        return Double(load_now() - start) / Double(keys.count)
    }
}
