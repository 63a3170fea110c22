import PostgreSQL
import ReferenceStore

/// From the settings to a database, with what goes wrong put into words and into an exit code.
enum DatabaseTarget {
    static func parse(_ conninfo: String?) throws(CommandFailure) -> ConnectionTarget {
        do {
            return try ConnectionTarget(conninfo: conninfo)
        } catch {
            throw failure(error)
        }
    }

    static func connect(_ configuration: Configuration) throws(CommandFailure) -> Connection {
        try connect(parse(configuration.value(.database)))
    }

    /// A connection whose time limits suit statements that may run for long, such as an import.
    /// - Parameter applicationName: what `pg_stat_activity` and the audit show.
    static func connect(
        _ target: ConnectionTarget, applicationName: String = "symbology"
    ) throws(CommandFailure) -> Connection {
        do {
            return try Connection(
                target,
                settings: SessionSettings(applicationName: applicationName, statementTimeoutMilliseconds: 0))
        } catch {
            throw failure(error)
        }
    }

    static func failure(_ error: PostgreSQLError) -> CommandFailure {
        switch error.kind {
        case .configuration: CommandFailure(.configuration, "--database: \(error)")
        case .connection:
            CommandFailure(
                .unavailable, "the database cannot be reached: \(error)",
                next: "check that it runs, and --database or libpq's own PGHOST, PGPORT, PGUSER, PGDATABASE")
        case .server, .value, .usage:
            error.isConnectionLost
                ? CommandFailure(
                    .unavailable, "the database went away: \(error)", next: "nothing was changed; try again")
                : CommandFailure(.system, "\(error)")
        }
    }

    static func failure(_ error: StoreError) -> CommandFailure {
        switch error {
        case .database(let error): failure(error)
        case .notMigrated: CommandFailure(.configuration, "\(error)")
        case .unusableFile, .badLines: CommandFailure(.answerIsNo, "\(error)")
        case .output, .unexpectedResult: CommandFailure(.system, "\(error)")
        }
    }
}
