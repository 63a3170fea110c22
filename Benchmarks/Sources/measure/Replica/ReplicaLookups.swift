import CLoad
import Measuring
import ReferenceData
import SymbologyClient

/// A server, a replica that follows it, a reader, and keys in random order.
final class ReplicaLookups {
    private let server: SymbologyServer
    private let replica: Replica
    private let reader: ReplicaReader
    private let hits: [SymbolKey]
    private let misses: [SymbolKey]
    private var results: [SymbolResolution]
    private var kept: UInt64 = 0

    static let names = ["hit", "miss", "batch"]
    private static let batchCount = 1_024

    init(database: ReferenceDatabase) throws {
        let surroundings = database.surroundings
        server = try SymbologyServer(
            surroundings, database: database.conninfo, name: "replica\(database.symbolCount)",
            core: surroundings.serverCore)
        try server.awaitLoaded()
        replica = try Replica(.unix(path: server.socketPath))
        try replica.waitUntilLive(timeoutMilliseconds: 60_000)
        reader = replica.reader()
        let keys = try KeySet(database.connect())
        // As many as the microbenchmarks walk over.
        let walk = keys.sequence(count: database.symbolCount <= 10_000 ? 1 << 17 : 1 << 20, seed: surroundings.seed)
        hits = walk.map { SymbolKey(exchangeId: keys.entries[$0].exchangeId, symbol: keys.entries[$0].symbol)! }
        misses = walk.map {
            SymbolKey(exchangeId: keys.entries[$0].exchangeId, symbol: GeneratedSymbol.missing(index: $0))!
        }
        results = [SymbolResolution](
            repeating: SymbolResolution(status: .notLoaded, generation: 0), count: Self.batchCount)
        guard hits.allSatisfy({ reader.resolve($0).status == .ok }),
            misses.allSatisfy({ reader.resolve($0).status == .unknownSymbol })
        else { throw BenchmarkError("the replica answers otherwise than the database") }
    }

    deinit { replica.stop() }

    /// Nanoseconds a lookup of each way.
    func round() -> [(name: String, nanoseconds: Double)] {
        [
            ("hit", timed(hits.count) { Self.alone(reader, hits) }),
            ("miss", timed(misses.count) { Self.alone(reader, misses) }),
            ("batch", timed(hits.count) { Self.batches(reader, hits, &results) }),
        ]
    }

    private func timed(_ count: Int, _ body: () -> UInt64) -> Double {
        let start = load_now()
        kept &+= body()
        return Double(load_now() - start) / Double(count)
    }

    @inline(never)
    private static func alone(_ reader: ReplicaReader, _ keys: [SymbolKey]) -> UInt64 {
        keys.withUnsafeBufferPointer { keys in
            var sum: UInt64 = 0
            for index in keys.indices { sum &+= UInt64(reader.resolve(keys[index]).symbolId) }
            return sum
        }
    }

    @inline(never)
    private static func batches(
        _ reader: ReplicaReader, _ keys: [SymbolKey], _ results: inout [SymbolResolution]
    ) -> UInt64 {
        var sum: UInt64 = 0
        var start = 0
        let keys = keys.span
        var answers = results.mutableSpan
        while start < keys.count {
            let count = min(batchCount, keys.count - start)
            reader.resolve(keys.extracting(start..<start + count), into: &answers)
            for index in 0..<count { sum &+= UInt64(answers[index].symbolId) }
            start += count
        }
        return sum
    }
}
