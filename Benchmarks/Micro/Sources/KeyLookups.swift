import CLoad
import Measuring
import ReferenceData

/// Lookups by symbol string, by pair and by unified name, the hot ones.
enum KeyLookups {
    static func register(size: Int, order: Int) {
        register(SymbolKeys.self, size: size, order: order * 10)
        register(PairKeys.self, size: size, order: order * 10 + 1)
        register(NameKeys.self, size: size, order: order * 10 + 2)
    }

    /// As many keys as in a client's largest batch in the table of peers.
    private static let batchCount = 1_024

    private static let names = [
        "hit", "miss", "hit, in batches of 1,024", "miss, in batches of 1,024",
        "hit, each waiting for the answer before", "the limit of batches: a line of memory for each key",
    ]

    private static func register<Kind: KeyKind>(_ kind: Kind.Type, size: Int, order: Int) {
        let stem = "lookup.\(Kind.name)"
        let contest = Contest(
            "\(Kind.name) keys, \(grouped(size)) symbols", fileName: "1-micro-\(order)-\(Kind.name)",
            ratios: [
                ("\(stem).missOverHit.\(size)", "\(stem).miss.\(size)", "\(stem).hit.\(size)"),
                ("\(stem).batchOverLimit.\(size)", "\(stem).batch.\(size)", "\(stem).batchLimit.\(size)"),
            ]
        ) {
            let fixture = Fixture(size: size, kind.shape)
            let snapshot = fixture.snapshot
            let hits = fixture.walk { Kind.hit($1) }
            let misses = fixture.walk { Kind.miss($0, $1) }
            try fixture.check("hits", hits.lazy.map { Kind.resolve(snapshot, $0).status }, all: .ok)
            try fixture.check("misses", misses.lazy.map { Kind.resolve(snapshot, $0).status }, all: .unknownSymbol)
            let results = UnsafeMutablePointer<SymbolResolution>.allocate(capacity: batchCount)
            // As many as a table has slots.
            let lineCount = size * 10 / 9
            guard let lines = load_lines_make(lineCount) else { throw ContestError(reason: "no memory") }
            return [
                Contender(key: "\(stem).hit.\(size)", name: names[0], count: hits.count) {
                    alone(kind, snapshot, hits)
                },
                Contender(key: "\(stem).miss.\(size)", name: names[1], count: misses.count) {
                    alone(kind, snapshot, misses)
                },
                Contender(key: "\(stem).batch.\(size)", name: names[2], count: hits.count) {
                    batches(kind, snapshot, hits, results)
                },
                Contender(key: "\(stem).missBatch.\(size)", name: names[3], count: misses.count) {
                    batches(kind, snapshot, misses, results)
                },
                Contender(key: "\(stem).dependent.\(size)", name: names[4], count: hits.count) {
                    dependent(kind, snapshot, hits)
                },
                Contender(key: "\(stem).batchLimit.\(size)", name: names[5], count: hits.count) {
                    let (keys, stride) = (UnsafeRawBufferPointer(hits), MemoryLayout<Kind.Key>.stride)
                    return load_lines_read(lines, lineCount, keys.baseAddress, stride, hits.count)
                },
            ]
        }
        contest.register(names: names)
    }

    /// One call after the other; the processor may overlap what does not depend.
    private static func alone<Kind: KeyKind>(
        _: Kind.Type, _ snapshot: Snapshot, _ keys: UnsafeBufferPointer<Kind.Key>
    ) -> UInt64 {
        var sum: UInt64 = 0
        for index in keys.indices { sum &+= UInt64(Kind.resolve(snapshot, keys[index]).symbolId) }
        return sum
    }

    private static func batches<Kind: KeyKind>(
        _: Kind.Type, _ snapshot: Snapshot, _ keys: UnsafeBufferPointer<Kind.Key>,
        _ results: UnsafeMutablePointer<SymbolResolution>
    ) -> UInt64 {
        var sum: UInt64 = 0
        var start = 0
        while start < keys.count {
            let count = min(batchCount, keys.count - start)
            Kind.resolve(snapshot, UnsafeBufferPointer(rebasing: keys[start..<start + count]), into: results)
            for index in 0..<count { sum &+= UInt64(results[index].symbolId) }
            start += count
        }
        return sum
    }

    /// Where to look next is known only when the answer is: what one lookup takes, not what many of them cost.
    private static func dependent<Kind: KeyKind>(
        _: Kind.Type, _ snapshot: Snapshot, _ keys: UnsafeBufferPointer<Kind.Key>
    ) -> UInt64 {
        var sum: UInt64 = 0
        var position = 0
        while position < keys.count {
            let answer = Kind.resolve(snapshot, keys[position])
            sum &+= UInt64(answer.symbolId)
            // 0 for every symbol there is, which the processor cannot know.
            position += 1 + Int(answer.symbolId >> 31)
        }
        return sum
    }
}
