/// How a transaction begins.
public struct TransactionMode: Sendable, Hashable {
    let begin: Statement

    /// READ COMMITTED, READ WRITE, whatever the role's defaults are.
    public static let readWrite = TransactionMode(
        begin: Statement(name: "begin", sql: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"))
    /// One snapshot for all its statements, no writes.
    public static let repeatableRead = TransactionMode(
        begin: Statement(name: "begin", sql: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))
}

extension Connection {
    /// Runs `body` in one transaction: commits when it returns, rolls back when it throws, and then throws the same.
    /// - Throws: what `body` throws, or a `PostgreSQLError` when the transaction cannot begin or commit. When the
    ///   connection breaks during COMMIT it is unknown whether the work was committed.
    public func transaction<T>(_ mode: TransactionMode = .readWrite, _ body: () throws -> T) throws -> T {
        guard !isInTransaction else { throw PostgreSQLError.usage("a transaction is already open", statement: "begin") }
        try query(mode.begin)
        let value: T
        do {
            value = try body()
        } catch {
            // The first error is the one that matters; a connection that is gone has rolled back by itself.
            _ = try? query(Statement(name: "rollback", sql: "ROLLBACK"))
            throw error
        }
        // A transaction that failed inside answers COMMIT with ROLLBACK and no error.
        guard try query(Statement(name: "commit", sql: "COMMIT")).commandTag == "COMMIT" else {
            throw PostgreSQLError(
                kind: .server, sqlState: "25P02", message: "the transaction was rolled back: a statement in it failed",
                statementName: "commit")
        }
        return value
    }
}
