/// What must not break the system. Each scenario is proved by the tests that bear its mark,
/// `@Test(.scenario(.listenerKilled))`, or by a command of the Makefile; `make scenarios` makes the table in
/// `Tests/README.md` of these lines and those marks.
///
/// The numbers count up from the first, and other documents name scenarios by them: a new one goes last.
public enum Scenario: Int, CaseIterable, Sendable {
    case listenerKilled = 1
    case databaseAway, listenerStalled, blackHole, notificationLost, lateCommitter, longTransactionElsewhere
    case rollback, kindsOfWrites, triggersBypassed, hugeTransaction, floodOfDoorbells, standby, transactionPooler
    case unservableRows, olderData, queueFilling, tableEmptied
    case splitFrames, wrongFrames, partialFrame, subscriberThatStopsReading, pipelinerThatNeverReads
    case oneClientTooMany, descriptorsExhausted, resetInMidWrite, halfClose, flooder, changeRacesReply
    case serverKilled, pushRemoved, serverFrozen, clockJumps, logPipeBlocked, imageFileDamaged
    case stopUnderLoad, reload, socketHandedOver, staleSocket, secondInstance, userNotAllowed, nonLoopbackBind
    case secrets, readOnlyRole, sanitizers

    public var title: String {
        switch self {
        case .listenerKilled: "listener killed"
        case .databaseAway: "PostgreSQL down for a while: lookups go on, the age grows, the log is a few lines"
        case .listenerStalled: "listener stalled"
        case .blackHole: "TCP black hole"
        case .notificationLost: "a notification lost"
        case .lateCommitter: "late committer"
        case .longTransactionElsewhere: "a long open transaction elsewhere delays nobody"
        case .rollback: "rollback and savepoints publish nothing"
        case .kindsOfWrites:
            "DELETE, re-insert of one id, TRUNCATE, ALTER TYPE during a load, key change, COPY, upsert, MERGE, "
                + "two-phase commit, replication"
        case .triggersBypassed: "triggers bypassed"
        case .hugeTransaction: "a huge transaction: one doorbell, bounded memory, lookups meanwhile"
        case .floodOfDoorbells: "a flood of doorbells, hostile payloads, from another role"
        case .standby: "standby, then promotion"
        case .transactionPooler: "transaction pooler"
        case .unservableRows: "rows that cannot be served; SELECT revoked; timeouts"
        case .olderData: "data directory swapped for an older copy"
        case .queueFilling: "notification queue filling"
        case .tableEmptied: "table suddenly empty"
        case .splitFrames: "every split offset, one byte at a time, coalesced"
        case .wrongFrames: "wrong schema, version, length, template, padding"
        case .partialFrame: "partial frame, then silence"
        case .subscriberThatStopsReading: "subscriber that stops reading: capped, cut, others unaffected"
        case .pipelinerThatNeverReads: "pipeliner that never reads"
        case .oneClientTooMany: "one client too many"
        case .descriptorsExhausted: "descriptors exhausted"
        case .resetInMidWrite: "reset in mid-write, 100,000 times: no leak, no SIGPIPE"
        case .halfClose: "half-close"
        case .flooder: "one flooder"
        case .changeRacesReply: "change races a reply"
        case .serverKilled: "server killed: clients flush, new epoch"
        case .pushRemoved: "one push removed in flight"
        case .serverFrozen: "server frozen"
        case .clockJumps: "wall clock jumps"
        case .logPipeBlocked: "log pipe blocked"
        case .imageFileDamaged: "image file truncated, bit-flipped, of another version; superseded while mapped"
        case .stopUnderLoad: "SIGTERM under load"
        case .reload: "SIGHUP"
        case .socketHandedOver: "restart with the listening socket handed over"
        case .staleSocket: "stale socket file"
        case .secondInstance: "second instance"
        case .userNotAllowed: "a uid that is not allowed"
        case .nonLoopbackBind: "non-loopback bind"
        case .secrets: "secrets in argv, log, status; group-readable password file"
        case .readOnlyRole: "the serving role can only SELECT"
        case .sanitizers: "all of it under sanitizers"
        }
    }

    /// Targets of the Makefile that prove it, besides tests.
    public var commands: [String] {
        switch self {
        case .wrongFrames, .imageFileDamaged: ["make fuzz"]
        case .serverKilled: ["make soak"]
        case .sanitizers: ["make test-tsan", "make test-asan"]
        default: []
        }
    }

    /// What a reader must know of the proof.
    public var remark: String? {
        switch self {
        case .hugeTransaction:
            "100,000 rows, not a million: without optimization that takes minutes. Steady is counted (answers while "
                + "the load runs) rather than timed"
        case .queueFilling: "one to 1 % of its 8 GB, which take too long to fill, one with made-up samples beyond"
        case .flooder:
            "a percentile would judge the machine, so the work that stands between a request and its turn is counted"
        case .serverFrozen: "all eight engines must go stale in the first"
        case .clockJumps: "800 days forward and back"
        case .sanitizers: "the tests prove that planted faults are found; the seed that a failure prints replays it"
        default: nil
        }
    }
}
