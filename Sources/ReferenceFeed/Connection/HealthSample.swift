import PostgreSQL

/// The database's state as the listener's heartbeat reports it.
struct HealthSample: Hashable {
    /// How full the queue of notifications is, from 0 to 1: at 1 writers that ring fail.
    var queueUsage = 0.0
    /// The id of the transaction that has been writing for longest; nil when nobody writes.
    var writerTransaction: String?
    /// Its process; nil for a prepared transaction.
    var writerProcessId: Int32?
    /// Nil where the role may not see it.
    var writerAgeMilliseconds: UInt64?

    /// Reads the row of `ReferenceStatements.heartbeat`.
    init(_ result: QueryResult) throws(PostgreSQLError) {
        guard result.rowCount == 1 else { return }
        queueUsage = try result.float64(0, 0) ?? 0
        writerProcessId = try result.int32(0, 1)
        writerTransaction = try result.text(0, 2)
        writerAgeMilliseconds = try result.int64(0, 3).map { UInt64(max(0, $0)) }
    }

    init() {}
}
