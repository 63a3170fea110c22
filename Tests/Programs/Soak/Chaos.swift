import Foundation
import PostgreSQL
import PrivateCluster
import SymbologyClient
import TestSupport

/// Makes faults, sees to it that each took effect, and that the server is well again afterwards.
final class Chaos {
    let server: ServerUnderTest
    var cluster: DatabaseCluster
    let configuration: DatabaseCluster.Configuration
    /// The folder of another database, once there is one.
    var otherFolder: String?
    private var generator: SeededGenerator
    private(set) var counts: [Fault: Int] = [:]
    /// The longest recovery of the server from each kind of fault.
    private(set) var recoverySecondsMax: [Fault: Double] = [:]
    private(set) var windows = FaultWindows()
    /// The times from the beginning of each fault to the server's recovery. Slow answers in them are no finding.
    private(set) var disturbances = FaultWindows()
    /// When there was no database, from its end until it was started again.
    private(set) var databaseAway = FaultWindows()

    /// The duration of faults that last for a while.
    static let shortSeconds = 2.0
    /// From the end of a fault until the server has read a change from the database, and every engine and replica has
    /// heard of it: three times the longest backoff of its feed.
    static let recoverySecondsMax = 90.0

    init(
        _ server: ServerUnderTest, _ cluster: DatabaseCluster, _ configuration: DatabaseCluster.Configuration,
        _ generator: SeededGenerator
    ) {
        self.server = server
        self.cluster = cluster
        self.configuration = configuration
        self.generator = generator
    }

    /// One fault from beginning to recovery.
    /// - Parameter now: seconds since the soak began.
    /// - Returns: the server's present epoch.
    /// - Throws: when the fault had no effect, or the server did not recover from it.
    func inject(_ fault: Fault, now: () -> Double) throws -> UInt64 {
        disturbances.begin(monotonicNanoseconds())
        defer { disturbances.end(monotonicNanoseconds()) }
        do {
            if fault.mayLeaveUnanswered { windows.begin(monotonicNanoseconds()) }
            defer { if fault.mayLeaveUnanswered { windows.end(monotonicNanoseconds()) } }
            try make(fault, now: now)
        }
        let started = monotonicNanoseconds()
        let epoch = try awaitRecovery(fault)
        counts[fault, default: 0] += 1
        let seconds = Double(monotonicNanoseconds() - started) / 1e9
        recoverySecondsMax[fault] = max(recoverySecondsMax[fault] ?? 0, seconds)
        return epoch
    }

    private func make(_ fault: Fault, now: () -> Double) throws {
        switch fault {
        case .serverKilled:
            try server.end(SIGKILL)
            try server.startAgain(at: now())
        case .serverStopped:
            try server.end(SIGTERM)
            guard server.process.endStatus == 0 else {
                throw SoakFailure("the server ended with \(server.process.endStatus) after SIGTERM")
            }
            try server.startAgain(at: now())
        case .serverKilledWithoutDatabase:
            try whileDatabaseIsAway {
                try server.end(SIGKILL)
                try server.startAgain(at: now())
                try awaitAnswersFromFile()
                Thread.sleep(forTimeInterval: Self.shortSeconds)
            }
        case .serverFrozen:
            server.process.signal(SIGSTOP)
            Thread.sleep(forTimeInterval: Self.shortSeconds)
            server.process.signal(SIGCONT)
        case .imageOverwritten: try overwriteImage()
        case .clientsExhausted: try exhaustClients()
        case .descriptorsExhausted: try exhaustDescriptors()
        case .vanishingClients: try vanish()
        case .resetStorm: try resetStorm()
        case .subscribersThatReadNothing: try holdSubscribersThatReadNothing()
        case .databaseSessionKilled: try signalSession(SIGKILL)
        case .databaseKilled: try killDatabase()
        case .databaseStopped: try whileDatabaseIsAway { Thread.sleep(forTimeInterval: Self.shortSeconds) }
        case .databaseSessionsTerminated: try terminateSessions()
        case .databaseSessionFrozen:
            let frozen = try signalSession(SIGSTOP)
            Thread.sleep(forTimeInterval: Self.shortSeconds)
            kill(frozen, SIGCONT)
        case .databaseSwapped: try swapDatabase()
        }
    }

    /// Ends the database.
    func stop() { cluster.stop() }

    // MARK: The database

    private func whileDatabaseIsAway(_ body: () throws -> Void) throws {
        cluster.stopImmediately()
        databaseAway.begin(monotonicNanoseconds())
        do {
            defer { databaseAway.end(monotonicNanoseconds(), graceSeconds: 0) }
            try body()
        } catch {
            cluster = try DatabaseCluster(configuration)
            throw error
        }
        cluster = try DatabaseCluster(configuration)
    }

    private func killDatabase() throws {
        let processId = cluster.serverProcessId
        guard processId > 0 else { throw SoakFailure("PostgreSQL is not running") }
        let children = Self.children(of: processId)
        // The first one first: it would otherwise start again what it misses.
        for victim in [processId] + children { kill(victim, SIGKILL) }
        cluster.stopImmediately()
        cluster = try DatabaseCluster(configuration)
    }

    /// The processes that a process started.
    private static func children(of parent: pid_t) -> [pid_t] {
        namesInFolder("/proc").compactMap { pid_t($0) }.filter { processId in
            // "number (name) state parent …", where a name may hold anything.
            let fields = readFile("/proc/\(processId)/stat")?.split(separator: ")").last?.split(separator: " ")
            return fields.map { $0.count > 1 && pid_t($0[1]) == parent } ?? false
        }
    }

    /// The two that a server has. Nobody else goes by these names: the writers and the reader of the audit have their
    /// own.
    private static let serverSessionNames = ["symbology feed", "symbology listener"]

    private func connect() throws -> Connection {
        try Connection(
            ConnectionTarget(conninfo: cluster.conninfo()), settings: SessionSettings(applicationName: "soak chaos"))
    }

    /// The processes of the server's sessions: of each name the newest, for one that was lost may not have ended yet.
    private func serverSessions(_ connection: Connection) throws -> [pid_t] {
        var processIds: [pid_t] = []
        let areThere = try Deadline(seconds: Self.recoverySecondsMax).poll {
            processIds = try newestSessions(connection)
            return processIds.count == Self.serverSessionNames.count
        }
        guard areThere else { throw SoakFailure("the server has the sessions \(processIds)") }
        return processIds
    }

    private func newestSessions(_ connection: Connection) throws -> [pid_t] {
        let names = Self.serverSessionNames.map { "'\($0)'" }.joined(separator: ", ")
        let result = try connection.query(
            Statement(
                name: "sessions",
                sql: """
                    SELECT DISTINCT ON (application_name) pid FROM pg_stat_activity
                    WHERE application_name IN (\(names)) ORDER BY application_name, backend_start DESC
                    """))
        let children = Self.children(of: cluster.serverProcessId)
        return try (0..<result.rowCount).compactMap { try result.int32($0, 0) }.filter(children.contains)
    }

    private func terminateSessions() throws {
        let connection = try connect()
        let processIds = try serverSessions(connection)
        // At once, since the server gives up the one where it loses the other; so the second may be gone already.
        let calls = processIds.indices.map { "pg_terminate_backend($\($0 + 1))" }.joined(separator: ", ")
        let result = try connection.query(
            Statement(name: "terminate", sql: "SELECT \(calls)"), processIds.map { .int32($0) })
        guard try processIds.indices.contains(where: { try result.bool(0, $0) == true }) else {
            throw SoakFailure("none of the sessions \(processIds) is ended")
        }
    }

    /// To any one of the server's sessions.
    @discardableResult
    private func signalSession(_ signal: Int32) throws -> pid_t {
        let processIds = try serverSessions(connect())
        let processId = processIds[.random(in: 0..<processIds.count, using: &generator)]
        guard kill(processId, signal) == 0 else {
            throw SoakFailure("no signal \(signal) for session \(processId): errno \(errno)")
        }
        return processId
    }
}
