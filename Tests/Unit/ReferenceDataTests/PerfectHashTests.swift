import TestSupport
import Testing

@testable import ReferenceData

struct PerfectHashTests {
    @Test(arguments: [0, 1, 2, 13, 100, 1_638, 13_107])
    func keysGetSlotsOfTheirOwn(count: Int) throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let hashes = (0..<count).map { _ in generator.next() }
        // As full as a table may be.
        let perfect = try PerfectHash(hashes: hashes, slotCount: PerfectHash.slotCount(keyCount: count)) { _, _ in false
        }
        #expect(Set(perfect.slotIndexes).count == count, "seed \(seed)")
        #expect(perfect.slotIndexes.allSatisfy { Int($0) < perfect.slotCount }, "seed \(seed)")
        for (hash, slotIndex) in zip(hashes, perfect.slotIndexes) {
            let pilot = perfect.pilots[SlotTable.bucket(hash, mask: UInt64(perfect.pilots.count - 1))]
            #expect(SlotTable.position(hash, pilot: pilot, mask: UInt64(perfect.slotCount - 1)) == Int(slotIndex))
        }
    }

    @Test func equalHashesAreNamed() {
        #expect(throws: PerfectHash.Failure.duplicateKey) {
            try PerfectHash(hashes: [5, 9, 5], slotCount: 16) { $0 == 0 && $1 == 2 }
        }
        #expect(throws: PerfectHash.Failure.crowded) {
            try PerfectHash(hashes: [5, 9, 5], slotCount: 16) { _, _ in false }
        }
    }

    @Test func tablesStayWithinTheMemoryAllowed() {
        #expect(PerfectHash.slotCount(keyCount: 10_000) == 16_384)
        #expect(PerfectHash.slotCount(keyCount: 1_000_000) == 2_097_152)
    }
}
