import Glibc
import PostgreSQL

/// Takes strong locks on tables in use without making anybody wait long.
///
/// Each attempt is one transaction. It asks first for SHARE UPDATE EXCLUSIVE, patiently: that stops no reader and no
/// writer, and an autovacuum, which holds it, gives way to the request after a second. Then it asks for the lock that
/// it needs, for a moment only: whoever wants the table meanwhile waits behind the request. Not thread-safe.
struct LockLadder {
    struct Limits {
        var patientMilliseconds = 3_000
        /// So long a writer may have to wait.
        var strongMilliseconds = 100
        var attemptCountMax = 20
        var pauseMilliseconds = 250
    }

    enum Mode: String {
        case shareUpdateExclusive = "SHARE UPDATE EXCLUSIVE"
        case shareRowExclusive = "SHARE ROW EXCLUSIVE"
        case accessExclusive = "ACCESS EXCLUSIVE"
    }

    let connection: Connection
    var limits = Limits()

    init(_ connection: Connection) { self.connection = connection }

    /// Runs `body` in a transaction that holds the locks.
    /// - Parameters:
    ///   - what: for the error.
    ///   - tables: as SQL writes their names, in the order in which they are locked.
    /// - Throws: `.blocked`, naming who held a lock, after the last attempt.
    @discardableResult
    func take<Value>(
        _ what: String, _ tables: [(name: String, mode: Mode)], _ body: () throws -> Value
    ) throws -> Value {
        try repeating(what, tables.map(\.name)) {
            try connection.transaction {
                for table in tables {
                    try waitForLocks(milliseconds: limits.patientMilliseconds)
                    try lock(table.name, .shareUpdateExclusive)
                }
                try waitForLocks(milliseconds: limits.strongMilliseconds)
                for table in tables where table.mode != .shareUpdateExclusive { try lock(table.name, table.mode) }
                return try body()
            }
        }
    }

    /// Runs `attempt` again after a pause for as long as a lock is all that it lacks.
    func repeating<Value>(_ what: String, _ tables: [String], _ attempt: () throws -> Value) throws -> Value {
        var attemptNumber = 1
        while true {
            do {
                return try attempt()
            } catch let error as PostgreSQLError where error.isRetriable {
                let blockers = try blockers(of: tables)
                guard attemptNumber < limits.attemptCountMax else {
                    throw MarketDataError.blocked(what: what, attemptCount: attemptNumber, blockers: blockers)
                }
                attemptNumber += 1
                usleep(UInt32(limits.pauseMilliseconds * 1_000))
            }
        }
    }

    private func waitForLocks(milliseconds: Int) throws {
        try connection.query(
            Statement(name: "set the lock timeout", sql: "SELECT set_config('lock_timeout', $1, true)"),
            [.text(String(milliseconds))])
    }

    /// ONLY: partitions have readers of their own, and what is done to their table does not concern them.
    private func lock(_ table: String, _ mode: Mode) throws {
        try connection.query(
            Statement(name: "lock \(table)", sql: "LOCK TABLE ONLY \(table) IN \(mode.rawValue) MODE"))
    }

    /// The sessions that hold locks on the tables, the longest transaction first. Asked after the fact: while we wait
    /// for a lock we cannot ask.
    private func blockers(of tables: [String]) throws -> [String] {
        let rows = try connection.query(Self.holders, [.textArray(tables)])
        return try (0..<rows.rowCount).compactMap { try rows.text($0, 0) }
    }

    private static let holders = Statement(
        name: "look for blocking sessions",
        sql: """
            SELECT format('process %s (%s, user %s), %s, %s s in its transaction, holds %s on %s', pid, application,
                          usename, state, seconds, mode, relation)
              FROM (SELECT DISTINCT ON (a.xact_start, a.pid) a.pid, a.usename, a.xact_start, l.mode,
                           coalesce(nullif(a.application_name, ''), 'unnamed') AS application,
                           coalesce(a.state, 'active') AS state, l.relation::regclass AS relation,
                           coalesce(extract(epoch FROM clock_timestamp() - a.xact_start)::bigint, 0) AS seconds
                      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                     WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
                       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                       AND l.relation IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS name)
                     ORDER BY a.xact_start, a.pid, l.mode) held
             ORDER BY xact_start LIMIT 3
            """)
}
