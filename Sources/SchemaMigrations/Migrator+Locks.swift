import PostgreSQL

extension Migrator {
    /// `symbolog` as a number: the key of the advisory lock, one in each database.
    public static let lockKey: Int64 = 0x7379_6D62_6F6C_6F67

    /// Runs `body` while this session alone migrates this database.
    func holdingLock<T>(_ body: () throws(MigrationError) -> T) throws(MigrationError) -> T {
        let saved = try asked { () throws(PostgreSQLError) in
            let row = try connection.query(Self.readTimeouts)
            return [Parameter.text(try row.text(0, 0) ?? "0"), .text(try row.text(0, 1) ?? "0")]
        }
        try asked { () throws(PostgreSQLError) in
            // An index on a large table takes its time; what must be short is the wait for a lock.
            _ = try connection.query(
                Self.setTimeouts, [.text("0"), .text(String(limits.lockTimeoutMilliseconds))])
        }
        // It may fail on a connection that broke meanwhile, where it does not matter.
        defer { _ = try? connection.query(Self.setTimeouts, saved) }
        try lock()
        defer {
            _ = try? connection.query(
                Statement(name: "unlock migrations", sql: "SELECT pg_advisory_unlock($1)"), [.int64(Self.lockKey)])
        }
        return try body()
    }

    private func lock() throws(MigrationError) {
        let tryLock = Statement(name: "lock migrations", sql: "SELECT pg_try_advisory_lock($1)")
        for attempt in 1...max(1, limits.attemptCountMax) {
            let isLocked = try asked { () throws(PostgreSQLError) in
                try connection.query(tryLock, [.int64(Self.lockKey)]).bool(0, 0) == true
            }
            if isLocked { return }
            guard attempt < limits.attemptCountMax else { break }
            onEvent(
                .waiting(
                    label: "the lock on migrations", attempt: attempt, attemptCountMax: limits.attemptCountMax,
                    blockers: (try? lockHolders()) ?? []))
            pause()
        }
        throw .locked(holder: (try? lockHolders())?.first ?? "it has just ended, try again")
    }

    /// The sessions that hold locks on tables of our schema, the longest transaction first; where `isConcurrent`, also
    /// those whose transactions only look: CREATE INDEX CONCURRENTLY waits for them too. Asked after the fact: while we
    /// wait for a lock we cannot ask, so it names suspects, and none when they are gone.
    func namedBlockers(isConcurrent: Bool = false) -> [String] {
        do throws(PostgreSQLError) {
            let holders = try describe(Self.blockingSessions) + preparedBlockers()
            return try holders.isEmpty && isConcurrent ? describe(Self.oldSessions) : holders
        } catch {
            return ["who blocks it could not be determined (\(error))"]
        }
    }

    /// Locks on what the session's first schema holds.
    private static let tableLocks = """
        pg_locks l
        JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'v') AND l.locktype = 'relation'
            AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        """

    private static let blockingSessions = Statement(
        name: "look for blocking sessions",
        sql: """
            SELECT DISTINCT ON (a.xact_start, a.pid) \(sessionColumns), ', holds ' || l.mode || ' on ' || c.relname
            FROM \(tableLocks) JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.pid <> pg_backend_pid()
            ORDER BY a.xact_start, a.pid, l.mode
            LIMIT 3
            """)

    private static let oldSessions = Statement(
        name: "look for old transactions",
        sql: """
            SELECT \(sessionColumns), ', holds an old snapshot' FROM pg_stat_activity a
            WHERE a.datname = current_database() AND a.backend_xmin IS NOT NULL AND a.pid <> pg_backend_pid()
            ORDER BY a.xact_start
            LIMIT 3
            """)

    /// Prepared transactions keep their locks without a process, and through a restart.
    private func preparedBlockers() throws(PostgreSQLError) -> [String] {
        let rows = try connection.query(
            Statement(
                name: "look for blocking prepared transactions",
                sql: """
                    SELECT DISTINCT ON (p.prepared, p.gid) p.gid, p.owner::text,
                           extract(epoch FROM clock_timestamp() - p.prepared)::bigint, l.mode, c.relname
                    FROM \(Self.tableLocks)
                    JOIN pg_locks own ON own.locktype = 'transactionid' AND own.pid IS NULL
                        AND own.virtualtransaction = l.virtualtransaction
                    JOIN pg_prepared_xacts p ON p.transaction = own.transactionid AND p.database = current_database()
                    WHERE l.pid IS NULL
                    ORDER BY p.prepared, p.gid, l.mode
                    LIMIT 3
                    """))
        var list: [String] = []
        for row in 0..<rows.rowCount {
            let name = (try rows.text(row, 0) ?? "").replacing("'", with: "''")
            list.append(
                "prepared transaction '\(name)' (user \(try rows.text(row, 1) ?? "unknown")), "
                    + "\(try rows.int64(row, 2) ?? 0) s old, holds \(try rows.text(row, 3) ?? "") on "
                    + "\(try rows.text(row, 4) ?? ""): COMMIT PREPARED or ROLLBACK PREPARED ends it")
        }
        return list
    }

    private func lockHolders() throws(PostgreSQLError) -> [String] {
        try describe(
            Statement(
                name: "look for the holder of the lock",
                sql: """
                    SELECT \(Self.sessionColumns), ''
                    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                        AND l.classid = ($1::bigint >> 32)::oid AND l.objid = ($1::bigint & 4294967295)::oid
                        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """), [.int64(Self.lockKey)])
    }

    private static let sessionColumns = """
        a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'), coalesce(a.usename::text, 'unknown'), \
        coalesce(a.state, 'active'), coalesce(extract(epoch FROM clock_timestamp() - a.xact_start)::bigint, 0)
        """

    private func describe(_ statement: Statement, _ parameters: [Parameter] = []) throws(PostgreSQLError) -> [String] {
        let rows = try connection.query(statement, parameters)
        var list: [String] = []
        for row in 0..<rows.rowCount {
            let pid = try rows.int32(row, 0) ?? 0
            let seconds = try rows.int64(row, 4) ?? 0
            list.append(
                "process \(pid) (\(try rows.text(row, 1) ?? ""), user \(try rows.text(row, 2) ?? "")), "
                    + "\(try rows.text(row, 3) ?? ""), \(seconds) s in its transaction\(try rows.text(row, 5) ?? "")")
        }
        return list
    }

    private static let readTimeouts = Statement(
        name: "read timeouts", sql: "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
    private static let setTimeouts = Statement(
        name: "set timeouts",
        sql: "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false)")
}
