import Glibc
import Synchronization
import TestSupport
import Testing

@testable import ReferenceData

/// Files that cannot be replaced, because the system refuses a call: the old one stays, and nothing is left beside it.
struct ImageFileFaultTests {
    /// A file system without locks, as some that come over a network.
    @Test func aFileThatCannotBeLockedIsNotTriedForEver() throws {
        let folder = TemporaryFolder()
        let path = folder.path("image")
        try Self.image(generation: 1).write(to: path)
        let failure = Self.failureOnThread(of: Self.image(generation: 2), path) { refuseLocks() }
        #expect(failure == .system(call: "flock", errorNumber: ENOLCK))
        #expect(namesInFolder(folder.path) == ["image"])
        #expect(try SnapshotImage.open(path: path).generation == 1)
    }

    /// A folder in which we may put files and rename them, and that cannot be opened to be synced.
    @Test func aFolderThatCannotBeSyncedKeepsTheOldFile() throws {
        let folder = TemporaryFolder()
        let path = folder.path("image")
        try Self.image(generation: 1).write(to: path)
        #expect(chmod(folder.path, 0o333) == 0)
        let failure = Self.failureOnThread(of: Self.image(generation: 2), path) { giveUpRights() }
        #expect(chmod(folder.path, 0o700) == 0)
        #expect(failure == .system(call: "open", errorNumber: EACCES))
        #expect(namesInFolder(folder.path) == ["image"])
        #expect(try SnapshotImage.open(path: path).generation == 1)
    }

    private static func image(generation: UInt64) -> SnapshotImage {
        let snapshot = Snapshot.build(ReferenceContent(), epoch: 1, generation: generation, databaseSnapshot: "")
        return SnapshotImage(snapshot, confirmedAt: .absent)
    }

    /// Why an image cannot be written on a thread that was made worse off; nil when it can.
    private static func failureOnThread(
        of image: SnapshotImage, _ path: String, _ prepare: @escaping @Sendable () -> Bool
    ) -> ImageFileError? {
        let failure = Mutex<ImageFileError?>(nil)
        withThreads(count: 1) { _ in
            #expect(prepare(), "the thread is as it was")
            do throws(ImageFileError) {
                try image.write(to: path)
            } catch {
                failure.withLock { $0 = error }
            }
        }
        return failure.withLock { $0 }
    }
}

/// From now on the kernel answers `flock` on this thread with `ENOLCK`; says whether it does.
private func refuseLocks() -> Bool {
    #if arch(x86_64)
    let lockCallNumber: UInt64 = 73
    #else
    let lockCallNumber: UInt64 = 32
    #endif
    // Four instructions of `struct sock_filter`: the number of the call; if it is this one the first answer, otherwise
    // the second; an error; what it would be without the filter.
    let filter: [UInt64] = [
        0x20, 0x15 | 1 << 24 | lockCallNumber << 32, 0x06 | (0x5_0000 | UInt64(ENOLCK)) << 32,
        0x06 | 0x7FFF_0000 << 32,
    ]
    typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
    let control = unsafeBitCast(dlsym(nil, "prctl"), to: Control.self)
    return filter.withUnsafeBufferPointer { filter in
        // `struct sock_fprog`.
        let program = [UInt(filter.count), UInt(bitPattern: filter.baseAddress)]
        let (noNewPrivileges, setFilter, modeFilter): (Int32, Int32, UInt) = (38, 22, 2)
        return program.withUnsafeBufferPointer { program in
            control(noNewPrivileges, 1, 0, 0, 0) == 0
                && control(setFilter, modeFilter, UInt(bitPattern: program.baseAddress), 0, 0) == 0
        }
    }
}

/// From now on this thread has no other rights to files than everybody has, also when it is root's; says whether.
private func giveUpRights() -> Bool {
    if geteuid() != 0 { return true }
    let nobody: UInt32 = 65_534
    typealias SetUser = @convention(c) (UInt32) -> Int32
    let setUser = unsafeBitCast(dlsym(nil, "setfsuid"), to: SetUser.self)
    _ = setUser(nobody)
    // It returns who it was before, also when it fails.
    return setUser(nobody) == nobody
}
