import CLoad
import Glibc

/// One cell of the table: a peer, over a transport, asked at a depth by a client that spins or sleeps.
struct Cell: Codable {
    let peer: String
    let transport: Transport
    let spin: Bool
    let depth: Int
    /// Per second, over the rounds.
    let lookups: Spread
    /// Of one round trip, in nanoseconds, over the samples of all rounds.
    let p50: UInt32
    let p99: UInt32
    let p999: UInt32
    /// This peer's rate over the limit's in the same round: the median of the pairs, and how far they spread.
    let ratioToLimit: Spread?
    /// The ratio to the fastest of Redis, memcached and PostgreSQL in the same round.
    let ratioToBestPeer: Spread?
}

/// Runs the peers in turn, round after round (A B C A B C …), so that whatever the machine does meanwhile it does to all.
struct Comparison {
    let keys: KeySet
    let roundCount: Int
    let roundNanoseconds: UInt64
    let seed: UInt64

    struct Contestant {
        let peer: any Peer
        let process: ServerProcess?
        let connection: Connection
    }

    func run(_ contestants: [Contestant], transport: Transport, spin: Bool, depth: Int) throws -> [Cell] {
        let rings = contestants.map { $0.peer.ring(depth: depth, keys: keys, seed: seed) }
        var rates = [[Double]](repeating: [], count: contestants.count)
        var samples = [[UInt32]](repeating: [], count: contestants.count)
        for contestant in contestants { contestant.process?.freeze() }
        for round in 0..<roundCount + 1 {
            for (index, contestant) in contestants.enumerated() {
                contestant.process?.thaw()
                let outcome = try measure(contestant, ring: rings[index], spin: spin)
                contestant.process?.freeze()
                if round == 0 { continue }  // The first warms caches and connections and is thrown away.
                rates[index].append(
                    Double(outcome.roundTripCount) * Double(depth) * 1e9 / Double(outcome.elapsedNanoseconds))
                samples[index] += outcome.samples
            }
        }
        for contestant in contestants { contestant.process?.thaw() }
        return cells(contestants, rates: rates, samples: samples, transport: transport, spin: spin, depth: depth)
    }

    /// Asks for one batch and compares every id in the answer with the key set: a fast wrong answer is worth nothing.
    func check(_ contestant: Contestant, depth: Int) throws {
        let indexes = keys.sequence(count: depth, seed: seed &+ 1)
        let encoded = contestant.peer.encode(indexes[...], of: keys)
        contestant.process?.thaw()
        defer { contestant.process?.freeze() }
        let answer = try contestant.connection.exchange(encoded.request, answerByteCount: encoded.answerByteCount)
        guard let ids = contestant.peer.symbolIds(in: answer, count: depth) else { return }
        let expected = indexes.map { keys.entries[$0].symbolId }
        guard ids == expected else {
            throw BenchmarkError("\(contestant.peer.name) answered with wrong ids at depth \(depth): stop here")
        }
    }

    private func measure(
        _ contestant: Contestant, ring: BatchRing, spin: Bool
    ) throws -> (roundTripCount: UInt64, elapsedNanoseconds: UInt64, samples: [UInt32]) {
        var answer = [UInt8](repeating: 0, count: ring.answerByteCountMax)
        var samples = [UInt32](repeating: 0, count: 400_000)
        let outcome = ring.withBatches { batches in
            load_run(
                contestant.connection.fd, batches.baseAddress, batches.count, spin ? 1 : 0, roundNanoseconds, &answer,
                &samples, samples.count)
        }
        guard outcome.error == 0 else {
            throw BenchmarkError("\(contestant.peer.name) stopped answering: \(errorText(outcome.error))")
        }
        return (
            outcome.roundTripCount, outcome.elapsedNanoseconds, Array(samples.prefix(outcome.sampleCount))
        )
    }

    private func cells(
        _ contestants: [Contestant], rates: [[Double]], samples: [[UInt32]], transport: Transport, spin: Bool,
        depth: Int
    ) -> [Cell] {
        let limit = contestants.firstIndex { $0.peer.name == "limit" }
        let others = contestants.indices.filter { !["limit", "symbology"].contains(contestants[$0].peer.name) }
        return contestants.indices.map { index in
            let sorted = samples[index].sorted()
            let toLimit = limit.map { limit in zip(rates[index], rates[limit]).map { $0 / $1 } }
            let toBest = rates[index].indices.map { round in
                rates[index][round] / (others.map { rates[$0][round] }.max() ?? .nan)
            }
            return Cell(
                peer: contestants[index].peer.name, transport: transport, spin: spin, depth: depth,
                lookups: Spread(rates[index])!,
                p50: percentile(0.5, ofSorted: sorted), p99: percentile(0.99, ofSorted: sorted),
                p999: percentile(0.999, ofSorted: sorted),
                ratioToLimit: toLimit.flatMap(Spread.init),
                ratioToBestPeer: others.isEmpty ? nil : Spread(toBest))
        }
    }
}
