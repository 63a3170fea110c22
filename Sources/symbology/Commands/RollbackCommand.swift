import ArgumentParser
import Glibc
import MarketDataStore
import PostgreSQL
import ReferencePhases
import ReferenceStore
import SchemaMigrations

struct RollbackCommand: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Take a phase back: the database as it was before it.",
        discussion: """
            With --backup the whole database is dumped first (pg_dump, custom format), and the dump is read again and \
            its rows counted before anything is destroyed. The legacy tables stay as they are. It asks before it \
            destroys; without a terminal it needs --yes. All of it is one transaction, during which nobody else reads \
            or writes the phase's tables: it happens as a whole or not at all, and not if a row that is served changed \
            after the dump. A change of last_seen alone, or of what populate and the audit keep beside the rows, is \
            not noticed: let nobody write them meanwhile. Phase 2 goes with phase 1: its mirror is taken off the \
            legacy tables first, which go on being written. Phase 4, balances, executions and analytics, goes with \
            each; phase 3 has no tables of its own, and takes back what phase 4 does.
            """)

    @Option(help: ArgumentHelp("The phase of the plan, from 1 to 4.", valueName: "number")) var phase: Int
    @Flag(help: "Dump the database first, and check the dump.") var backup = false
    @Option(help: ArgumentHelp("Where the dump goes; else a name with the time, here.", valueName: "file"))
    var backupFile: String?
    @Flag(help: "Leave the rows of the legacy tables, which stay as they are, out of the dump.")
    var skipLegacyRows = false
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Say what would be done, and change nothing.") var dryRun = false
    @OptionGroup var settings: SettingOptions<MigrationSettings>

    /// The last migration that was there before each phase.
    private static let lastVersionBefore = [1: 1, 2: 10, 3: 12, 4: 12]

    mutating func validate() throws {
        try PhaseArgument.check(phase)
        if backupFile != nil || skipLegacyRows, !backup {
            throw ValidationError("--backup-file and --skip-legacy-rows say how, --backup says that: give it too")
        }
    }

    func execute(_ configuration: Configuration) throws {
        let target = try DatabaseTarget.parse(configuration)
        let connection = try DatabaseTarget.connect(target)
        let schema = Schema(connection, folder: try Schema.read(try FolderSearch.migrations(configuration)))
        let version = Self.lastVersionBefore[phase] ?? 0
        let planned = try schema.down(to: version, isDryRun: true)
        guard !planned.isEmpty, !dryRun else {
            let steps = planned.map { RollbackStep(step: "down", name: $0.migration.label, isDone: false) }
            RowWriter.print(steps, RollbackStep.fields, configuration.format)
            if planned.isEmpty { writeLineToStandardError("symbology: nothing of phase \(phase) is applied") }
            return
        }
        let hasTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        guard yes || hasTerminal else {
            throw CommandFailure(
                .usage, "rollback destroys tables and there is no terminal to ask at",
                next: "give --yes, and --backup to keep a dump; --dry-run shows what would be done")
        }
        try sayWhatIsLost(connection)

        func ownRows() throws(CommandFailure) -> [String] {
            let marketData = try MarketDataSession.ask { () throws(MarketDataError) in
                phase <= 2 ? try MarketDataPhase.ownRows(connection) : []
            }
            return try marketData
                + DatabaseTarget.ask { () throws(StoreError) in
                    try TradingPhase.content(connection)
                }
        }
        // Before the dump: what comes meanwhile may be in it or not.
        let ownRowsBefore = backup ? try ownRows() : []
        let written = backup ? try writeBackup(target, connection) : nil
        if !yes { try ask() }
        let taken = try takeBack(schema, to: version, written, connection) {
            if backup, try ownRows() != ownRowsBefore { throw ChangedSinceBackup() }
        }
        var steps = taken.map { RollbackStep(step: "down", name: $0.migration.label) }
        if let written {
            steps.insert(RollbackStep(step: "backup", name: written.path, rowCount: written.rowCount), at: 0)
        }
        RowWriter.print(steps, RollbackStep.fields, configuration.format)
        if let written {
            // Not --clean over this database: with the legacy rows left out that would lose them.
            writeLineToStandardError(
                "symbology: to have it back: createdb NAME; pg_restore -d NAME \(written.path.shellWord)")
        }
    }

    private func sayWhatIsLost(_ connection: Connection) throws(CommandFailure) {
        var lost: [String] = []
        if phase == 1 {
            let counts = try DatabaseTarget.ask { () throws(StoreError) in try ReferencePhase.rowCounts(connection) }
            lost = counts.map { "\($0.rowCount) rows of \($0.table)" }
        }
        if phase <= 2 {
            let counts = try MarketDataSession.ask { () throws(MarketDataError) in
                try MarketDataPhase.rowCounts(connection)
            }
            lost += counts.filter { phase == 2 || $0.rowCount > 0 }.map { count in
                "\(count.rowCount) rows of \(count.table)"
                    + (count.ownCount > 0 ? " (\(count.ownCount) of them in no legacy table)" : "")
            }
        }
        let counts = try DatabaseTarget.ask { () throws(StoreError) in try TradingPhase.rowCounts(connection) }
        lost += counts.filter { phase > 2 || $0.rowCount > 0 }.map { "\($0.rowCount) rows of \($0.table)" }
        let list = lost.joined(separator: ", ")
        writeLineToStandardError(
            "symbology: phase \(phase) is taken back in \(connection.peerDescription): \(list) "
                + (backup ? "go; a dump is written first" : "are lost, and there is no backup"))
    }

    private func ask() throws(CommandFailure) {
        writeLineToStandardError("symbology: type yes to go on")
        guard readLine() == "yes" else {
            throw CommandFailure(.answerIsNo, "nothing was destroyed", next: nil)
        }
    }

    /// All of it or nothing. What was changed after the dump would be lost for good, so nobody writes any more once it
    /// is looked whether there is such a change.
    ///
    /// The mirror goes first, under the writers of the legacy tables: its rows stay in these, whatever comes later.
    private func takeBack(
        _ schema: Schema, to version: Int, _ backup: DatabaseBackup?, _ connection: Connection,
        checkOwnRows: () throws -> Void
    ) throws(CommandFailure) -> [MigrationStep] {
        // Also where it comes to an end in between.
        var wasMirrored = true
        do throws(CommandFailure) {
            wasMirrored = try MarketDataSession.ask { () throws(MarketDataError) in
                phase <= 2 ? try MarketDataPhase.removeMirrors(connection) : false
            }
            let tables =
                (phase == 1 ? ReferencePhase.tables : []) + (phase <= 2 ? MarketDataPhase.tables : [])
                + TradingPhase.tables
            return try schema.downTogether(to: version, locking: tables) {
                try checkOwnRows()
                guard phase == 1, let backup else { return }
                let hasChanged: Bool
                do throws(StoreError) {
                    hasChanged = try BackupMoment.hasChanged(since: backup.watermark, connection)
                } catch {
                    // A server that goes away here is as little an answer as one that goes away amid a step.
                    if let cause = error.databaseError { throw cause }
                    throw error
                }
                if hasChanged { throw ChangedSinceBackup() }
            }
        } catch {
            // A server that went away amid the last step may have taken it.
            guard error.status != .unavailable else { throw error }
            let file = backup.map { "; the backup stays in \($0.path)" } ?? ""
            let kept =
                wasMirrored ? "no table was dropped, but the mirror may be off: run it again" : "nothing was destroyed"
            throw CommandFailure(error.status, error.message, next: "\(kept)\(file)")
        }
    }

    private func writeBackup(_ target: ConnectionTarget, _ connection: Connection) throws(CommandFailure)
        -> DatabaseBackup
    {
        let phase = phase
        var name = backupFile
        if name == nil {
            name = try DatabaseTarget.ask { () throws(StoreError) in
                try ReferencePhase.backupFileName(phase: phase, connection)
            }
        }
        let leftOut =
            skipLegacyRows
            ? try DatabaseTarget.ask { () throws(StoreError) in try ReferencePhase.legacyTables(connection) } : []
        return try DatabaseBackup.write(target, to: FileBytes.absolute(name ?? ""), leavingOut: leftOut)
    }
}

private struct ChangedSinceBackup: Error, CustomStringConvertible {
    let description = "the tables changed after the backup: stop whoever writes them, then try again"
}

/// What was done, or would be.
private struct RollbackStep {
    let step: String
    let name: String
    var rowCount: Int64?
    var isDone = true

    static let fields: [Field<RollbackStep>] = [
        Field("step", \.step), Field("name", \.name), Field("rows", \.rowCount), Field("done", \.isDone),
    ]
}
