import Glibc
import Scenarios
import Synchronization
import TestSupport
import Testing

@testable import ReferenceData

/// Files: how they are replaced, and what becomes of those who read the old ones.
struct ImageFileTests {
    private static func image(generation: UInt64, symbolIdMax: UInt32 = 200) -> SnapshotImage {
        var world = RandomWorld(seed: generation, symbolIdMax: symbolIdMax, exchangeIdMax: 4)
        return SnapshotImage(
            Snapshot.build(world.content(), epoch: 1, generation: generation, databaseSnapshot: "\(generation)"),
            confirmedAt: Timestamp(microsecondsSince1970: Int64(generation)))
    }

    private static func failure(_ path: String) -> ImageFileError? {
        do throws(ImageFileError) {
            _ = try SnapshotImage.open(path: path)
            return nil
        } catch {
            return error
        }
    }

    @Test
    func aFileIsReadOnlyAndAloneInItsFolder() throws {
        let folder = TemporaryFolder()
        let path = folder.path("image")
        try Self.image(generation: 1).write(to: path)
        try Self.image(generation: 2).write(to: path)
        #expect(namesInFolder(folder.path) == ["image"])
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o222 == 0, "no one may write")
        #expect(try SnapshotImage.open(path: path).generation == 2)
    }

    /// Nobody maps the file that is kept: it may be overwritten and cut by whoever may.
    @Test(.scenario(.imageFileDamaged))
    func aFileThatIsOverwrittenOrCutConcernsNobodyWhoOpenedIt() throws {
        let folder = TemporaryFolder()
        let path = folder.path("image")
        try Self.image(generation: 1).write(to: path)
        let opened = try SnapshotImage.open(path: path)
        let shared = try opened.shared(beside: path)
        let bytes = SnapshotImageTests.bytes(of: opened)
        #expect(chmod(path, 0o600) == 0)
        for damage in [String(repeating: "x", count: bytes.count), ""] {
            folder.write("image", damage)
            #expect(SnapshotImageTests.bytes(of: opened) == bytes)
            #expect(SnapshotImageTests.bytes(of: shared) == bytes)
        }
        #expect(Self.failure(path) == .truncated(byteCount: 0, expectedByteCount: 512))
    }

    @Test(.scenario(.imageFileDamaged))
    func theNameOfASharedFileIsItsOwnAndGoesWithIt() throws {
        let folder = TemporaryFolder()
        let path = folder.path("image")
        var first: SnapshotImage? = try Self.image(generation: 1).shared(beside: path)
        let firstPath = try #require(first?.path)
        let second = try Self.image(generation: 2, symbolIdMax: 5).shared(beside: path)
        #expect(namesInFolder(folder.path).count == 2 && firstPath != second.path)
        #expect(SharedImageFile.origin(of: firstPath) == path)
        let mapped = try SnapshotImage.map(path: firstPath)
        let bytes = SnapshotImageTests.bytes(of: mapped)
        first = nil
        #expect(namesInFolder(folder.path).map { folder.path($0) } == [second.path])
        #expect(SnapshotImageTests.bytes(of: mapped) == bytes)
        #expect(throws: ImageFileError.system(call: "open", errorNumber: ENOENT)) {
            try SnapshotImage.map(path: firstPath)
        }
    }

    @Test(arguments: [
        ("/run/symbology/.image.map-1f", "/run/symbology/image"), (".i.map-0", "i"), ("/.a.map-b.map-2", "/a.map-b"),
        ("/run/.map-1", nil), ("/run/image.map-1", nil), ("/run/.x.map-1/image", nil), ("/run/image", nil), ("", nil),
    ])
    func theFileThatASharedOneIsBesideIsKnownByItsName(path: String, origin: String?) {
        #expect(SharedImageFile.origin(of: path) == origin)
    }

    @Test
    func leftoversOfADeadWriterAreRemoved() throws {
        let folder = TemporaryFolder()
        let path = folder.path("image")
        folder.write(".image.new-0123", "half an image")
        folder.write(".image.new-4567", "what another writer is at")
        folder.write(".other.new-0123", "of another file")
        folder.write(".image.map-0123", "the image of a server that was killed")
        let file = open(folder.path(".image.new-4567"), O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
        try Self.image(generation: 1).write(to: path)
        #expect(namesInFolder(folder.path) == [".image.new-4567", ".other.new-0123", "image"])
    }

    @Test
    func whatCannotBeWrittenLeavesNothingBehind() throws {
        let folder = TemporaryFolder()
        let image = Self.image(generation: 1)
        #expect(throws: ImageFileError.system(call: "open", errorNumber: ENOENT)) {
            try image.write(to: folder.path("none/image"))
        }
        // A folder stands where the file should go.
        #expect(mkdir(folder.path("taken"), 0o700) == 0)
        folder.write("taken/inside", "")
        #expect(throws: ImageFileError.self) { try image.write(to: folder.path("taken")) }
        #expect(namesInFolder(folder.path) == ["taken"])
    }

    @Test
    func filesThatAreNoImagesAreNamed() throws {
        let folder = TemporaryFolder()
        #expect(Self.failure(folder.path) == .foreign)
        #expect(Self.failure(folder.write("empty", "")) == .truncated(byteCount: 0, expectedByteCount: 512))
        #expect(Self.failure(folder.write("text", String(repeating: "text ", count: 200))) == .foreign)
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        #expect(Self.failure(folder.path("pipe")) == .foreign)
        #expect(Self.failure("/dev/zero") == .foreign)
    }

    /// Readers open the file again and again while a writer replaces it: each sees one whole image.
    @Test
    func readersSeeWholeImages() throws {
        let folder = TemporaryFolder()
        let path = folder.path("image")
        let images = (1...8).map { Self.image(generation: $0, symbolIdMax: UInt32($0) * 20) }
        let counts = images.map(\.snapshot.symbolCount)
        try images[0].write(to: path)
        let isDone = Atomic(false)
        let readCount = Atomic(0)
        let failures = Mutex<[String]>([])
        withThreads(count: 3) { number in
            if number == 0 {
                for round in 1..<60 where (try? images[round % images.count].write(to: path)) == nil {
                    failures.withLock { $0.append("not written") }
                }
                isDone.store(true, ordering: .releasing)
                return
            }
            repeat {
                guard let image = try? SnapshotImage.open(path: path), image.confirmedAt.microsecondsSince1970 > 0,
                    image.snapshot.symbolCount == counts[Int(image.generation) - 1]
                else {
                    failures.withLock { $0.append("not read") }
                    break
                }
                SnapshotExercise(image.snapshot, seed: image.generation).read()
                readCount.add(1, ordering: .relaxed)
            } while !isDone.load(ordering: .acquiring)
        }
        #expect(failures.withLock { $0 }.isEmpty)
        #expect(readCount.load(ordering: .relaxed) > 1)
    }
}
