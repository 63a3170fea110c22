import PostgreSQL

/// A migrated database of one's own with a session on it. Keeps the database alive; pin it to the end of the test with
/// `defer { database.keep() }` where only other sessions are used.
public final class TestSession {
    public let database: TestDatabase
    public let connection: Connection

    public init(_ content: TestDatabase.Content = .migrated, in testCluster: TestCluster = .shared) throws {
        database = try TestDatabase(content, in: testCluster)
        connection = try database.connect()
    }

    public var conninfo: String { database.conninfo }

    /// As the role that the server runs as.
    public func readerConninfo() throws(PostgreSQLError) -> String { try database.readerConninfo() }

    /// One more session on the same database.
    public func connect(_ settings: SessionSettings = SessionSettings()) throws(PostgreSQLError) -> Connection {
        try database.connect(settings)
    }

    @discardableResult
    public func run(_ sql: String, _ parameters: [Parameter] = []) throws(PostgreSQLError) -> QueryResult {
        try connection.query(Statement(name: "test", sql: sql), parameters)
    }

    /// The first value of the first row; `NULL` for none.
    public func text(_ sql: String) throws(PostgreSQLError) -> String { try run(sql).text(0, 0) ?? "NULL" }

    /// The first value of the first row; the least number for none.
    public func integer(_ sql: String) throws(PostgreSQLError) -> Int64 { try run(sql).int64(0, 0) ?? .min }

    /// Does nothing but be called late: without it Swift may drop the database after its last use.
    public func keep() {}
}
