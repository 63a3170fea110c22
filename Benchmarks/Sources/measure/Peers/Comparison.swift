import CLoad
import Glibc
import Measuring

/// One cell of the table: a peer, over a transport, asked at a depth by a client that spins or sleeps.
struct Cell {
    let peer: String
    let transport: Transport
    let spin: Bool
    let depth: Int
    /// Lookups per second, one figure a round.
    let rates: [Double]
    /// Median round trip in nanoseconds, one figure a round.
    let medians: [Double]
    /// Of one round trip, in nanoseconds, over the samples of all rounds.
    let p50: UInt32
    let p99: UInt32
    let p999: UInt32
}

/// Runs the peers in turn, round after round (A B C A B C …), so that whatever the machine does meanwhile it does to
/// all.
struct Comparison {
    let keys: KeySet
    let roundCount: Int
    let roundNanoseconds: UInt64
    let seed: UInt64

    struct Contestant {
        let peer: any Peer
        /// Frozen while somebody else is measured.
        let process: ServerProcess
        let connection: Connection
    }

    func run(_ contestants: [Contestant], transport: Transport, spin: Bool, depth: Int) throws -> [Cell] {
        let rings = contestants.map { $0.peer.ring(depth: depth, keys: keys, seed: seed) }
        var rates = [[Double]](repeating: [], count: contestants.count)
        var medians = rates
        var samples = [[UInt32]](repeating: [], count: contestants.count)
        for contestant in contestants { contestant.process.freeze() }
        for round in 0..<roundCount + 1 {
            // Each round begins with another one: nobody always follows the same neighbour's caches.
            for turn in contestants.indices {
                let index = (turn + round) % contestants.count
                contestants[index].process.thaw()
                let outcome = try measure(contestants[index], ring: rings[index], spin: spin)
                contestants[index].process.freeze()
                if round == 0 { continue }  // The first warms caches and connections and is thrown away.
                rates[index].append(
                    Double(outcome.roundTripCount) * Double(depth) * 1e9 / Double(outcome.elapsedNanoseconds))
                medians[index].append(Double(percentile(0.5, ofSorted: outcome.samples)))
                samples[index] += outcome.samples
            }
        }
        for contestant in contestants { contestant.process.thaw() }
        return contestants.indices.map { index in
            let sorted = samples[index].sorted()
            return Cell(
                peer: contestants[index].peer.name, transport: transport, spin: spin, depth: depth,
                rates: rates[index], medians: medians[index], p50: percentile(0.5, ofSorted: sorted),
                p99: percentile(0.99, ofSorted: sorted), p999: percentile(0.999, ofSorted: sorted))
        }
    }

    /// Asks for one batch and compares every id in the answer with the key set: a fast wrong answer is worth nothing.
    func check(_ contestant: Contestant, depth: Int) throws {
        let indexes = keys.sequence(count: depth, seed: seed &+ 1)
        let encoded = contestant.peer.encode(indexes[...], of: keys)
        contestant.process.thaw()
        defer { contestant.process.freeze() }
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
        let run = LoadRun(ring: ring, sampleCountMax: 400_000)
        let outcome = try run.run(
            contestant.connection, spin: spin, nanoseconds: roundNanoseconds, peerName: contestant.peer.name)
        return (outcome.roundTripCount, outcome.elapsedNanoseconds, run.samples(outcome).sorted())
    }
}
