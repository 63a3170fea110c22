import Foundation
import PostgreSQL
import PrivateCluster

/// What can go wrong between processes, done to real ones.
enum Fault: String, CaseIterable {
    case serverKilled
    case serverFrozen
    case clientsExhausted
    case vanishingClients
    case databaseCrash
    case databaseStopped
    case sessionsTerminated
    case sessionFrozen

    /// Whether questions may stay unanswered: never because of the database.
    var mayLeaveUnanswered: Bool {
        switch self {
        case .serverKilled, .serverFrozen, .clientsExhausted: true
        case .vanishingClients, .databaseCrash, .databaseStopped, .sessionsTerminated, .sessionFrozen: false
        }
    }
}

final class Chaos {
    private let server: ServerUnderTest
    private var cluster: DatabaseCluster
    private let configuration: DatabaseCluster.Configuration
    private var generator: SoakGenerator
    private(set) var counts: [Fault: Int] = [:]
    private(set) var windows = FaultWindows()

    private static let shortSeconds = 2.0
    private static let serverSessions = "application_name LIKE 'symbology%' AND pid <> pg_backend_pid()"
    private static let connectionCount = 2 * ServerUnderTest.clientCountMax
    private static let vanishingCount = 2_000

    init(
        _ server: ServerUnderTest, _ cluster: DatabaseCluster, _ configuration: DatabaseCluster.Configuration,
        _ generator: SoakGenerator
    ) {
        self.server = server
        self.cluster = cluster
        self.configuration = configuration
        self.generator = generator
    }

    /// One fault from beginning to end. `seconds` is the time since the soak began.
    func injectOne(at seconds: Double) throws {
        let fault = Fault.allCases.randomElement(using: &generator)!
        counts[fault, default: 0] += 1
        if fault.mayLeaveUnanswered { windows.begin(monotonicNanoseconds()) }
        defer { if fault.mayLeaveUnanswered { windows.end(monotonicNanoseconds()) } }
        switch fault {
        case .serverKilled: try server.restart(at: seconds)
        case .serverFrozen:
            server.process.signal(SIGSTOP)
            Thread.sleep(forTimeInterval: Self.shortSeconds)
            server.process.signal(SIGCONT)
        case .clientsExhausted: exhaustClients()
        case .vanishingClients: vanishingClients()
        case .databaseCrash: try signalBackend(SIGKILL, Self.serverSessions)
        case .databaseStopped:
            cluster.stopImmediately()
            Thread.sleep(forTimeInterval: Self.shortSeconds)
            cluster = try DatabaseCluster(configuration)
        case .sessionsTerminated:
            try connect().query(
                Statement(
                    name: "terminate",
                    sql: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(Self.serverSessions)"))
        case .sessionFrozen:
            let frozen = try signalBackend(SIGSTOP, Self.serverSessions)
            Thread.sleep(forTimeInterval: Self.shortSeconds)
            if frozen != 0 { kill(frozen, SIGCONT) }
        }
    }

    func stop() { cluster.stop() }

    private func connect() throws -> Connection {
        try Connection(ConnectionTarget(conninfo: cluster.conninfo()))
    }

    @discardableResult
    private func signalBackend(_ signal: Int32, _ condition: String) throws -> pid_t {
        let result = try connect().query(
            Statement(
                name: "backend",
                sql: """
                    SELECT pid FROM pg_stat_activity WHERE \(condition)
                    ORDER BY random() LIMIT 1
                    """))
        guard result.rowCount > 0, let processId = try result.int32(0, 0) else { return 0 }
        kill(processId, signal)
        return processId
    }

    /// More connections than the server will have, held for a moment.
    private func exhaustClients() {
        let sockets = (0..<Self.connectionCount).compactMap { _ in openConnection() }
        Thread.sleep(forTimeInterval: Self.shortSeconds)
        for socket in sockets { close(socket) }
    }

    /// Connections that say half a sentence and vanish.
    private func vanishingClients() {
        for _ in 0..<Self.vanishingCount {
            guard let socket = openConnection() else { continue }
            var half: [UInt8] = [56, 0, 1, 0, 0x59, 0x1B]
            _ = send(socket, &half, half.count, Int32(MSG_NOSIGNAL))
            close(socket)
        }
    }

    private func openConnection() -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: server.socketPath.utf8) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if code != 0 {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
