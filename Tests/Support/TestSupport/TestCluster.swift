import Glibc
import PostgreSQL
import PrivateCluster

/// The PostgreSQL cluster of this test process: started by the first test that asks, gone with the process, also when
/// that crashes.
public final class TestCluster: Sendable {
    public let cluster: DatabaseCluster
    private let folder: String

    /// One per process. A machine without PostgreSQL cannot run these tests: that is said and ends the run.
    public static let shared: TestCluster = {
        do {
            return try TestCluster()
        } catch {
            fatalError("the test cluster: \(error)")
        }
    }()

    /// A cluster of one's own, for tests that stop it, kill it or swap its data.
    public init(_ adjust: (inout DatabaseCluster.Configuration) -> Void = { _ in }) throws {
        // The server's account must be able to pass through; what it owns below is closed.
        folder = TemporaryFolder.make(isPassable: true)
        var configuration = DatabaseCluster.Configuration(directory: folder)
        configuration.isDurable = false
        configuration.isTemporary = true
        configuration.settings = [
            ("shared_buffers", "32MB"), ("jit", "off"), ("max_prepared_transactions", "10"), ("wal_level", "logical"),
        ]
        adjust(&configuration)
        cluster = try DatabaseCluster(configuration)
    }

    /// A target inside this cluster.
    public func target(database: String) throws(PostgreSQLError) -> ConnectionTarget {
        try ConnectionTarget(conninfo: cluster.conninfo(database: database))
    }

    /// A blocking connection to one of its databases.
    public func connect(database: String = "postgres") throws(PostgreSQLError) -> Connection {
        try Connection(target(database: database))
    }
}
