import Glibc

/// The files of `Migrations/`, read and checked: `NNN_name.up.sql` and `NNN_name.down.sql`.
public struct MigrationFolder: Sendable {
    public let path: String
    /// Ordered by version, each version once.
    public let migrations: [Migration]

    static let fileByteCountMax = 16 << 20

    /// Reads every file. Files of another ending are ignored.
    /// - Throws: `MigrationError` when the folder cannot be read or holds no migration, a name or a file is malformed,
    ///   a version is there twice, or a down file has no up file.
    public init(path: String) throws(MigrationError) {
        self.path = path
        var ups: [Int: (name: String, script: MigrationScript)] = [:]
        var downs: [Int: (name: String, script: MigrationScript)] = [:]
        for file in try Self.names(path) {
            let isUp = file.hasSuffix(".up.sql")
            guard isUp || file.hasSuffix(".down.sql") else { continue }
            let stem = file.dropLast(isUp ? ".up.sql".count : ".down.sql".count)
            let parts = stem.split(separator: "_", maxSplits: 1)
            guard parts.count == 2, parts[0].count >= 3, let version = Int(parts[0]), version > 0 else {
                throw .malformedName(file)
            }
            let script = MigrationScript(path: "\(path)/\(file)", sql: try Self.read("\(path)/\(file)"))
            guard (isUp ? ups : downs)[version] == nil else { throw .duplicateVersion(version) }
            if isUp {
                ups[version] = (String(parts[1]), script)
            } else {
                downs[version] = (String(parts[1]), script)
            }
        }
        for (version, down) in downs where ups[version]?.name != down.name {
            throw .malformedName(down.script.path)
        }
        guard !ups.isEmpty else { throw .unreadable(path: path, reason: "holds no NNN_name.up.sql") }
        migrations = ups.sorted { $0.key < $1.key }.map { version, up in
            Migration(version: version, name: up.name, up: up.script, down: downs[version]?.script)
        }
    }

    private static func names(_ path: String) throws(MigrationError) -> [String] {
        guard let folder = opendir(path) else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.sorted()
    }

    private static func read(_ path: String) throws(MigrationError) -> String {
        guard let file = fopen(path, "re") else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= fileByteCountMax else {
                throw .unreadable(path: path, reason: "is larger than 16 MiB")
            }
        }
        guard ferror(file) == 0, let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(path: path, reason: "is not readable as UTF-8 text")
        }
        return text
    }
}
