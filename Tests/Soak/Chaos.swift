import Foundation
import PostgreSQL
import PrivateCluster
import SymbologyClient
import TestSupport

/// Makes faults, sees to it that each took effect, and that the server is well again afterwards.
final class Chaos {
    let server: ServerUnderTest
    private(set) var cluster: DatabaseCluster
    private let configuration: DatabaseCluster.Configuration
    private var generator: SeededGenerator
    private(set) var counts: [Fault: Int] = [:]
    /// How long each kind took the server to be well again, at most.
    private(set) var recoverySecondsMax: [Fault: Double] = [:]
    private(set) var windows = FaultWindows()

    /// How long what lasts a while lasts.
    static let shortSeconds = 2.0
    /// From the end of a fault until the server has read a change from the database: as long as the longest backoff of
    /// its feed, which two seconds of absence never reach.
    static let recoverySecondsMax = 30.0

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
    /// - Throws: when the fault had no effect, or the server did not recover from it.
    func inject(_ fault: Fault, now: () -> Double) throws {
        do {
            if fault.mayLeaveUnanswered { windows.begin(monotonicNanoseconds()) }
            defer { if fault.mayLeaveUnanswered { windows.end(monotonicNanoseconds()) } }
            try make(fault, now: now)
        }
        let started = monotonicNanoseconds()
        try awaitRecovery(fault)
        counts[fault, default: 0] += 1
        let seconds = Double(monotonicNanoseconds() - started) / 1e9
        recoverySecondsMax[fault] = max(recoverySecondsMax[fault] ?? 0, seconds)
    }

    private func make(_ fault: Fault, now: () -> Double) throws {
        switch fault {
        case .serverKilled:
            server.end(SIGKILL)
            try server.startAgain(at: now())
        case .serverStopped:
            server.end(SIGTERM)
            guard server.process.endStatus == 0 else {
                throw SoakFailure("the server ended with \(server.process.endStatus) after SIGTERM")
            }
            try server.startAgain(at: now())
        case .serverKilledWithoutDatabase:
            try whileDatabaseIsAway {
                server.end(SIGKILL)
                try server.startAgain(at: now())
                try awaitAnswersFromFile()
                Thread.sleep(forTimeInterval: Self.shortSeconds)
            }
        case .serverFrozen:
            server.process.signal(SIGSTOP)
            Thread.sleep(forTimeInterval: Self.shortSeconds)
            server.process.signal(SIGCONT)
        case .clientsExhausted: try exhaustClients()
        case .descriptorsExhausted: try exhaustDescriptors()
        case .vanishingClients: try vanish()
        case .resetStorm: try resetStorm()
        case .databaseSessionKilled: try signalSession(SIGKILL)
        case .databaseKilled: try killDatabase()
        case .databaseStopped: try whileDatabaseIsAway { Thread.sleep(forTimeInterval: Self.shortSeconds) }
        case .databaseSessionsTerminated: try terminateSessions()
        case .databaseSessionFrozen:
            let frozen = try signalSession(SIGSTOP)
            Thread.sleep(forTimeInterval: Self.shortSeconds)
            kill(frozen, SIGCONT)
        }
    }

    /// Ends the database.
    func stop() { cluster.stop() }

    // MARK: The database

    private func whileDatabaseIsAway(_ body: () throws -> Void) throws {
        cluster.stopImmediately()
        do {
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

    private static let serverSessions = "application_name LIKE 'symbology%' AND pid <> pg_backend_pid()"

    private func connect() throws -> Connection {
        try Connection(ConnectionTarget(conninfo: cluster.conninfo()))
    }

    private func terminateSessions() throws {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(Self.serverSessions)"
        let result = try connect().query(Statement(name: "terminate", sql: sql))
        guard result.rowCount > 0 else { throw SoakFailure("the server has no session") }
    }

    /// To any one of the server's sessions.
    @discardableResult
    private func signalSession(_ signal: Int32) throws -> pid_t {
        let sql = "SELECT pid FROM pg_stat_activity WHERE \(Self.serverSessions) ORDER BY backend_start"
        let result = try connect().query(Statement(name: "sessions", sql: sql))
        guard result.rowCount > 0,
            let processId = try result.int32(.random(in: 0..<result.rowCount, using: &generator), 0)
        else { throw SoakFailure("the server has no session") }
        kill(processId, signal)
        return processId
    }
}
