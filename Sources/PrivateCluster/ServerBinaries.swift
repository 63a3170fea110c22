import Glibc

/// An installed PostgreSQL: the folder of its programs and its major version.
public struct ServerBinaries: Sendable, Hashable {
    public let directory: String
    public let majorVersion: Int

    /// Older servers are out of support.
    public static let majorVersionMin = 15
    static let distributionRoot = "/usr/lib/postgresql"

    func path(_ program: String) -> String { directory + "/" + program }

    /// Every usable installation, newest first: Debian's folders, then PATH.
    public static func installed() -> [ServerBinaries] {
        var list = Folder.names(distributionRoot).compactMap { name -> ServerBinaries? in
            guard let version = Int(name) else { return nil }
            return ServerBinaries(directory: "\(distributionRoot)/\(name)/bin", majorVersion: version)
        }
        let searchPath = getenv("PATH").map { String(cString: $0) } ?? ""
        for directory in searchPath.split(separator: ":") where directory.hasPrefix("/") {
            let directory = String(directory)
            guard Folder.exists(directory + "/postgres"), Folder.exists(directory + "/initdb"),
                !list.contains(where: { Folder.resolved($0.directory) == Folder.resolved(directory) }),
                let version = version(directory + "/postgres")
            else { continue }
            list.append(ServerBinaries(directory: directory, majorVersion: version))
        }
        return
            list
            .filter { $0.majorVersion >= majorVersionMin && access($0.path("postgres"), X_OK) == 0 }
            .sorted { $0.majorVersion > $1.majorVersion }
    }

    /// The newest installation, or the one that fits the data that are there.
    static func choose(dataVersion: Int?, directory: String) throws(PrivateClusterError) -> ServerBinaries {
        let installed = installed()
        guard let newest = installed.first else {
            throw .serverNotFound(searched: [distributionRoot, "PATH"], versionMin: majorVersionMin)
        }
        guard let dataVersion else { return newest }
        guard let fitting = installed.first(where: { $0.majorVersion == dataVersion }) else {
            throw .versionMismatch(
                directory: directory, dataVersion: dataVersion, installed: installed.map(\.majorVersion))
        }
        return fitting
    }

    /// `postgres (PostgreSQL) 15.20 (Debian…)`
    private static func version(_ program: String) -> Int? {
        var template = Array("/tmp/sy-version-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        Glibc.close(descriptor)
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer { unlink(path) }
        guard (try? ChildProcess.run([program, "--version"], logPath: path)) == 0, let text = Folder.tail(path),
            let number = text.split(whereSeparator: { $0 == " " || $0 == "\n" }).first(where: { $0.first!.isNumber })
        else { return nil }
        return Int(number.prefix { $0.isNumber })
    }
}
