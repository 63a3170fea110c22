import TestSupport
import Testing

@testable import ReferenceData

/// Images as files and as bytes: what is written is what is read.
struct SnapshotImageTests {
    static let seeds: [UInt64] = [1, 2, .random(in: .min ... .max)]

    /// A snapshot with an overlay, aliases, refused rows and last good ones, and the oracle that knows its content.
    static func history(seed: UInt64, world: inout RandomWorld) -> (snapshot: Snapshot, oracle: SnapshotOracle) {
        var oracle = SnapshotOracle()
        let content = world.content()
        oracle.replace(by: content)
        var snapshot = Snapshot.build(content, epoch: seed, generation: 1, databaseSnapshot: "1:1:")
        for generation in 2...12 {
            let delta = world.delta(to: oracle)
            oracle.apply(delta)
            snapshot =
                snapshot.applying(delta, generation: UInt64(generation), databaseSnapshot: "\(generation):").snapshot
            oracle.generation = UInt64(generation)
        }
        return (snapshot, oracle)
    }

    static func bytes(of image: SnapshotImage) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: image.byteCount) { buffer, count in
            count = image.copyBytes(from: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    static func open(_ bytes: [UInt8]) throws -> SnapshotImage {
        guard var buffer = ImageBuffer(byteCount: bytes.count) else { throw ImageFileError.foreign }
        buffer.withMutableBytes { $0.copyBytes(from: bytes) }
        return try SnapshotImage.open(buffer)
    }

    /// Whose rows they are, and which ids it gave out before.
    @Test func anImageNamesItsDatabase() throws {
        var world = RandomWorld(seed: 1, symbolIdMax: 50, exchangeIdMax: 3)
        let database = SourceDatabase(systemIdentifier: 0x1122_3344_5566_7788, databaseId: 0x99AA_BBCC)
        let (history, _) = Self.history(seed: 1, world: &world)
        let greatest = history.rewritten().symbolIdGreatest
        let shorter = history.attributed(to: database).applying(
            ReferenceDelta(deletedSymbolIds: [greatest]), generation: 13, databaseSnapshot: "13:"
        ).snapshot
        let bytes = Self.bytes(of: SnapshotImage(shorter, confirmedAt: .absent))
        let opened = try Self.open(bytes).snapshot
        #expect(opened.database == database && opened.symbolIdMax == history.symbolIdMax)
        #expect(opened.symbolIdMax >= greatest && opened.symbolIdGreatest < greatest)
        // As the page says.
        #expect(Array(bytes[112..<124]) == [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0xCC, 0xBB, 0xAA, 0x99])
        let nobodys = opened.attributed(to: nil, forgettingIds: true)
        #expect(nobodys.symbolIdMax == opened.symbolIdGreatest)
        #expect(try Self.open(Self.bytes(of: SnapshotImage(nobodys, confirmedAt: .absent))).snapshot.database == nil)
    }

    @Test(arguments: seeds)
    func aFileAnswersAsTheSnapshotDid(seed: UInt64) throws {
        var world = RandomWorld(seed: seed, symbolIdMax: 300, exchangeIdMax: 6)
        let (snapshot, oracle) = Self.history(seed: seed, world: &world)
        let folder = TemporaryFolder()
        let confirmedAt = Timestamp(microsecondsSince1970: 1_234_567)
        let image = SnapshotImage(snapshot.rewritten(), confirmedAt: confirmedAt)
        try image.write(to: folder.path + "/image")
        let opened = try SnapshotImage.open(path: folder.path + "/image")
        let shared = try image.shared(beside: folder.path + "/image")
        let mapped = try SnapshotImage.map(path: try #require(shared.path))
        let received = try Self.open(Self.bytes(of: image))
        let images = [
            ("memory", image), ("opened", opened), ("shared", shared), ("mapped", mapped), ("received", received),
        ]
        for (name, copy) in images {
            let context: Comment = "\(name), seed \(seed)"
            #expect(copy.checksum == image.checksum, context)
            #expect(copy.byteCount == image.byteCount, context)
            #expect(copy.confirmedAt == confirmedAt, context)
            #expect(copy.epoch == seed && copy.generation == oracle.generation, context)
            #expect(copy.snapshot.databaseSnapshot == snapshot.databaseSnapshot, context)
            #expect(copy.snapshot.aliases.aliases == snapshot.aliases.aliases, context)
            #expect(Self.bytes(of: copy) == Self.bytes(of: image), context)
            _ = SnapshotComparison(snapshot: copy.snapshot, oracle: oracle, context: context).run(&world)
        }
        #expect(opened.path == nil && mapped.path == nil && received.path == nil)
    }
}
