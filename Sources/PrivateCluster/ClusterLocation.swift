import Glibc
import Platform

/// Where a cluster lies and as whom it runs, with the data made.
///
///     directory/cluster/            0700, the account's
///                       data/       PGDATA
///                       server.log
///                       .s.PGSQL.5432
struct ClusterLocation {
    var directory: String
    var socketDirectory: String
    var account: ServerAccount
    var binaries: ServerBinaries
    var isNew: Bool
    var notices: [String]

    static let clusterPath = "cluster"
    static let dataPath = clusterPath + "/data"
    static let logPath = clusterPath + "/server.log"

    var dataDirectory: String { directory + "/" + Self.dataPath }
    var logPath: String { directory + "/" + Self.logPath }

    static func prepare(_ configuration: DatabaseCluster.Configuration) throws(PrivateClusterError) -> ClusterLocation {
        let wanted = Folder.absolute(configuration.directory)
        let (directory, account, notices) = try choose(wanted)
        let dataVersion = Folder.tail(directory + "/" + dataPath + "/PG_VERSION").flatMap {
            Int($0.prefix { $0.isNumber })
        }
        let binaries = try ServerBinaries.choose(dataVersion: dataVersion, directory: directory)
        var location = ClusterLocation(
            directory: directory, socketDirectory: directory + "/" + clusterPath, account: account,
            binaries: binaries, isNew: dataVersion == nil, notices: notices)
        try location.shortenSocketPath()
        if location.isNew { try location.makeData(isDurable: configuration.isDurable) }
        try location.clearStaleLock(endingTimeoutMilliseconds: configuration.endingTimeoutMilliseconds)
        return location
    }

    /// The wanted folder if the server can live in it, else a replacement that the same wish finds again.
    private static func choose(_ wanted: String) throws(PrivateClusterError) -> (String, ServerAccount, [String]) {
        let replacements = replacements(for: wanted)
        // /tmp belongs to everybody: a folder of that name which somebody else made is not ours, nor are its data.
        let ours = replacements.filter { Folder.isDirectory($0, ownedBy: geteuid()) }
        for directory in [wanted] + ours where Folder.exists(directory + "/" + dataPath + "/PG_VERSION") {
            guard let account = ServerAccount.owner(of: directory + "/" + dataPath) else {
                throw .directoryUnusable(path: directory, reason: "its data belong to another user")
            }
            return (directory, account, directory == wanted ? [] : ["\(wanted) lives in \(directory)"])
        }
        try Folder.make(wanted)
        let candidates = ServerAccount.candidates()
        for account in candidates where try claim(wanted, account) { return (wanted, account, []) }
        guard let account = candidates.first, case .user(let name, _, _) = account else {
            throw .directoryUnusable(path: wanted, reason: "PostgreSQL cannot write into it")
        }
        for directory in replacements {
            mkdir(directory, 0o755)
            guard Folder.isDirectory(directory, ownedBy: geteuid()), try claim(directory, account) else { continue }
            return (directory, account, ["\(wanted) cannot be reached by user \(name); using \(directory)"])
        }
        throw .directoryUnusable(
            path: wanted, reason: "user \(name) cannot reach it; choose a folder that user can write to")
    }

    /// Makes the folder `cluster` for the account; false when the account cannot get there.
    private static func claim(_ directory: String, _ account: ServerAccount) throws(PrivateClusterError) -> Bool {
        let folder = directory + "/" + clusterPath
        let isMade = mkdir(folder, 0o700) == 0
        guard isMade || errno == EEXIST else {
            throw .directoryUnusable(path: folder, reason: systemMessage(errno))
        }
        try account.take(folder)
        if account.canUse(folder) { return true }
        chown(folder, geteuid(), getegid())
        if isMade { rmdir(folder) }
        return false
    }

    private static func replacements(for wanted: String) -> [String] {
        guard geteuid() == 0 else { return [] }
        let name = "symbology-" + String(hash(wanted), radix: 36)
        return ["/var/lib/" + name, "/tmp/" + name]
    }

    /// FNV-1a: the same in every process, which Swift's own hashing is not.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private mutating func shortenSocketPath() throws(PrivateClusterError) {
        let socketName = "/.s.PGSQL.\(DatabaseCluster.port).lock"
        guard (socketDirectory + socketName).utf8.count > DatabaseCluster.socketPathByteCountMax else { return }
        let short = "/tmp/sy-\(geteuid())-" + String(Self.hash(directory), radix: 36)
        let isMade = mkdir(short, 0o700) == 0
        let owner = Folder.owner(socketDirectory) ?? geteuid()
        if !isMade, !Folder.isDirectory(short, ownedBy: owner) {
            throw .directoryUnusable(path: short, reason: "is needed for the socket and belongs to somebody else")
        }
        try account.take(short)
        notices.append("the socket lies in \(short): its path below \(directory) would be too long")
        socketDirectory = short
    }

    /// Runs initdb in a folder of another name, then renames it: a half-made cluster is never found.
    private func makeData(isDurable: Bool) throws(PrivateClusterError) {
        let draft = dataDirectory + ".new"
        var command = [
            binaries.path("initdb"), "-D", draft, "-U", DatabaseCluster.superuser, "--encoding=UTF8", "--auth=trust",
            "--data-checksums", "--no-instructions",
        ]
        if !isDurable { command.append("--no-sync") }
        var status: Int32 = 1
        // C.UTF-8 is not everywhere; C sorts alike and lacks only the case of non-ASCII letters.
        for locale in ["C.UTF-8", "C"] where status != 0 {
            _ = try ChildProcess.run(["rm", "-rf", "--", draft], logPath: "/dev/null")
            status = try ChildProcess.run(account.prefix + command + ["--locale=\(locale)"], logPath: logPath)
        }
        guard status == 0 else {
            throw .commandFailed(
                command: binaries.path("initdb"), status: status, output: Folder.tail(logPath) ?? "")
        }
        guard rename(draft, dataDirectory) == 0 else { throw .system(call: "rename \(draft)", code: errno) }
    }

    /// Waits for a server that is still ending (its watchdog stops it when its owner dies), refuses one that lives on,
    /// and removes the mark of one that crashed.
    private func clearStaleLock(endingTimeoutMilliseconds: Int) throws(PrivateClusterError) {
        let deadline = Deadline.after(milliseconds: endingTimeoutMilliseconds)
        while let lock = ServerLock.read(dataDirectory: dataDirectory) {
            guard lock.isHeld(dataDirectory: dataDirectory) else {
                unlink(ServerLock.path(dataDirectory))
                return
            }
            guard !deadline.isOver else { throw .alreadyRunning(directory: directory, processId: lock.processId) }
            usleep(20_000)
        }
    }
}
