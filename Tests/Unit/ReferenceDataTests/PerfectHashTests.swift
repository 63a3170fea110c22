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
        let perfect = try PerfectHash(hashes: hashes, slotCount: PerfectHash.slotCount(keyCount: count))
        #expect(Set(perfect.slotIndexes).count == count, "seed \(seed)")
        #expect(perfect.slotIndexes.allSatisfy { Int($0) < perfect.slotCount }, "seed \(seed)")
        for (hash, slotIndex) in zip(hashes, perfect.slotIndexes) {
            let pilot = perfect.pilots[SlotTable.bucket(hash, mask: UInt64(perfect.pilots.count - 1))]
            #expect(SlotTable.position(hash, pilot: pilot, slotCount: perfect.slotCount) == Int(slotIndex))
        }
    }

    @Test func equalHashesAreNoPerfectHash() {
        #expect(throws: PerfectHash.Crowded.self) { try PerfectHash(hashes: [5, 9, 5], slotCount: 16) }
    }

    /// So full a table could not be filled if its buckets were larger: it must not take many seeds.
    @Test func largeTablesAreFilledAtOnce() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        // The worst counts are those with two keys to a bucket.
        for count in [1 << 17, 1 << 18] {
            let hashes = (0..<count).map { _ in generator.next() }
            let slotCount = PerfectHash.slotCount(keyCount: count)
            #expect(throws: Never.self, "seed \(seed)") { try PerfectHash(hashes: hashes, slotCount: slotCount) }
        }
    }

    @Test func tablesStayWithinTheMemoryAllowed() {
        #expect(PerfectHash.slotCount(keyCount: 1_000_000) == 1_111_112)
    }

    @Test func equalKeysHaveOneNumber() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let keys = (0..<5_000).map { _ in Int.random(in: 0..<700, using: &generator) }
        let hashes = (0..<700).map { _ in generator.next() }
        let groups = try KeyGroups(hashes: keys.map { hashes[$0] }) { keys[$0] == keys[$1] }
        #expect(groups.count == Set(keys).count, "seed \(seed)")
        for (entry, number) in groups.numbers.enumerated() {
            #expect(keys[Int(groups.firsts[Int(number)])] == keys[entry], "seed \(seed)")
            #expect(groups.hashes[Int(number)] == hashes[keys[entry]], "seed \(seed)")
        }
        // Two keys of one hash.
        #expect(throws: PerfectHash.Crowded.self) { try KeyGroups(hashes: [5, 5]) { _, _ in false } }
    }

    /// Whoever forges an image picks its seed, and with it hashes that end alike, or begin alike.
    @Test(arguments: [0, 16, 32]) func hashesThatWerePickedCostNoMoreThanOthers(shift: UInt64) throws {
        let hashes = (0..<5_000).map { UInt64($0) << shift }
        // Each process has its seed, and none may be a bad one.
        for _ in 0..<100 {
            let seed = HashSeed.random()
            let groups = try KeyGroups(hashes: hashes, mixedBy: seed) { _, _ in false }
            #expect(groups.hashes == hashes)
            #expect(groups.probeCount < 2 * hashes.count, "seed \(seed.first) \(seed.second)")
        }
    }
}
