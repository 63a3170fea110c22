import PostgreSQL

/// What surrounds the rows of one transaction.
package enum InsertStatements {
    package static let begin = Statement(name: "begin", sql: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    package static let commit = Statement(name: "commit", sql: "COMMIT")
    package static let rollback = Statement(name: "rollback", sql: "ROLLBACK")

    private static let waiting = """
        CASE WHEN NOT $1::boolean THEN 'off'
             WHEN current_setting('synchronous_commit') = 'off' THEN 'on'
             ELSE current_setting('synchronous_commit') END
        """

    /// Whether COMMIT waits for the disk (`$1`), decided just before it; and the transaction's id, by which its end can
    /// be asked for later.
    package static let prepareCommit = Statement(
        name: "prepare commit",
        sql: "SELECT pg_current_xact_id(), set_config('synchronous_commit', \(waiting), true)")

    /// The same for every statement from now on that is a transaction of its own.
    package static let setWaiting = Statement(
        name: "set synchronous_commit", sql: "SELECT set_config('synchronous_commit', \(waiting), false)")

    /// What a transaction that nobody answered for came to: `committed`, `aborted`, `in progress`, or NULL.
    package static let outcome = Statement(name: "outcome of a commit", sql: "SELECT pg_xact_status($1::xid8)")

    /// Changes with each start of the server and each recovery: ids of transactions that were not on the disk by then
    /// are given out again.
    package static let serverLife = Statement(
        name: "life of the server",
        sql: "SELECT concat(pg_postmaster_start_time(), ' ', stats_reset) FROM pg_stat_bgwriter")

    /// A transaction that writes, so that its COMMIT waits for all that was committed before it.
    package static let flush = Statement(name: "flush", sql: "SELECT pg_current_xact_id()")
}
