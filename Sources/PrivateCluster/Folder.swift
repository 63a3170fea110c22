import Glibc

/// The few questions about files this module has, answered without Foundation (whose start alone costs milliseconds).
enum Folder {
    /// The absolute form of a path, without touching the file system: a folder that does not exist yet has one too.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return String(cString: current) + "/" + path
    }

    /// Makes the folder and those above it. Mode 0755: the server's account must be able to pass through.
    static func make(_ path: String) throws(PrivateClusterError) {
        var prefix = ""
        for part in absolute(path).split(separator: "/") {
            prefix += "/" + part
            if mkdir(prefix, 0o755) != 0, errno != EEXIST {
                throw .directoryUnusable(path: prefix, reason: systemMessage(errno))
            }
        }
        guard isDirectory(path) else { throw .directoryUnusable(path: path, reason: "is not a folder") }
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The owner of what the path names, of a symbolic link itself; nil when there is nothing.
    static func owner(_ path: String) -> uid_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_uid : nil
    }

    /// Whether the path itself, not what a symbolic link of that name leads to, is a folder of this user.
    static func isDirectory(_ path: String, ownedBy owner: uid_t) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_uid == owner
    }

    static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// At most the last `byteCountMax` bytes of a file, nil when it cannot be read.
    static func tail(_ path: String, byteCountMax: Int = 8_192) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, end - byteCountMax), SEEK_SET)
        var bytes: [UInt8] = []
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 1)
        defer { chunk.deallocate() }
        while bytes.count < byteCountMax {
            let count = read(descriptor, chunk.baseAddress, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Where a symbolic link leads, or the `.system` error of readlink(2).
    static func linkTarget(_ path: String) -> Result<String, PrivateClusterError> {
        withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { buffer in
            let count = buffer.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
            }
            guard count >= 0 else { return .failure(.system(call: "readlink \(path)", code: errno)) }
            return .success(String(decoding: UnsafeRawBufferPointer(buffer).prefix(count), as: UTF8.self))
        }
    }

    static func resolved(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

/// glibc's strerror is safe between threads for the codes that exist.
func systemMessage(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
