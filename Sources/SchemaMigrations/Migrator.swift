import PostgreSQL

/// Applies the files of a `MigrationFolder` to one database, and takes them back.
///
/// Each file and its ledger entry are one transaction. Runs are serialised by an advisory lock. No writer of the tables
/// waits long behind a request of ours: a lock is asked for with a short timeout, and again only after a pause. Use
/// from one thread.
public final class Migrator {
    /// How patient to be.
    public struct Limits: Sendable {
        /// A request for a lock is given up after this, so that the sessions that wait behind it go on. Locks that the
        /// step holds already stay held meanwhile. Each request of a step may take this long; those for the tables of
        /// `downTogether` share it.
        public var lockTimeoutMilliseconds: Int32 = 100
        /// The same for a script that runs outside of any transaction. What such a one may wait for stops no reader and
        /// no writer (CREATE INDEX CONCURRENTLY waits for older transactions), and to begin anew costs an index.
        public var concurrentLockTimeoutMilliseconds: Int32 = 30_000
        public var attemptCountMax = 15
        public var pauseMilliseconds = 2_000

        public init() {}
    }

    public static let serverVersionMin = 150_000

    public let folder: MigrationFolder
    public var limits = Limits()
    public var onEvent: (MigrationEvent) -> Void = { _ in }
    /// The session that migrates.
    public let connection: Connection

    /// The session's settings for timeouts are changed while a run goes on and put back afterwards.
    public init(connection: Connection, folder: MigrationFolder) {
        self.connection = connection
        self.folder = folder
    }

    /// Every migration of the folder and the ledger, by version. Changes nothing, needs no ledger.
    public func status() throws(MigrationError) -> [MigrationStatus] {
        try compare().map { item in
            MigrationStatus(
                version: item.version, name: item.entry?.name ?? item.migration?.name ?? "", state: item.state,
                appliedAt: item.entry?.appliedAt, appliedBy: item.entry?.appliedBy, checksum: item.entry?.upChecksum)
        }
    }

    /// What the ledger and the folder disagree about; empty when all is well. Pending migrations are no problem unless
    /// a later one is applied. Changes nothing.
    public func verify() throws(MigrationError) -> [MigrationProblem] { problems(try compare()) }

    /// One version in the ledger and in the folder.
    private struct Comparison {
        let version: Int
        let entry: Ledger.Entry?
        let migration: Migration?
        /// The file that is not what was applied.
        let editedPath: String?

        var state: MigrationStatus.State {
            guard entry != nil else { return .pending }
            guard migration != nil else { return .missing }
            return editedPath == nil ? .applied : .edited
        }
    }

    /// By version.
    private func compare() throws(MigrationError) -> [Comparison] {
        try checkServer()
        let entries = try asked { () throws(PostgreSQLError) in try Ledger.entries(connection) }
        var list: [Comparison] = []
        for version in Set(entries.map(\.version) + folder.migrations.map(\.version)).sorted() {
            let entry = entries.first { $0.version == version }
            let migration = folder.migrations.first { $0.version == version }
            var path: String?
            if let entry, let migration { path = try editedPath(migration, entry) }
            list.append(Comparison(version: version, entry: entry, migration: migration, editedPath: path))
        }
        return list
    }

    private func problems(_ list: [Comparison]) -> [MigrationProblem] {
        let unreleased = list.compactMap { item in
            item.entry.flatMap { entry in
                Ledger.developmentNames.contains(entry.name) && item.migration?.name != entry.name ? entry.label : nil
            }
        }
        guard unreleased.isEmpty else { return [.unreleased(labels: unreleased)] }
        let last = list.last { $0.entry != nil }?.version ?? 0
        return list.compactMap { item in
            switch (item.entry, item.migration) {
            case (let entry?, nil): .missing(version: entry.version, name: entry.name)
            case (nil, let migration?) where item.version < last:
                .outOfOrder(label: migration.label, lastApplied: last)
            case (_, let migration?): item.editedPath.map { .edited(label: migration.label, path: $0) }
            default: nil
            }
        }
    }

    /// Applies what is pending, in order, up to `version` (all when nil).
    /// - Parameter isDryRun: only says what would be done.
    /// - Returns: the steps taken, or that would be. After an error the steps before it stay applied.
    @discardableResult
    public func up(to version: Int? = nil, isDryRun: Bool = false) throws(MigrationError) -> [MigrationStep] {
        if let version, !folder.migrations.contains(where: { $0.version == version }) {
            throw .unknownVersion(version)
        }
        return try run(isDryRun: isDryRun) { applied in
            folder.migrations
                .filter { !applied.contains($0.version) && $0.version <= version ?? .max }
                .map { MigrationStep(migration: $0, direction: .up) }
        }
    }

    /// Takes back the newest `count` applied migrations, newest first.
    @discardableResult
    public func down(count: Int = 1, isDryRun: Bool = false) throws(MigrationError) -> [MigrationStep] {
        try run(isDryRun: isDryRun) { applied in Array(stepsBack(applied).prefix(max(0, count))) }
    }

    /// Takes back every applied migration above `version`, newest first; 0 takes back all.
    @discardableResult
    public func down(to version: Int, isDryRun: Bool = false) throws(MigrationError) -> [MigrationStep] {
        try run(isDryRun: isDryRun) { applied in stepsBack(applied.filter { $0 > version }) }
    }

    /// Takes back every applied migration above `version` in one transaction: all of them or, after any error, none.
    /// - Parameters:
    ///   - tables: locked before anything else, so that nobody writes them once `check` looks; those that are not there
    ///     are left out.
    ///   - check: asked under the locks, on this connection, and again when they must be asked for anew. A
    ///     `PostgreSQLError` from it counts as the step's own and becomes `.failed`, anything else `.refused`.
    @discardableResult
    public func downTogether(
        to version: Int, locking tables: [String], check: () throws -> Void = {}
    ) throws(MigrationError) -> [MigrationStep] {
        try run(isDryRun: false) { applied in
            stepsBack(applied.filter { $0 > version })
        } taking: { steps throws(MigrationError) in
            try takeTogether(steps, locking: tables, check: check)
        }
    }

    private func stepsBack(_ versions: Set<Int>) -> [MigrationStep] {
        folder.migrations.reversed().filter { versions.contains($0.version) }
            .map { MigrationStep(migration: $0, direction: .down) }
    }

    private func run(isDryRun: Bool, plan: (Set<Int>) -> [MigrationStep]) throws(MigrationError) -> [MigrationStep] {
        try run(isDryRun: isDryRun, plan: plan) { steps throws(MigrationError) in
            for step in steps { try take(step) }
        }
    }

    private func run(
        isDryRun: Bool, plan: (Set<Int>) -> [MigrationStep], taking: ([MigrationStep]) throws(MigrationError) -> Void
    ) throws(MigrationError) -> [MigrationStep] {
        try checkServer()
        guard !isDryRun else { return try checkedPlan(plan) }
        return try holdingLock { () throws(MigrationError) in
            try asked { () throws(PostgreSQLError) in _ = try connection.query(Ledger.create) }
            // Read only now: another migrator may have been at work until we got the lock.
            let steps = try checkedPlan(plan)
            try taking(steps)
            return steps
        }
    }

    private func checkedPlan(_ plan: (Set<Int>) -> [MigrationStep]) throws(MigrationError) -> [MigrationStep] {
        let list = try compare()
        let problems = problems(list)
        guard problems.isEmpty else { throw .inconsistent(problems) }
        let steps = plan(Set(list.filter { $0.entry != nil }.map(\.version)))
        for step in steps where step.script == nil { throw .noWayBack(migration: step.migration.label) }
        return steps
    }

    private func checkServer() throws(MigrationError) {
        guard connection.serverVersion >= Self.serverVersionMin else {
            throw .unsupportedServer(version: connection.serverVersion)
        }
        let hasSchema = try asked { () throws(PostgreSQLError) in
            try connection.query(Ledger.exists, [.text(Ledger.tableName)]).bool(0, 1)
        }
        guard hasSchema == true else { throw .noSchema }
    }

    /// The file of an applied migration that is not what was applied, if any.
    private func editedPath(_ migration: Migration, _ entry: Ledger.Entry) throws(MigrationError) -> String? {
        try asked { () throws(PostgreSQLError) in
            if try Ledger.checksum(of: migration.up.sql, connection) != entry.upChecksum { return migration.up.path }
            guard let down = migration.down else {
                return entry.downChecksum == nil ? nil : migration.up.path
            }
            return try Ledger.checksum(of: down.sql, connection) == entry.downChecksum ? nil : down.path
        }
    }

    /// Names whatever the database answers to the migrator itself.
    func asked<T>(_ body: () throws(PostgreSQLError) -> T) throws(MigrationError) -> T {
        do throws(PostgreSQLError) { return try body() } catch { throw .database(error) }
    }
}
