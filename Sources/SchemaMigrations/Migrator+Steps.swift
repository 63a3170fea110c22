import Glibc
import PostgreSQL

extension Migrator {
    /// Takes one step, however often its locks must be asked for.
    func take(_ step: MigrationStep) throws(MigrationError) {
        onEvent(.started(step))
        let start = clock()
        var attempt = 1
        while true {
            do throws(MigrationError) {
                try attemptOnce(step)
                break
            } catch {
                guard case .failed(_, let cause) = error, cause.isRetriable else { throw error }
                let blockers = (try? blockers()) ?? []
                guard attempt < limits.attemptCountMax else {
                    throw .blocked(migration: step.migration.label, attemptCount: attempt, blockers: blockers)
                }
                onEvent(
                    .waiting(
                        label: step.migration.label, attempt: attempt, attemptCountMax: limits.attemptCountMax,
                        blockers: blockers))
                attempt += 1
                pause()
            }
        }
        onEvent(.finished(step, milliseconds: clock() - start))
    }

    private func attemptOnce(_ step: MigrationStep) throws(MigrationError) {
        guard let script = step.script else { throw .noWayBack(migration: step.migration.label) }
        let label = "\(step.migration.label).\(step.direction.rawValue)"
        connection.onNotice = { [onEvent] notice in
            if notice.severity == "WARNING" { onEvent(.warning("\(label): \(notice.message)")) }
        }
        defer { connection.onNotice = nil }
        do {
            if script.isTransactional {
                guard !StatementSplitter.hasTransactionControl(script.sql) else {
                    throw MigrationError.endsTransaction(path: script.path)
                }
                try connection.transaction {
                    let before = try transactionId()
                    try connection.executeScript(script.sql, name: label)
                    // A COMMIT that was overlooked above leaves its work without a ledger entry: say so at least.
                    guard connection.isInTransaction, try transactionId() == before else {
                        throw MigrationError.endsTransaction(path: script.path)
                    }
                    try record(step)
                }
            } else {
                for statement in StatementSplitter.split(script.sql) {
                    try connection.query(Statement(name: label, sql: statement))
                }
                try record(step)
            }
        } catch let error as MigrationError {
            throw error
        } catch let error as PostgreSQLError {
            throw .failed(migration: label, error)
        } catch {
            // Nothing above throws anything else.
            throw .failed(migration: label, PostgreSQLError(kind: .usage, message: "\(error)"))
        }
    }

    private func transactionId() throws(PostgreSQLError) -> UInt64? {
        try connection.query(Statement(name: "transaction id", sql: "SELECT pg_current_xact_id()")).transactionId(0, 0)
    }

    private func record(_ step: MigrationStep) throws(PostgreSQLError) {
        let migration = step.migration
        let version = Parameter.int32(Int32(clamping: migration.version))
        switch step.direction {
        case .up:
            try connection.query(
                Ledger.insert,
                [version, .text(migration.name), .text(migration.up.sql), .text(optional: migration.down?.sql)])
        case .down: try connection.query(Ledger.delete, [version])
        }
    }

    private func pause() { usleep(UInt32(clamping: limits.pauseMilliseconds * 1_000)) }

    /// Milliseconds of the monotonic clock.
    private func clock() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
    }
}

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
        // What can be restored on a connection that broke meanwhile does not matter.
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

    /// Sessions that hold locks on tables of our schema, those longest in their transaction first. Asked after the
    /// fact: while we wait for a lock we cannot ask, so it names suspects, and none when they are gone.
    private func blockers() throws(PostgreSQLError) -> [String] {
        try describe(
            Statement(
                name: "look for blocking sessions",
                sql: """
                    SELECT DISTINCT ON (a.xact_start, a.pid) \(Self.sessionColumns),
                           ', holds ' || l.mode || ' on ' || c.relname
                    FROM pg_locks l
                    JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'v')
                    JOIN pg_stat_activity a ON a.pid = l.pid
                    WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
                        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        AND c.relnamespace = current_schema()::regnamespace
                    ORDER BY a.xact_start, a.pid, l.mode
                    LIMIT 3
                    """))
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
