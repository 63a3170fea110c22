import Glibc
import PostgreSQL
import PrivateCluster
import Synchronization

/// A database of one's own, dropped when the last holder lets go: tests that run at once do not see each other.
public final class TestDatabase: Sendable {
    public enum Content: Sendable {
        case empty
        /// With all of `Migrations/` applied; a copy of a template, some 30 ms.
        case migrated
    }

    public let name: String
    public let testCluster: TestCluster

    private static let serial = Atomic<Int>(0)
    private static let template = Mutex<Set<String>>([])

    public init(_ content: Content = .migrated, in testCluster: TestCluster = .shared) throws {
        self.testCluster = testCluster
        name = "test_\(Self.serial.add(1, ordering: .relaxed).newValue)"
        let connection = try testCluster.connect()
        var source = "template0"
        if content == .migrated {
            source = "migrated"
            try Self.template.withLock { made in
                // One per cluster: its folder is its name.
                guard !made.contains(testCluster.cluster.directory) else { return }
                try Self.makeTemplate(source, testCluster, connection)
                made.insert(testCluster.cluster.directory)
            }
        }
        try connection.query(
            Statement(name: "create test database", sql: "CREATE DATABASE \(name) TEMPLATE \(source)"))
    }

    deinit {
        let connection = try? testCluster.connect()
        _ = try? connection?.query(
            Statement(name: "drop test database", sql: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"))
    }

    public var conninfo: String { testCluster.cluster.conninfo(database: name) }

    public var target: ConnectionTarget {
        get throws(PostgreSQLError) { try ConnectionTarget(conninfo: conninfo) }
    }

    public func connect(_ settings: SessionSettings = SessionSettings()) throws(PostgreSQLError) -> Connection {
        try Connection(target, settings: settings)
    }

    /// Runs SQL of any number of statements on a connection made for it.
    public func run(_ sql: String) throws(PostgreSQLError) { try connect().executeScript(sql, name: "test script") }

    /// `Migrations/` of this repository.
    public static let migrationsFolder: String = {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return "/\(root)/Migrations"
    }()

    /// The names of the files in `Migrations/` that end so, in order.
    public static func migrationFiles(_ ending: String = ".up.sql") -> [String] {
        namesInFolder(migrationsFolder).filter { $0.hasSuffix(ending) }
    }

    private static func makeTemplate(_ name: String, _ cluster: TestCluster, _ connection: Connection) throws {
        try connection.query(Statement(name: "create template", sql: "CREATE DATABASE \(name) TEMPLATE template0"))
        applyMigrations(to: cluster.cluster, database: name)
    }

    /// Applies all of `Migrations/` as an administrator would by hand, with psql: one of them runs outside of any
    /// transaction.
    public static func applyMigrations(to cluster: DatabaseCluster, database: String = "postgres") {
        let files = migrationFiles().flatMap { ["-f", "\(migrationsFolder)/\($0)"] }
        let result = psql(cluster, conninfo: cluster.conninfo(database: database), files)
        guard result.status == 0 else { fatalError("cannot apply the migrations: \(result.output)") }
    }
}

extension TestDatabase {
    /// As a role that was granted `role` and nothing else: the server in the tests may do no more than in production.
    ///
    /// The role is made in the cluster the first time it is asked for.
    public func conninfo(as role: String) throws(PostgreSQLError) -> String {
        let login = "test_\(role)"
        let connection = try testCluster.connect()
        defer { connection.close() }
        try connection.executeScript(
            """
            DO $$ BEGIN
                CREATE ROLE \(login) LOGIN IN ROLE \(role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
            """, name: "make \(login)")
        return testCluster.cluster.conninfo(database: name, user: login)
    }

    /// What the server connects with.
    public func readerConninfo() throws(PostgreSQLError) -> String { try conninfo(as: "symbology_reader") }
}
