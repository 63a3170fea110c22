import Glibc

extension SnapshotImage {
    /// Writes a new read-only file (0444 less the umask) beside `path` under a temporary name, syncs it, renames it
    /// over `path` and syncs the folder: whoever has the old file mapped goes on with it.
    ///
    /// Returns the image with `path` set, whose snapshot reads the mapping of the file: all processes that map it share
    /// one copy of the memory. After an error there is no new file; the old one stays. Only when the sync of the folder
    /// fails is the new one in place: it is whole, but after a loss of power the old one may be back. Files that a
    /// writer left behind when it died are removed. O(bytes); blocks. Any thread.
    public func written(to path: String) throws(ImageFileError) -> SnapshotImage {
        let block = try ImageWriter(path: path).write(bytes)
        let image = snapshot.moved(to: RowImage(block))
        let whole = UnsafeRawBufferPointer(start: block.start, count: block.byteCount)
        return SnapshotImage(
            image, confirmedAt: confirmedAt, checksum: checksum, bytes: ImageBytes([whole], owners: [block]),
            path: path)
    }
}

/// Puts a file in the place of another one.
private struct ImageWriter {
    let path: String
    private let folder: String
    /// The prefix of the temporary files of this path.
    private let prefix: String

    /// The most bytes that one call writes.
    private static let writeByteCountMax = 8 << 20

    init(path: String) {
        self.path = path
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        prefix = ".\(name).new-"
    }

    /// Returns the mapping of the file.
    func write(_ bytes: ImageBytes) throws(ImageFileError) -> MemoryBlock {
        // Whatever can fail, fails before the old file is replaced.
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .system(call: "open", errorNumber: errno) }
        defer { close(directory) }
        removeLeftovers()
        let (file, temporaryPath) = try created()
        defer { close(file) }
        let block = try replacement(bytes, file, temporaryPath)
        // Some file systems cannot sync a folder, and have nothing to sync.
        guard fsync(directory) == 0 || errno == EINVAL else { throw .system(call: "fsync", errorNumber: errno) }
        return block
    }

    /// Fills the new file and renames it; removes it where that fails.
    private func replacement(
        _ bytes: ImageBytes, _ file: Int32, _ temporaryPath: String
    ) throws(ImageFileError) -> MemoryBlock {
        do throws(ImageFileError) {
            for piece in bytes.pieces { try write(piece, to: file) }
            guard fsync(file) == 0 else { throw .system(call: "fsync", errorNumber: errno) }
            let block = try SnapshotImage.mapping(file: file)
            guard rename(temporaryPath, path) == 0 else { throw .system(call: "rename", errorNumber: errno) }
            return block
        } catch {
            unlink(temporaryPath)
            throw error
        }
    }

    /// A new file, locked: the lock tells that its writer lives.
    private func created() throws(ImageFileError) -> (file: Int32, path: String) {
        while true {
            let temporaryPath = "\(folder)/\(prefix)\(String(UInt64.random(in: .min ... .max), radix: 16))"
            let file = open(temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o444)
            guard file >= 0 else {
                if errno == EEXIST { continue }
                throw .system(call: "open", errorNumber: errno)
            }
            do throws(ImageFileError) {
                if try isOurs(file) { return (file, temporaryPath) }
                close(file)
            } catch {
                close(file)
                unlink(temporaryPath)
                throw error
            }
        }
    }

    /// Locks a new file; false when another writer took it for a leftover before that, and removes it.
    private func isOurs(_ file: Int32) throws(ImageFileError) -> Bool {
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { return false }
            throw .system(call: "flock", errorNumber: errno)
        }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(call: "fstat", errorNumber: errno) }
        return status.st_nlink > 0
    }

    private func write(_ piece: UnsafeRawBufferPointer, to file: Int32) throws(ImageFileError) {
        var rest = piece
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = Glibc.write(file, start, min(rest.count, Self.writeByteCountMax))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(call: "write", errorNumber: count < 0 ? errno : ENOSPC) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Removes temporary files of this path that nobody holds locked: their writers are gone.
    private func removeLeftovers() {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard name.hasPrefix(prefix) else { continue }
            let leftover = "\(folder)/\(name)"
            let file = open(leftover, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard file >= 0 else { continue }
            if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(leftover) }
            close(file)
        }
    }
}
