import Testing

@testable import ReferenceData

/// Random histories of loads and changes; after each step every lookup is compared with the oracle.
struct SnapshotRandomTests {
    /// Fixed seeds, so that a failure stays a failure, and one that is drawn anew on each run.
    static let seeds: [UInt64] = [1, 2, 3, 4, 5, .random(in: .min ... .max)]

    @Test(arguments: seeds)
    func historiesAgreeWithTheOracle(seed: UInt64) {
        var world = RandomWorld(seed: seed, symbolIdMax: 90, exchangeIdMax: 6)
        var oracle = SnapshotOracle()
        var snapshot = Snapshot.empty(epoch: seed)
        var overlayStepCount = 0
        for step in 1...40 {
            let before = oracle
            let changes: [ReferenceChange]
            oracle.generation = UInt64(step)
            if step == 1 || world.generator.chance(10) {
                let content = world.content()
                oracle.now = world.now()
                oracle.replace(by: content)
                (snapshot, changes) = snapshot.replaced(
                    by: content, generation: UInt64(step), databaseSnapshot: "\(step):\(step):", at: oracle.now)
            } else if world.generator.chance(25) {
                // Time passes, or the clock is set back.
                oracle.now = world.now()
                (snapshot, changes) =
                    oracle.now == before.now
                    ? (snapshot.renumbered(UInt64(step)), [])
                    : snapshot.judged(at: oracle.now, generation: UInt64(step))
            } else {
                let delta = world.delta(to: oracle)
                if world.generator.chance(30) { oracle.now = world.now() }
                oracle.apply(delta)
                (snapshot, changes) = snapshot.applying(
                    delta, generation: UInt64(step), databaseSnapshot: "\(step):\(step):", at: oracle.now)
            }
            if snapshot.overlay != nil { overlayStepCount += 1 }
            let context: Comment = "seed \(seed), step \(step)"
            #expect(changes == before.changes(to: oracle), context)
            let isSame = SnapshotComparison(snapshot: snapshot, oracle: oracle, context: context).run(&world)
            guard isSame else { return }
        }
        #expect(overlayStepCount > 5, "the overlay took part (seed \(seed))")
    }

    @Test
    func overlayAndRebuiltBaseAgree() {
        // Enough rows for the overlay to fill and be folded into a new base several times over.
        let seed = UInt64.random(in: .min ... .max)
        var world = RandomWorld(seed: seed, symbolIdMax: 2_000, exchangeIdMax: 200)
        let content = world.content()
        var oracle = SnapshotOracle()
        oracle.replace(by: content)
        oracle.generation = 1
        var snapshot = Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: "")
        var baseCount = 0
        for _ in 0..<250 {
            let delta = world.delta(to: oracle)
            oracle.apply(delta)
            let previous = snapshot.mainImage
            snapshot = snapshot.applying(delta, generation: 1, databaseSnapshot: "").snapshot
            if snapshot.mainImage !== previous { baseCount += 1 }
        }
        #expect(baseCount > 0, "seed \(seed)")
        _ = SnapshotComparison(snapshot: snapshot, oracle: oracle, context: "seed \(seed)").run(&world)
    }
}
