import Scenarios
import TestSupport
import Testing

@testable import ReferenceData

/// Bytes that are no image, or no longer, or not the one they claim to be.
struct ImageCorruptionTests {
    static let seeds: [UInt64] = [1, 2, .random(in: .min ... .max)]

    /// The bytes of an image that has something in every section.
    static func bytes(seed: UInt64, symbolIdMax: UInt32 = 30) -> [UInt8] {
        var world = RandomWorld(seed: seed, symbolIdMax: symbolIdMax, exchangeIdMax: 4)
        var (snapshot, oracle) = SnapshotImageTests.history(seed: seed, world: &world)
        func isWhole(_ snapshot: Snapshot) -> Bool {
            let rewritten = snapshot.rewritten()
            // Rows are read in place: whoever reads them holds the snapshot.
            return withExtendedLifetime(rewritten) {
                let rows = rewritten.mainRows
                let kinds = Set((0..<rows.rowCount).map { rows.record(at: $0).kind })
                return snapshot.refusedCount > 0 && !snapshot.aliases.aliases.isEmpty && rows.sharedKeys.count > 0
                    && rows.dueCount > 0 && kinds.isSuperset(of: [.spot, .option])
            }
        }
        while !isWhole(snapshot) {
            (snapshot, oracle) = SnapshotImageTests.history(seed: seed, world: &world)
        }
        _ = oracle
        return SnapshotImageTests.bytes(of: SnapshotImage(snapshot, confirmedAt: .absent))
    }

    /// Where each section begins and ends, padding left out.
    static func sections(_ bytes: [UInt8]) -> [Range<Int>] {
        let sections = bytes.withUnsafeBytes { SectionTable(header: $0.baseAddress!) }
        return ImageSection.allCases.map { section in
            let offset = sections[section].offset
            return offset..<offset + sections[section].count * section.elementByteCount
        }
    }

    static func failure(_ bytes: [UInt8]) -> ImageFileError? {
        do {
            _ = try SnapshotImageTests.open(bytes)
            return nil
        } catch {
            return error as? ImageFileError
        }
    }

    @Test(.scenario(.imageFileDamaged), arguments: seeds)
    func truncationIsNamed(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = Self.bytes(seed: seed)
        var lengths = Self.sections(bytes).flatMap { [$0.lowerBound, $0.upperBound] }.filter { $0 < bytes.count }
        lengths += [64, 511, 512, bytes.count - 1]
        for _ in 0..<100 { lengths.append(Int.random(in: 8..<bytes.count, using: &generator)) }
        for length in lengths {
            let expected = length < ImageHeader.byteCount ? ImageHeader.byteCount : bytes.count
            #expect(
                Self.failure(Array(bytes.prefix(length)))
                    == .truncated(byteCount: length, expectedByteCount: expected), "seed \(seed)")
        }
        for length in 0..<8 { #expect(Self.failure(Array(bytes.prefix(length))) == .foreign) }
        #expect(
            Self.failure(bytes + [0]) == .overlong(byteCount: bytes.count + 1, expectedByteCount: bytes.count))
    }

    @Test(.scenario(.imageFileDamaged), arguments: seeds)
    func flippedBitsAreRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = Self.bytes(seed: seed)
        #expect(Self.failure(bytes) == nil)
        // Where ids lie far apart there are no blocks of them.
        let found = zip(ImageSection.allCases, Self.sections(bytes)).filter { $0 == .idBlocks || !$1.isEmpty }
        #expect(found.count == ImageSection.allCases.count)
        let sections = found.map(\.1).filter { !$0.isEmpty }
        for range in [0..<ImageHeader.byteCount, 0..<bytes.count] + sections {
            for _ in 0..<20 {
                var damaged = bytes
                let place = Int.random(in: range, using: &generator)
                damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                let failure = Self.failure(damaged)
                #expect(failure != nil, "seed \(seed), byte \(place)")
                if place >= ImageHeader.byteCount { #expect(failure == .checksum, "seed \(seed), byte \(place)") }
            }
        }
    }

    @Test(.scenario(.imageFileDamaged))
    func otherVersionsAndForeignBytesAreNamed() {
        var bytes = Self.bytes(seed: 1)
        bytes[ImageHeader.formatVersion.offset] = 9
        #expect(Self.failure(bytes) == .version(9))
        bytes[0] ^= 1
        #expect(Self.failure(bytes) == .foreign)
        #expect(Self.failure([UInt8](repeating: 0, count: 4_096)) == .foreign)
        #expect(!Self.canReceive(byteCount: ImageLimits.byteCountMax + 1))
        #expect(!Self.canReceive(byteCount: -1))
    }

    private static func canReceive(byteCount: Int) -> Bool {
        switch ImageBuffer(byteCount: byteCount) {
        case .some: true
        case .none: false
        }
    }

    /// Random damage under a checksum that was made to match: an error, or other answers, but never a trap.
    @Test(.scenario(.imageFileDamaged), arguments: [1, .random(in: .min ... .max)] as [UInt64])
    func forgedBytesNeverTrap(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var (refusedCount, openedCount) = (0, 0)
        let attemptCount = Sanitizer.rounds(250)
        for round in 0..<4 {
            let bytes = Self.bytes(seed: seed &+ UInt64(round), symbolIdMax: round % 2 == 0 ? 12 : 40)
            let sections = Self.sections(bytes)
            let openedBefore = openedCount
            // The few attempts of a sanitizer's run can open too few by chance: then there are more of them.
            for attempt in 0..<4 * attemptCount
            where attempt < attemptCount || openedCount - openedBefore <= attemptCount / 10 {
                var forged = bytes
                Self.damage(&forged, sections, &generator)
                Self.sign(&forged)
                do {
                    let image = try SnapshotImageTests.open(forged)
                    openedCount += 1
                    let exercise = SnapshotExercise(image.snapshot, seed: generator.next())
                    exercise.read()
                    if attempt % 5 == 0 { exercise.change() }
                } catch let error as ImageFileError {
                    refusedCount += 1
                    #expect(error != .checksum, "the checksum was forged wrongly (seed \(seed))")
                } catch {
                    Issue.record("\(error)")
                }
            }
        }
        let countMin = attemptCount * 4 / 10
        #expect(
            refusedCount > countMin && openedCount > countMin,
            "seed \(seed): \(refusedCount), \(openedCount)")
    }

    /// One to four changes: a byte, a word, or a piece of the bytes copied over another.
    private static func damage(_ bytes: inout [UInt8], _ sections: [Range<Int>], _ generator: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            // Past the magic and the version, which would end the matter at once.
            let header = 16..<ImageHeader.byteCount
            let filled = sections.filter { !$0.isEmpty }
            let range = generator.chance(15) ? header : filled.randomElement(using: &generator)!
            let place = Int.random(in: range, using: &generator)
            let limit = min(8, range.upperBound - place)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2:
                let value: UInt8 = generator.chance(50) ? 0xFF : 0
                for index in place..<place + limit { bytes[index] = value }
            case 3:
                let value = UInt64.random(in: 0...64, using: &generator)
                for index in 0..<limit {
                    bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))
                }
            default:
                let source = Int.random(in: range, using: &generator)
                let count = min(
                    Int.random(in: 1...128, using: &generator), range.upperBound - max(place, source))
                bytes.replaceSubrange(place..<place + count, with: Array(bytes[source..<source + count]))
            }
        }
    }

    /// Makes the checksum match.
    static func sign(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: 0, toByteOffset: ImageChecksum.byteOffset, as: UInt64.self)
            let checksum = ImageChecksum.of(UnsafeRawBufferPointer(bytes))
            bytes.storeBytes(of: checksum, toByteOffset: ImageChecksum.byteOffset, as: UInt64.self)
        }
    }
}
