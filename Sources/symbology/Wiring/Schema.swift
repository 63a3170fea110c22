import PostgreSQL
import SchemaMigrations

/// The migrator with its errors put into words and exit codes.
struct Schema {
    private let migrator: Migrator

    init(_ connection: Connection, folder: MigrationFolder) {
        migrator = Migrator(connection: connection, folder: folder)
        migrator.onEvent = { event in
            switch event {
            case .started, .finished: break
            case .warning(let text): writeLineToStandardError("symbology: \(text)")
            case .waiting(let label, let attempt, let attemptCountMax, let blockers):
                let who = blockers.isEmpty ? "" : ": \(blockers.joined(separator: "; "))"
                writeLineToStandardError(
                    "symbology: \(label) waits for a lock, attempt \(attempt) of \(attemptCountMax)\(who)")
            }
        }
    }

    static func read(_ folder: String) throws(CommandFailure) -> MigrationFolder {
        try inWords { () throws(MigrationError) in try MigrationFolder(path: folder) }
    }

    func up(to version: Int? = nil, isDryRun: Bool = false) throws(CommandFailure) -> [MigrationStep] {
        try Self.inWords { () throws(MigrationError) in try migrator.up(to: version, isDryRun: isDryRun) }
    }

    func down(count: Int, isDryRun: Bool) throws(CommandFailure) -> [MigrationStep] {
        try Self.inWords { () throws(MigrationError) in try migrator.down(count: count, isDryRun: isDryRun) }
    }

    func down(to version: Int, isDryRun: Bool) throws(CommandFailure) -> [MigrationStep] {
        try Self.inWords { () throws(MigrationError) in try migrator.down(to: version, isDryRun: isDryRun) }
    }

    func downTogether(
        to version: Int, locking tables: [String], check: () throws -> Void
    ) throws(CommandFailure) -> [MigrationStep] {
        try Self.inWords { () throws(MigrationError) in
            try migrator.downTogether(to: version, locking: tables, check: check)
        }
    }

    func status() throws(CommandFailure) -> [MigrationStatus] {
        try Self.inWords { () throws(MigrationError) in try migrator.status() }
    }

    func verify() throws(CommandFailure) -> [MigrationProblem] {
        try Self.inWords { () throws(MigrationError) in try migrator.verify() }
    }

    private static func inWords<Value>(
        _ body: () throws(MigrationError) -> Value
    ) throws(CommandFailure) -> Value {
        do throws(MigrationError) { return try body() } catch { throw failure(error) }
    }

    private static func failure(_ error: MigrationError) -> CommandFailure {
        switch error {
        case .database(let error): DatabaseTarget.failure(error)
        case .failed(_, let cause) where cause.isConnectionLost: DatabaseTarget.failure(cause)
        case .failed(_, let cause) where cause.sqlState == "42501" || cause.sqlState == "25006":
            DatabaseTarget.failure(cause)
        case .failed:
            CommandFailure(.system, "\(error)", next: "this migration was rolled back, those before it stay applied")
        case .unreadable, .malformedName, .duplicateVersion, .unsupportedServer, .noSchema, .endsTransaction:
            CommandFailure(.configuration, "\(error)")
        case .unknownVersion, .noWayBack, .inconsistent, .locked, .blocked, .needsOwnTransactions, .refused:
            CommandFailure(.answerIsNo, "\(error)")
        }
    }
}
