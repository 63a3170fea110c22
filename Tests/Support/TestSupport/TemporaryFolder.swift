import Glibc

/// A folder of its own under /tmp, removed with everything in it when the last holder lets go. Its path is short enough
/// for Unix sockets.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() { path = Self.make() }

    /// A new folder that its maker removes, for those who know better when.
    /// - Parameter isPassable: whether other accounts may pass through to what they own below.
    static public func make(isPassable: Bool = false) -> String {
        var template = Array("/tmp/sy-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("mkdtemp: \(errno)") }
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        if isPassable { chmod(path, 0o755) }
        return path
    }

    deinit { removeTree(path) }

    /// The path of something inside.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    @discardableResult
    public func write(_ name: String, _ text: String) -> String {
        let path = path(name)
        writeFile(path, text)
        return path
    }
}

/// The text of a file, nil when it cannot be read.
public func readFile(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        guard count > 0 else { break }
        bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Replaces the contents of a file.
public func writeFile(_ path: String, _ text: String) {
    guard let file = fopen(path, "we") else { fatalError("cannot write \(path): \(errno)") }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { fatalError("cannot write \(path): \(errno)") }
}

/// Removes a folder or file and everything in it; links are not followed, what is not there is no error.
public func removeTree(_ path: String) {
    // remove() takes files, links and empty folders; a folder that is not empty is emptied first.
    guard remove(path) != 0, errno == ENOTEMPTY || errno == EEXIST else { return }
    for name in namesInFolder(path) { removeTree("\(path)/\(name)") }
    remove(path)
}

/// What a folder holds, sorted; nothing when it cannot be read.
public func namesInFolder(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}
