import PostgreSQL
import ReferenceStore

/// Looks whether what programs of the plan's third phase rely on is as fast and as small as it promises: the cache that
/// is loaded from the tables, lookups straight in the database, queries of market data.
///
/// The cache is built in this process as a server builds it, and let go. Changes nothing. Cost: one load of the tables,
/// some thousands of lookups, the newest quote of every symbol some times. Not thread-safe.
public struct StoreValidation {
    let connection: Connection
    let targets: PlanTargets

    /// - Parameter connection: of a role that may read all of it, not inside a transaction.
    public init(_ connection: Connection, _ targets: PlanTargets = PlanTargets()) {
        self.connection = connection
        self.targets = targets
    }

    /// Runs every check, whatever the others found.
    /// - Parameter onCheck: called after each.
    /// - Throws: `.database` only when the connection is lost; a statement that fails is a check that failed.
    @discardableResult
    public func run(onCheck: @escaping (ValidationCheck) -> Void = { _ in }) throws(StoreError) -> [ValidationCheck] {
        let run = ValidationRun(connection: connection, onCheck: onCheck)
        try run.checkCache(targets)
        try run.judgeLookups(targets)
        try run.judgeQueries(targets)
        return run.checks
    }
}
