import Glibc

/// Reads and writes whole files without Foundation, which would double the time a command takes to start.
enum FileBytes {
    static func read(_ path: String, byteCountMax: Int) throws(CommandFailure) -> [UInt8] {
        let descriptor = try openToRead(path)
        defer { close(descriptor) }
        return try read(descriptor, named: path, byteCountMax: byteCountMax)
    }

    /// The caller closes it.
    static func openToRead(_ path: String) throws(CommandFailure) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure.systemError(path) }
        return descriptor
    }

    /// Whether two descriptors are of one file on a disk, whatever names it goes by.
    static func areOfOneFile(_ one: Int32, _ other: Int32) -> Bool {
        var (first, second) = (stat(), stat())
        guard fstat(one, &first) == 0, fstat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino && first.st_mode & S_IFMT == S_IFREG
    }

    /// Reads to the end.
    static func read(
        _ descriptor: Int32, named name: String, byteCountMax: Int
    ) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw CommandFailure.systemError(name)
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= byteCountMax else {
                throw CommandFailure(.system, "\(name) is larger than \(byteCountMax) bytes")
            }
        }
    }

    /// Throws where no file of this name can be written; leaves an empty one where there was none.
    static func requireWritable(_ path: String, next: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure.systemError("cannot write \(path)", next: next) }
        close(descriptor)
    }

    static func write(_ text: String, to path: String) throws(CommandFailure) {
        try write(Array(text.utf8), to: path)
    }

    static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure.systemError("cannot write \(path)") }
        defer { close(descriptor) }
        let isWritten = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
        guard isWritten else { throw CommandFailure.systemError("cannot write \(path)") }
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return String(cString: current) + "/" + path
    }

    /// Where the file lies that is to be replaced: behind a symbolic link what that points to, be it there or not, and
    /// not the link.
    static func replaceable(_ path: String) throws(CommandFailure) -> String {
        var path = absolute(path)
        for _ in 0..<linkCountMax {
            let target = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer -> String? in
                guard let base = buffer.baseAddress else { return nil }
                let count = readlink(path, base, buffer.count)
                return count < 0 ? nil : String(decoding: UnsafeRawBufferPointer(buffer)[..<count], as: UTF8.self)
            }
            guard let target else { return path }
            path = target.hasPrefix("/") ? target : "\(path[...(path.lastIndex(of: "/") ?? path.startIndex)])\(target)"
        }
        throw CommandFailure(
            .configuration, "\(path): one symbolic link points to the next and none to a file",
            next: "name the file itself")
    }

    private static let linkCountMax = 40

    /// Relative to the current folder where it lies inside: shorter to type.
    static func shortest(_ path: String) -> String {
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        let prefix = String(cString: current) + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }
}
