import PostgreSQL
import ReferenceStore

/// Looks whether the reference tables are what everything else relies on: the schema, that its constraints refuse and
/// its indexes are used, the rows, and that every pair of the legacy tables has its symbol.
///
/// This is phase 1 of the plan: the tables `exchanges` and `symbols` stand beside the legacy market data
/// (`book_ticker_snapshots`, `trade_snapshots`), which name venue and assets in every row.
///
/// A check is a call of `ValidationRun.check` in the file of its group: `ValidationRun` (server), `+Schema` (tables,
/// columns, indexes, triggers, functions), `+Plans` (indexes are used), `+Refusals` (constraints refuse), `+Rows`,
/// `+Legacy` (legacy data) and `+Times` (lookups in the database). A new group is called in `run`, too.
///
/// Changes nothing: what must be refused is tried inside a transaction that is rolled back, by statements that draw no
/// identity value. Cost: one load of the tables, one skip scan of the legacy tables. Not thread-safe.
public struct ReferenceValidation {
    let connection: Connection

    /// - Parameter connection: not inside a transaction, with a session of one's own: temporary tables come and go.
    public init(_ connection: Connection) { self.connection = connection }

    /// Runs every check, whatever the others found.
    /// - Parameter onCheck: called after each.
    /// - Throws: `.database` only when the connection is lost; a statement that fails is a check that failed.
    @discardableResult
    public func run(onCheck: @escaping (ValidationCheck) -> Void = { _ in }) throws(StoreError) -> [ValidationCheck] {
        let run = ValidationRun(connection: connection, onCheck: onCheck)
        try run.checkServer()
        let hasTables = try run.checkSchema()
        guard hasTables else { return run.checks }
        try run.checkPlans()
        try run.checkRefusals()
        try run.checkRows()
        try run.checkLegacyData()
        try run.timeLookups()
        return run.checks
    }
}
