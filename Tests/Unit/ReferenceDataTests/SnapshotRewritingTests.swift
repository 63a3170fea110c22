import TestSupport
import Testing

@testable import ReferenceData

/// Rewriting in the background while changes go on.
struct SnapshotRewritingTests {
    static let seeds: [UInt64] = [1, 2, 3, .random(in: .min ... .max)]

    /// The oracle takes a second for a step where it is not optimised, as it is with AddressSanitizer.
    static let stepCount = Sanitizer.current == .address ? 40 : 10

    @Test(arguments: seeds)
    func movedSnapshotsAgreeWithTheOracle(seed: UInt64) {
        var world = RandomWorld(seed: seed, symbolIdMax: 400, exchangeIdMax: 6)
        var oracle = SnapshotOracle()
        let content = world.content()
        oracle.replace(by: content)
        oracle.generation = 1
        var snapshot = Snapshot.build(content, epoch: 5, generation: 1, databaseSnapshot: "")
        var (movedCount, lostCount) = (0, 0)
        for step in 1...Self.stepCount {
            // Some rewrite begins, changes arrive, the rewrite ends.
            let rewritten = snapshot.rewritten()
            #expect(rewritten.overlayRowCount == 0)
            let atRewriting = oracle
            var isReloaded = false
            for _ in 0..<Int.random(in: 0..<4, using: &world.generator) {
                oracle.generation += 1
                if world.generator.chance(4) {
                    let content = world.content()
                    oracle.replace(by: content)
                    snapshot =
                        snapshot.replaced(
                            by: content, generation: oracle.generation, databaseSnapshot: ""
                        ).snapshot
                    isReloaded = true
                } else {
                    let delta = world.delta(to: oracle)
                    oracle.apply(delta)
                    let base = snapshot.mainImage
                    snapshot =
                        snapshot.applying(delta, generation: oracle.generation, databaseSnapshot: "").snapshot
                    if snapshot.mainImage !== base { isReloaded = true }
                }
            }
            let context: Comment = "seed \(seed), step \(step)"
            guard SnapshotComparison(snapshot: rewritten, oracle: atRewriting, context: context).run(&world) else {
                return
            }
            let moved = snapshot.rewritten(onto: rewritten)
            #expect((moved == nil) == isReloaded, context)
            guard let moved else {
                lostCount += 1
                continue
            }
            movedCount += 1
            #expect(moved.mainImage === rewritten.mainImage, context)
            #expect(moved.databaseSnapshot == snapshot.databaseSnapshot, context)
            guard SnapshotComparison(snapshot: moved, oracle: oracle, context: context).run(&world) else { return }
            snapshot = moved
        }
        #expect(movedCount > Self.stepCount / 5, "seed \(seed)")
    }

    @Test
    func anEpochIsTakenWithoutACopy() throws {
        var world = RandomWorld(seed: 1, symbolIdMax: 30, exchangeIdMax: 3)
        let snapshot = Snapshot.build(world.content(), epoch: 1, generation: 4, databaseSnapshot: "x")
        let renewed = snapshot.rewritten(epoch: 2)
        #expect(renewed.mainImage === snapshot.mainImage)
        #expect(renewed.epoch == 2 && renewed.generation == 4 && renewed.databaseSnapshot == "x")
        let delta = ReferenceDelta(symbols: [try #require(Self.anyRecord(snapshot))])
        let changed = snapshot.applying(delta, generation: 5, databaseSnapshot: "y").snapshot
        let moved = try #require(changed.rewritten(onto: renewed))
        #expect(moved.epoch == 2 && moved.generation == 5 && moved.overlayRowCount == 2)
        // Of another base: of no use.
        let other = Snapshot.build(world.content(), epoch: 1, generation: 4, databaseSnapshot: "x")
        #expect(changed.rewritten(onto: other.rewritten()) == nil)
        #expect(changed.rewritten(onto: other) == nil)
    }

    private static func anyRecord(_ snapshot: Snapshot) -> SymbolRecord? {
        var record: SymbolRecord?
        _ = snapshot.symbols(exchangeId: 0, activeOnly: false, afterSymbolId: 0, limit: 1) { found, _ in
            record = found
            record?.isActive.toggle()
        }
        return record
    }
}
