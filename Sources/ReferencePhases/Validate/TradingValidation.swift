import PostgreSQL
import ReferenceStore

/// Looks whether balances, executions and analytics, the plan's fourth phase, are what they promise: tables and views,
/// that the rules refuse and the indexes are there, what rows contradict each other, and how fast they are read.
///
/// Changes nothing: what must be refused is tried in a transaction that is rolled back, by statements that draw no
/// identity value. Cost: some scans of the tables. Not thread-safe.
public struct TradingValidation {
    let connection: Connection
    let targets: PlanTargets

    /// - Parameter connection: of the owner of the tables, not inside a transaction.
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
        guard try run.checkTradingSchema() else { return run.checks }
        try run.checkTradingRefusals()
        try run.checkTradingRows()
        try run.judgeTradingQueries(targets)
        return run.checks
    }
}
