import Glibc
import Platform
import Synchronization

/// A PostgreSQL cluster of our own in a folder: made when it is not there yet, reachable by its Unix socket only, and
/// ended with the process that started it, however that ends.
///
/// Safe to use from any thread.
public final class DatabaseCluster: Sendable {
    /// How to make and run one.
    public struct Configuration: Sendable {
        /// Where data, log and socket go, below a folder `cluster`. Made when it is missing.
        public var directory: String
        /// Off: faster, and a machine that crashes may lose everything. For tests.
        public var isDurable = true
        /// Removes `directory` at the end. For tests.
        public var isTemporary = false
        /// Further server settings, `("log_statement", "all")`; they win.
        public var settings: [(name: String, value: String)] = []
        /// How long to wait for a server that still serves the folder: after a crash of its owner it is just ending.
        public var endingTimeoutMilliseconds = 10_000

        public init(directory: String) { self.directory = directory }
    }

    /// The folder that is used: the configured one, made absolute, or the replacement `notices` speaks of.
    public let directory: String
    /// Where the socket `.s.PGSQL.5432` lies: the host to connect to.
    public let socketDirectory: String
    /// What happened otherwise than one might expect, for people: "… cannot be reached by user postgres; using …".
    public let notices: [String]
    /// Whether the data were made by this start; false when they were found.
    public let isNew: Bool
    public let majorVersion: Int
    /// The folder of `psql`, `pg_dump` and the others that fit this server.
    public let binariesDirectory: String
    private let isTemporary: Bool
    private let watchdog: Watchdog
    private let hasBegunToStop = Atomic(false)

    /// The user every cluster is made with; the socket trusts whoever can reach it.
    public static let superuser = "postgres"
    public static let port = 5432
    /// The longest path a Unix socket can have; longer ones are cut silently.
    public static let socketPathByteCountMax = 107
    private static let startMillisecondsMax = 60_000
    private static let orphansMillisecondsMax = 10_000

    /// Makes the cluster if needed, starts it, and waits until it accepts connections. Blocking: about 2 s the first
    /// time, 0.2 s later.
    /// - Throws: `PrivateClusterError`; nothing is left running then.
    public convenience init(_ configuration: Configuration) throws(PrivateClusterError) {
        try self.init(location: ClusterLocation.prepare(configuration), configuration)
    }

    private init(location: ClusterLocation, _ configuration: Configuration) throws(PrivateClusterError) {
        directory = location.directory
        socketDirectory = location.socketDirectory
        notices = location.notices
        isNew = location.isNew
        majorVersion = location.binaries.majorVersion
        binariesDirectory = location.binaries.directory
        isTemporary = configuration.isTemporary
        watchdog = try Self.start(location, configuration)
    }

    /// A server that was killed leaves processes, which end soon by themselves; they are waited for.
    private static func start(
        _ location: ClusterLocation, _ configuration: Configuration
    ) throws(PrivateClusterError) -> Watchdog {
        let deadline = Deadline.after(milliseconds: orphansMillisecondsMax)
        while true {
            let watchdog = try Watchdog(
                command: location.account.prefix + serverCommand(location, configuration),
                folderToRemove: configuration.isTemporary ? location.directory : nil,
                stopSignal: configuration.isTemporary ? "QUIT" : "INT", logPath: location.logPath)
            do throws(PrivateClusterError) {
                try waitUntilReady(location, watchdog)
                return watchdog
            } catch {
                watchdog.stop(immediately: true) {}
                guard error.namesOrphans, !configuration.isTemporary, !deadline.isOver else { throw error }
                usleep(50_000)
            }
        }
    }

    deinit { stop() }

    /// Stops the server (sessions are cut, a checkpoint is written) and waits for its end; temporary ones do without
    /// the checkpoint and are removed. Idempotent.
    public func stop() { stop(immediately: isTemporary) }

    /// As a crash would: without a checkpoint; the next start recovers.
    public func stopImmediately() { stop(immediately: true) }

    private func stop(immediately: Bool) {
        guard !hasBegunToStop.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let server = serverProcessId
        watchdog.stop(immediately: immediately) {
            // Without a checkpoint; the next start recovers.
            if server > 0 { kill(server, SIGQUIT) }
        }
    }

    /// Whether the server is still there.
    public var isRunning: Bool { !hasBegunToStop.load(ordering: .acquiring) && watchdog.endStatus == nil }

    /// The process id of the server itself, 0 when it is not running.
    public var serverProcessId: Int32 {
        ServerLock.read(dataDirectory: directory + "/" + ClusterLocation.dataPath)?.processId ?? 0
    }

    /// A libpq connection string for one of its databases. It holds no password: there is none.
    public func conninfo(database: String = "postgres", user: String = DatabaseCluster.superuser) -> String {
        "host=\(Self.quoted(socketDirectory)) port=\(Self.port) user=\(Self.quoted(user)) "
            + "dbname=\(Self.quoted(database))"
    }

    private static func quoted(_ value: String) -> String {
        var text = "'"
        for character in value {
            if character == "'" || character == "\\" { text.append("\\") }
            text.append(character)
        }
        return text + "'"
    }

    private static func serverCommand(_ location: ClusterLocation, _ configuration: Configuration) -> [String] {
        var settings: [(String, String)] = [
            ("listen_addresses", ""), ("port", String(port)), ("unix_socket_directories", location.socketDirectory),
            // The folder around it is for its owner alone; root and the server's account pass through anyway.
            ("unix_socket_permissions", "0700"), ("timezone", "UTC"), ("log_timezone", "UTC"),
            ("max_connections", "100"), ("logging_collector", "off"), ("log_destination", "stderr"),
        ]
        if !configuration.isDurable {
            settings += [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")]
        }
        settings += configuration.settings.map { ($0.name, $0.value) }
        return [location.binaries.path("postgres"), "-D", location.dataDirectory]
            + settings.flatMap { ["-c", "\($0.0)=\($0.1)"] }
    }

    private static func waitUntilReady(_ location: ClusterLocation, _ watchdog: Watchdog) throws(PrivateClusterError) {
        let deadline = Deadline.after(milliseconds: startMillisecondsMax)
        repeat {
            // The server says in its lock file when it accepts connections; the file of an earlier one is gone by now.
            if let lock = ServerLock.read(dataDirectory: location.dataDirectory), lock.isReady { return }
            if let status = watchdog.endStatus {
                throw .startFailed(
                    reason: "it ended with status \(status)", logTail: Folder.tail(location.logPath) ?? "")
            }
            usleep(5_000)
        } while !deadline.isOver
        throw .startFailed(
            reason: "not ready after \(startMillisecondsMax) ms", logTail: Folder.tail(location.logPath) ?? "")
    }
}
