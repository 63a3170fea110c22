import PostgreSQL

/// Why migrations were not applied. `description` says what to do next.
public enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case malformedName(String)
    case duplicateVersion(Int)
    case unsupportedServer(version: Int)
    /// No schema of the session's search_path exists.
    case noSchema
    /// The ledger and the folder disagree; nothing was changed.
    case inconsistent([MigrationProblem])
    /// Another migrator holds the lock.
    case locked(holder: String)
    /// A lock on a table was not granted in any of the attempts.
    case blocked(migration: String, attemptCount: Int, blockers: [String])
    case noWayBack(migration: String)
    case unknownVersion(Int)
    /// The file ends its own transaction, so that the ledger could not be written in the same.
    case endsTransaction(path: String)
    /// A script that commits piece by piece cannot be one transaction with others.
    case needsOwnTransactions(path: String)
    /// The caller's own check, which runs before anything is changed, refused.
    case refused(reason: String)
    case failed(migration: String, PostgreSQLError)
    /// The database refused something of the migrator's own.
    case database(PostgreSQLError)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .malformedName(let name):
            "\(name): not a migration's name; write NNN_name.up.sql and NNN_name.down.sql, both with the same name"
        case .duplicateVersion(let version): "two migrations have the number \(version)"
        case .unsupportedServer(let version):
            "the server is PostgreSQL \(version / 10_000); \(Migrator.serverVersionMin / 10_000) or newer is needed"
        case .noSchema: "no schema of the search_path exists; create one, or name another"
        case .inconsistent(let problems): problems.map(\.description).joined(separator: "\n")
        case .locked(let holder): "another migration is running: \(holder)"
        case .blocked(let migration, let attemptCount, let blockers):
            "\(migration) could not lock its tables in \(attemptCount) attempts; "
                + (blockers.isEmpty
                    ? "the blocking process is gone by now, try again" : blockers.joined(separator: "; "))
        case .noWayBack(let migration): "\(migration) has no down file"
        case .unknownVersion(let version): "there is no migration \(version)"
        case .endsTransaction(let path):
            "\(path) contains BEGIN, COMMIT or ROLLBACK; remove them (the migrator wraps the file), "
                + "or begin the file with the line: -- no transaction"
        case .needsOwnTransactions(let path):
            "\(path) commits piece by piece and cannot be taken back together with others: migrate down"
        case .refused(let reason): reason
        case .failed(let migration, let error): "\(migration): \(error)"
        case .database(let error): error.description
        }
    }
}

/// Something the ledger and the folder disagree about.
public enum MigrationProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file was changed after it had been applied.
    case edited(label: String, path: String)
    /// It was applied, and its file is gone.
    case missing(version: Int, name: String)
    /// It is not applied although a later one is.
    case outOfOrder(label: String, lastApplied: Int)
    /// The database was made during development, by migrations that no release contains.
    case unreleased(labels: [String])

    public var description: String {
        switch self {
        case .edited(let label, let path):
            "\(label) was edited after it had been applied (\(path)); restore the file and add a new migration; "
                + "or create the database anew, where no release contains the file yet"
        case .missing(let version, let name):
            "migration \(version) (\(name)) is applied but its file is missing; restore it"
        case .outOfOrder(let label, let lastApplied):
            "\(label) is not applied although \(lastApplied) is; give it a higher number"
        case .unreleased(let labels):
            "the database was made by development's migrations (\(labels.joined(separator: ", "))), which no release "
                + "contains and nothing leads on from: save the symbols with `symbology export`, and with pg_dump what "
                + "else is to be kept (market data, audit), then migrate a new database and import them there; of "
                + "`symbology dev`, remove its folder (.symbology)"
        }
    }
}
