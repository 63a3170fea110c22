import PostgreSQL
import ReferenceStore

/// From the settings to a database, with what goes wrong put into words and into an exit code.
enum DatabaseTarget {
    static func parse(_ configuration: Configuration) throws(CommandFailure) -> ConnectionTarget {
        do {
            return try ConnectionTarget(conninfo: configuration.value(.database))
        } catch {
            throw CommandFailure(.configuration, "\(configuration.name(.database)): \(error)")
        }
    }

    static func connect(
        _ configuration: Configuration, acceptsAnyEncoding: Bool = false
    ) throws(CommandFailure) -> Connection {
        try connect(parse(configuration), acceptsAnyEncoding: acceptsAnyEncoding)
    }

    /// A connection whose time limits suit statements that may run for long, such as an import.
    /// - Parameters:
    ///   - applicationName: what `pg_stat_activity` and the audit show.
    ///   - acceptsAnyEncoding: for who reports the encoding of a database.
    static func connect(
        _ target: ConnectionTarget, applicationName: String = "symbology", acceptsAnyEncoding: Bool = false
    ) throws(CommandFailure) -> Connection {
        var settings = SessionSettings(applicationName: applicationName, statementTimeoutMilliseconds: 0)
        settings.acceptsAnyEncoding = acceptsAnyEncoding
        do {
            let connection = try Connection(target, settings: settings)
            try connection.query(endWithCommand)
            return connection
        } catch {
            throw failure(error)
        }
    }

    /// A command that is killed in the middle of a statement takes the statement and its locks with it: the server
    /// looks each second whether anybody still waits for it. Where it cannot it goes on as ever.
    static let endWithCommand = Statement(
        name: "end with the command",
        sql: """
            DO $$
            BEGIN
                PERFORM pg_catalog.set_config('client_connection_check_interval', '1s', false);
            EXCEPTION WHEN undefined_object OR invalid_parameter_value OR insufficient_privilege THEN
            END
            $$
            """)

    /// Runs what asks a store; a failure comes back in words.
    static func ask<Value>(_ body: () throws(StoreError) -> Value) throws(CommandFailure) -> Value {
        do throws(StoreError) { return try body() } catch { throw failure(error) }
    }

    static func failure(_ error: PostgreSQLError) -> CommandFailure {
        switch error.kind {
        case .configuration, .encoding: CommandFailure(.configuration, "\(error)")
        case .connection where error.statementName == "connect":
            CommandFailure(
                .unavailable, "the database cannot be reached: \(error)",
                next: "check that it runs, and --database or libpq's own PGHOST, PGPORT, PGUSER, PGDATABASE")
        case .connection: lost(error)
        case .server, .value, .usage: error.isConnectionLost ? lost(error) : refused(error)
        }
    }

    private static func lost(_ error: PostgreSQLError) -> CommandFailure {
        CommandFailure(
            .unavailable, "the database went away: \(error)",
            next: error.statementName == "commit"
                ? "whether the last change was made is not known: look before it is repeated"
                : "what was not committed is undone; try again")
    }

    private static func refused(_ error: PostgreSQLError) -> CommandFailure {
        switch error.sqlState {
        case "42501" where error.hint == PostgreSQLError.rowSecurityHint: CommandFailure(.configuration, "\(error)")
        case "42501":
            CommandFailure(
                .configuration, "\(error)",
                next: "log in as a role that may: symbology_reader looks up and exports, symbology_manager changes "
                    + "rows, the tables' owner migrates")
        case "25006":
            CommandFailure(
                .configuration, "\(error)", next: "this server takes no writes: name the primary with --database")
        case "55P03", "40P01", "40001":
            CommandFailure(
                .answerIsNo, "\(error)", next: "somebody else is changing the same: nothing was changed, try again")
        case "2200H":
            CommandFailure(
                .system, "\(error)",
                next: "nothing was changed. An id far above all others was brought along once: with SQL, SELECT "
                    + "setval('the sequence', the largest id below it) makes room again, up to that id")
        default: CommandFailure(.system, "\(error)")
        }
    }

    static func failure(_ error: StoreError) -> CommandFailure {
        switch error {
        case .database(let error): failure(error)
        case .notMigrated: CommandFailure(.configuration, "\(error)")
        case .unusableFile, .badLines, .tooManyBadLines, .jumps, .massChanges:
            CommandFailure(.answerIsNo, "\(error)")
        case .output, .unexpectedResult: CommandFailure(.system, "\(error)")
        }
    }
}
