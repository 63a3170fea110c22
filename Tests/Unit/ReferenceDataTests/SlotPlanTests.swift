import Testing

@testable import ReferenceData

struct SlotPlanTests {
    @Test(arguments: [0, 1, 2, 13, 100, 1_638, 13_107])
    func keysGetSlotsOfTheirOwn(count: Int) throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let hashes = (0..<count).map { _ in generator.next() }
        // As full as a table may be.
        let plan = try SlotPlan(hashes: hashes, slotCount: SlotPlan.slotCount(keyCount: count)) { _, _ in false }
        #expect(Set(plan.slotIndexes).count == count, "seed \(seed)")
        #expect(plan.slotIndexes.allSatisfy { Int($0) < plan.slotCount }, "seed \(seed)")
        for (hash, slotIndex) in zip(hashes, plan.slotIndexes) {
            let pilot = plan.pilots[SlotTable.bucket(hash, mask: UInt64(plan.pilots.count - 1))]
            #expect(SlotTable.position(hash, pilot: pilot, mask: UInt64(plan.slotCount - 1)) == Int(slotIndex))
        }
    }

    @Test func equalHashesAreNamed() {
        #expect(throws: SlotPlan.Failure.duplicateKey) {
            try SlotPlan(hashes: [5, 9, 5], slotCount: 16) { $0 == 0 && $1 == 2 }
        }
        #expect(throws: SlotPlan.Failure.crowded) {
            try SlotPlan(hashes: [5, 9, 5], slotCount: 16) { _, _ in false }
        }
    }

    @Test func tablesStayWithinTheMemoryAllowed() {
        #expect(SlotPlan.slotCount(keyCount: 10_000) == 16_384)
        #expect(SlotPlan.slotCount(keyCount: 1_000_000) == 2_097_152)
    }
}
