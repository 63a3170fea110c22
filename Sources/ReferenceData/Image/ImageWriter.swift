import Glibc

/// Writes images beside a path: into the place of the file there, or under names of their own.
struct ImageWriter {
    let path: String
    private let folder: String
    /// What the names of temporary files, and of those that are mapped, begin with.
    private let replacementPrefix: String
    private let sharedPrefix: String

    /// The most bytes that one call writes.
    private static let writeByteCountMax = 8 << 20

    init(path: String) {
        self.path = path
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        replacementPrefix = ".\(name).new-"
        sharedPrefix = SharedImageFile.prefix(of: name)
    }

    /// Puts a new file in the place of the one that is there.
    func replace(_ bytes: ImageBytes) throws(ImageFileError) {
        // Whatever can fail, fails before the old file is replaced.
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .system(call: "open", errorNumber: errno) }
        defer { close(directory) }
        removeLeftovers()
        let (file, temporaryPath) = try created(replacementPrefix)
        defer { close(file) }
        do throws(ImageFileError) {
            for piece in bytes.pieces { try write(piece, to: file) }
            guard fsync(file) == 0 else { throw .system(call: "fsync", errorNumber: errno) }
            guard rename(temporaryPath, path) == 0 else { throw .system(call: "rename", errorNumber: errno) }
        } catch {
            unlink(temporaryPath)
            throw error
        }
        // Nobody maps it: it need not stay in memory beside the bytes that are there.
        posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
        // Some file systems cannot sync a folder, and have nothing to sync.
        guard fsync(directory) == 0 || errno == EINVAL else { throw .system(call: "fsync", errorNumber: errno) }
    }

    /// Writes a file that is mapped, and maps it.
    func share(_ bytes: ImageBytes) throws(ImageFileError) -> (SharedImageFile, MemoryBlock) {
        removeLeftovers()
        let (descriptor, sharedPath) = try created(sharedPrefix)
        let file = SharedImageFile(sharedPath, descriptor)
        for piece in bytes.pieces { try write(piece, to: descriptor) }
        return (file, try SnapshotImage.mapping(file: descriptor))
    }

    /// A new file, locked: the lock tells that its writer lives.
    private func created(_ prefix: String) throws(ImageFileError) -> (file: Int32, path: String) {
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

    /// Removes temporary and mapped files of this path that nobody holds locked: those who made them are gone.
    private func removeLeftovers() {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard name.hasPrefix(replacementPrefix) || name.hasPrefix(sharedPrefix) else { continue }
            let leftover = "\(folder)/\(name)"
            let file = open(leftover, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard file >= 0 else { continue }
            if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(leftover) }
            close(file)
        }
    }
}
