import Glibc
import Platform
import PostgreSQL

extension Migrator {
    /// Takes one step, however often its locks must be asked for.
    func take(_ step: MigrationStep) throws(MigrationError) {
        onEvent(.started(step))
        let start = clock()
        try patiently(step.migration.label, isConcurrent: step.script?.isTransactional == false) {
            () throws(MigrationError) in try attemptOnce(step)
        }
        onEvent(.finished(step, milliseconds: clock() - start))
    }

    /// Takes several steps in one transaction, which locks `tables` before anything else and then asks `check`.
    func takeTogether(
        _ steps: [MigrationStep], locking tables: [String], check: () throws -> Void
    ) throws(MigrationError) {
        for step in steps {
            guard let script = step.script else { throw .noWayBack(migration: step.migration.label) }
            guard script.isTransactional else { throw .needsOwnTransactions(path: script.path) }
            onEvent(.started(step))
        }
        let start = clock()
        try patiently("taking back \(steps.count) migrations") { () throws(MigrationError) in
            try converted("taking back \(steps.count) migrations") {
                try connection.transaction {
                    try lock(tables)
                    try check()
                    for step in steps {
                        try converted(step.label) { try runInTransaction(step) }
                    }
                }
            }
        }
        for step in steps { onEvent(.finished(step, milliseconds: clock() - start)) }
    }

    /// Runs `attempt` again after a pause for as long as a lock is all that it lacks.
    private func patiently(
        _ label: String, isConcurrent: Bool = false, _ attempt: () throws(MigrationError) -> Void
    ) throws(MigrationError) {
        var attemptNumber = 1
        while true {
            do throws(MigrationError) {
                return try attempt()
            } catch {
                guard case .failed(_, let cause) = error, cause.isRetriable else { throw error }
                let blockers = namedBlockers(isConcurrent: isConcurrent)
                guard attemptNumber < limits.attemptCountMax else {
                    throw .blocked(migration: label, attemptCount: attemptNumber, blockers: blockers)
                }
                onEvent(
                    .waiting(
                        label: label, attempt: attemptNumber, attemptCountMax: limits.attemptCountMax,
                        blockers: blockers))
                attemptNumber += 1
                pause()
            }
        }
    }

    private func attemptOnce(_ step: MigrationStep) throws(MigrationError) {
        guard let script = step.script else { throw .noWayBack(migration: step.migration.label) }
        try converted(step.label) {
            if script.isTransactional {
                try connection.transaction { try runInTransaction(step) }
            } else {
                try limitLockWait(Int(limits.concurrentLockTimeoutMilliseconds), isLocal: false)
                defer { _ = try? limitLockWait(Int(limits.lockTimeoutMilliseconds), isLocal: false) }
                try reportingWarnings(step) {
                    for statement in StatementSplitter.split(script.sql) {
                        try connection.query(Statement(name: step.label, sql: statement))
                    }
                }
                try record(step)
            }
        }
    }

    /// The script and its ledger entry, inside the transaction that is open.
    private func runInTransaction(_ step: MigrationStep) throws {
        guard let script = step.script else { throw MigrationError.noWayBack(migration: step.migration.label) }
        guard !StatementSplitter.hasTransactionControl(script.sql) else {
            throw MigrationError.endsTransaction(path: script.path)
        }
        let before = try transactionId()
        try reportingWarnings(step) { try connection.executeScript(script.sql, name: step.label) }
        // The script may have ended the transaction in a way that the check above does not see.
        guard connection.isInTransaction, try transactionId() == before else {
            throw MigrationError.endsTransaction(path: script.path)
        }
        try record(step)
    }

    private func reportingWarnings(_ step: MigrationStep, _ body: () throws -> Void) rethrows {
        connection.onNotice = { [onEvent] notice in
            if notice.severity == "WARNING" { onEvent(.warning("\(step.label): \(notice.message)")) }
        }
        defer { connection.onNotice = nil }
        try body()
    }

    /// Locks the tables against readers and writers until the transaction ends; a missing one is left out. Sessions
    /// that need the first wait while the last is asked for, so all requests share the time for one.
    private func lock(_ tables: [String]) throws(PostgreSQLError) {
        let start = clock()
        for table in tables {
            let find = Statement(name: "look for a table", sql: "SELECT to_regclass(quote_ident($1))::text")
            guard let found = try connection.query(find, [.text(table)]).text(0, 0) else { continue }
            // 0 would be no limit.
            try limitLockWait(max(1, Int(limits.lockTimeoutMilliseconds) - (clock() - start)))
            // The name comes quoted from the catalogue.
            try connection.query(
                Statement(name: "lock \(found)", sql: "LOCK TABLE \(found) IN ACCESS EXCLUSIVE MODE"))
        }
        try limitLockWait(Int(limits.lockTimeoutMilliseconds))
    }

    /// - Parameter isLocal: for the rest of the transaction.
    private func limitLockWait(_ milliseconds: Int, isLocal: Bool = true) throws(PostgreSQLError) {
        try connection.query(
            Statement(name: "set the lock timeout", sql: "SELECT set_config('lock_timeout', $1, $2)"),
            [.text(String(milliseconds)), .bool(isLocal)])
    }

    /// Adds the step's name to what the database answers.
    private func converted(_ label: String, _ body: () throws -> Void) throws(MigrationError) {
        do {
            try body()
        } catch let error as MigrationError {
            throw error
        } catch let error as PostgreSQLError {
            throw .failed(migration: label, error)
        } catch {
            throw .refused(reason: "\(error)")
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

    func pause() { usleep(UInt32(clamping: limits.pauseMilliseconds * 1_000)) }

    private func clock() -> Int { Int(MonotonicClock.nanoseconds() / 1_000_000) }
}
