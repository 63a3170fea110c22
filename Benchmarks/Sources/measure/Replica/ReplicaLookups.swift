import CLoad
import Measuring
import ReferenceData
import SymbologyClient

/// A server, a replica that follows it, a reader, the same image as a server holds it, the peers in the process, and
/// keys in random order.
final class ReplicaLookups {
    private let server: SymbologyServer
    private let replica: Replica
    private let reader: ReplicaReader
    private let snapshot: Snapshot
    private let stores: [Store]
    private let lines: Lines
    private let hits: [SymbolKey]
    private let misses: [SymbolKey]
    /// Of perpetuals: the names of spot symbols are pairs.
    private let nameHits: [NameKey]
    private let nameMisses: [NameKey]
    private var results: [SymbolResolution]
    private var kept: UInt64 = 0

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
        snapshot = try ImageFile(of: database).snapshotInMemory()
        let keys = try KeySet(database.connect())
        // As many as the microbenchmarks walk over.
        let walk = keys.sequence(count: database.symbolCount <= 10_000 ? 1 << 17 : 1 << 20, seed: surroundings.seed)
        hits = walk.map { keys.entries[$0].symbolKey }
        misses = walk.map {
            SymbolKey(exchangeId: keys.entries[$0].exchangeId, symbol: GeneratedSymbol.missing(index: $0))!
        }
        let named = walk.filter { keys.entries[$0].name.contains(":") }
        nameHits = named.map { NameKey(exchangeId: keys.entries[$0].exchangeId, name: keys.entries[$0].name)! }
        nameMisses = named.map {
            NameKey(exchangeId: keys.entries[$0].exchangeId, name: GeneratedSymbol.missingName(index: $0))!
        }
        lines = try Lines(symbolCount: database.symbolCount)
        results = [SymbolResolution](
            repeating: SymbolResolution(status: .notLoaded, generation: 0), count: Self.batchCount)
        let stored = keys.entries.map(\.symbolKey)
        let answers = stored.map { [snapshot] in snapshot.resolve($0) }
        stores = try Store.all(path: "\(surroundings.directory)/lmdb", keys: stored, answers: answers)
        guard zip(keys.entries, answers).allSatisfy({ $0.symbolId == $1.symbolId }),
            zip(stored, answers).allSatisfy({ reader.resolve($0).symbolId == $1.symbolId }),
            misses.allSatisfy({ reader.resolve($0).status == .unknownSymbol }),
            nameHits.allSatisfy({ reader.resolve($0).status == .ok }),
            nameMisses.allSatisfy({ reader.resolve($0).status == .unknownSymbol })
        else { throw BenchmarkError("the replica answers otherwise than the database") }
    }

    deinit { replica.stop() }

    /// What is measured: the key of its figure, and what it is called.
    var contenders: [(key: String, name: String)] {
        [
            ("replica.symbol.hit", "replica, symbol hit"), ("snapshot.symbol.hit", "snapshot, symbol hit"),
        ] + stores.map { ("store.\($0.key).hit", "\($0.name), symbol hit") } + [
            ("replica.symbol.miss", "replica, symbol miss"), ("replica.symbol.batch", "replica, symbol batch"),
            ("replica.name.hit", "replica, name hit"), ("replica.name.miss", "replica, name miss"),
            ("replica.name.batch", "replica, name batch"),
            ("replica.symbol.batchLimit", "the limit of a symbol batch: a line of memory for each key"),
            ("replica.name.batchLimit", "the limit of a name batch"),
        ]
    }

    /// Nanoseconds a lookup, of each contender. Each round begins with another one, so that nobody always finds the
    /// caches of the same neighbour.
    func round(_ number: Int) -> [Double] {
        var ways: [() -> Double] = [
            { self.timed(self.hits.count) { Self.alone(self.reader, self.hits) } },
            { self.timed(self.hits.count) { Self.alone(self.snapshot, self.hits) } },
        ]
        ways += stores.map { store in { self.timed(self.hits.count) { store.sum(self.hits) } } }
        ways += [
            { self.timed(self.misses.count) { Self.alone(self.reader, self.misses) } },
            { self.timed(self.hits.count) { Self.batches(self.reader, self.hits, &self.results) } },
            { self.timed(self.nameHits.count) { Self.alone(self.reader, self.nameHits) } },
            { self.timed(self.nameMisses.count) { Self.alone(self.reader, self.nameMisses) } },
            { self.timed(self.nameHits.count) { Self.batches(self.reader, self.nameHits, &self.results) } },
            { self.timed(self.hits.count) { self.lines.read(self.hits) } },
            { self.timed(self.nameHits.count) { self.lines.read(self.nameHits) } },
        ]
        var figures = [Double](repeating: 0, count: ways.count)
        for turn in ways.indices {
            let index = (turn + number) % ways.count
            figures[index] = ways[index]()
        }
        return figures
    }

    private func timed(_ count: Int, _ body: () -> UInt64) -> Double {
        let start = load_now()
        kept &+= body()
        return Double(load_now() - start) / Double(count)
    }

    @inline(never)
    private static func alone(_ reader: ReplicaReader, _ keys: [SymbolKey]) -> UInt64 {
        alone(keys) { reader.resolve($0) }
    }

    @inline(never)
    private static func alone(_ reader: ReplicaReader, _ keys: [NameKey]) -> UInt64 {
        alone(keys) { reader.resolve($0) }
    }

    @inline(never)
    private static func alone(_ snapshot: Snapshot, _ keys: [SymbolKey]) -> UInt64 {
        alone(keys) { snapshot.resolve($0) }
    }

    @inline(__always)
    private static func alone<Key>(_ keys: [Key], _ resolve: (Key) -> SymbolResolution) -> UInt64 {
        keys.withUnsafeBufferPointer { keys in
            var sum: UInt64 = 0
            for index in keys.indices { sum &+= UInt64(resolve(keys[index]).symbolId) }
            return sum
        }
    }

    @inline(never)
    private static func batches(
        _ reader: ReplicaReader, _ keys: [SymbolKey], _ results: inout [SymbolResolution]
    ) -> UInt64 {
        batches(keys, &results) { _ = reader.resolve($0, into: &$1) }
    }

    @inline(never)
    private static func batches(
        _ reader: ReplicaReader, _ keys: [NameKey], _ results: inout [SymbolResolution]
    ) -> UInt64 {
        batches(keys, &results) { _ = reader.resolve($0, into: &$1) }
    }

    @inline(__always)
    private static func batches<Key: BitwiseCopyable>(
        _ keys: [Key], _ results: inout [SymbolResolution],
        _ resolve: (Span<Key>, inout MutableSpan<SymbolResolution>) -> Void
    ) -> UInt64 {
        var sum: UInt64 = 0
        var start = 0
        let keys = keys.span
        var answers = results.mutableSpan
        while start < keys.count {
            let count = min(batchCount, keys.count - start)
            resolve(keys.extracting(start..<start + count), &answers)
            for index in 0..<count { sum &+= UInt64(answers[index].symbolId) }
            start += count
        }
        return sum
    }
}
