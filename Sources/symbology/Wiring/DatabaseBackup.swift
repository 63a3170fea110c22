import Glibc
import PostgreSQL
import ReferencePhases
import ReferenceStore

/// A backup of a whole database in `pg_dump`'s custom format, written and then checked before anybody relies on it.
struct DatabaseBackup {
    let path: String
    /// Rows in the file, all tables together.
    let rowCount: Int64
    /// What the file shows.
    let watermark: Watermark

    /// Dumps, and reads the dump again: its list of contents, and of every table as many rows as the same moment of the
    /// database has. Only then the file gets its name.
    ///
    /// - Parameter leavingOut: tables (`public.trade_snapshots`) of which only the definition is written.
    static func write(
        _ target: ConnectionTarget, to path: String, leavingOut: [String] = []
    ) throws(CommandFailure) -> DatabaseBackup {
        let connection: Connection
        let moment: BackupMoment
        let counts: [String: Int64]
        let partialPath = path + ".partial"
        do {
            connection = try Connection(
                target,
                settings: SessionSettings(
                    applicationName: "symbology backup", statementTimeoutMilliseconds: 0,
                    idleInTransactionTimeoutMilliseconds: 0))
            try connection.query(DatabaseTarget.endWithCommand)
            moment = try BackupMoment(connection)
            counts = try moment.rowCounts()
        } catch let error as StoreError {
            throw DatabaseTarget.failure(error)
        } catch let error as PostgreSQLError {
            throw DatabaseTarget.failure(error)
        } catch {
            throw CommandFailure(.system, "\(error)")
        }
        defer { moment.close() }
        try makeEmpty(partialPath, finalPath: path)
        do throws(CommandFailure) {
            let environment = connection.clientEnvironment
            let version = connection.serverVersion
            try ChildTool.run(
                [
                    ChildTool.path("pg_dump", serverVersion: version), "--format=custom", "--no-password",
                    "--snapshot=\(moment.exportedSnapshot)", "--file=\(partialPath)",
                ] + leavingOut.map { "--exclude-table-data=\($0)" }, environment: environment)
            let expected = counts.filter { !leavingOut.contains($0.key) }
            try verify(partialPath, expected, ChildTool.path("pg_restore", serverVersion: version))
            try settle(partialPath, path)
        } catch {
            unlink(partialPath)
            throw CommandFailure(
                error.status, error.message, next: "nothing was destroyed; \(error.next ?? "try again")")
        }
        return DatabaseBackup(
            path: path, rowCount: counts.filter { !leavingOut.contains($0.key) }.values.reduce(0, +),
            watermark: moment.watermark)
    }

    /// Readable by its owner only, before a byte of data is in it; an older backup is never written over.
    private static func makeEmpty(_ partialPath: String, finalPath: String) throws(CommandFailure) {
        guard !FileBytes.exists(finalPath) else {
            throw CommandFailure(
                .system, "\(finalPath) is there already", next: "name another file with --backup-file")
        }
        let descriptor = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure.systemError(
                "cannot write \(partialPath)", next: "name another file with --backup-file")
        }
        close(descriptor)
    }

    private static func verify(
        _ path: String, _ expected: [String: Int64], _ program: String
    ) throws(CommandFailure) {
        var listByteCount = 0
        try ChildTool.run([program, "--list", path], environment: []) { listByteCount += $0.count }
        var counter = DumpRowCounter()
        try ChildTool.run([program, "--data-only", "--file=-", path], environment: []) { counter.read($0) }
        let wrong = expected.filter { counter.rowCounts[$0.key] != $0.value }.keys.sorted().map { table in
            "\(table): \(counter.rowCounts[table].map(String.init) ?? "no") rows instead of \(expected[table] ?? 0)"
        }
        guard listByteCount > 0, counter.isComplete, wrong.isEmpty else {
            throw CommandFailure(
                .answerIsNo, "the backup is not complete: \(wrong.joined(separator: "; "))",
                next: "see to the disk, then try again")
        }
    }

    /// On the disk, then under its name.
    private static func settle(_ partialPath: String, _ path: String) throws(CommandFailure) {
        let descriptor = open(partialPath, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0, rename(partialPath, path) == 0 else {
            throw CommandFailure.systemError("cannot finish \(path)")
        }
        let folder = path.lastIndex(of: "/").map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
        let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folderDescriptor >= 0 else { return }
        fsync(folderDescriptor)
        close(folderDescriptor)
    }
}
