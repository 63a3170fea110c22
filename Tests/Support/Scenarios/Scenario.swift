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

    // What the lists of real venues hold.
    case contractRolls, oddLine, listedAgain, noDigits, digitsNotGiven, wideNumbers, roundingBySQL, stringsMove
    case zeroMeansNone, manyBadLines, numberTexts, keyTexts, coinReplaced, hardToSay, contradictions, quarterSteps
    case notificationQueueBroken
    // What users of other programs reported.
    case optionsVanish, wrongExpiry, futureOverPerpetual, delistingDates, newListing, olderTick, tenfoldTick
    case oneDuplicate, marketsInEachProcess, coinRenamed

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
        case .contractRolls: "a list names February's contract where it named January's: no id changes its contract"
        case .oddLine:
            "one odd line, `--skip-bad --deactivate-missing`: the rest is delisted, what it names counts as listed"
        case .listedAgain: "listed, missing, listed again: active"
        case .noDigits: "0 digits with step 1"
        case .digitsNotGiven: "a tick and no digits: the digits of the tick, said to be derived"
        case .wideNumbers: "ticks to 1e-13, maxima to 9999999999999: exact"
        case .roundingBySQL: "a number written by SQL: exact, or an error"
        case .stringsMove: "strings that change places, or go to a newcomer: the list's final state counts"
        case .zeroMeansNone: "0 in a minimum, maximum or tick: none, and counted"
        case .manyBadLines: "hundreds of bad lines: all named, and 1 where nothing was imported"
        case .numberTexts: "1E-8, 5e-05, .5, +0.1: exact; 1,000, 0,01, NaN, 0x1: refused"
        case .keyTexts: "blanks at the ends, U+200B, NBSP, a line end in a key: refused by name"
        case .coinReplaced: "a string that another coin takes over: identity by rule, jumps held back"
        case .hardToSay: "BRK/B as an asset, a long search, `import -`, UTF-16, semicolons, tabs: said, or read"
        case .contradictions: "digits against the tick, steps against the minimum: reported"
        case .quarterSteps: "prices in steps of 0.25: the tick is marked as inferred"
        case .notificationQueueBroken: "LISTEN fails with 58P01: loaded anyway, polled, mended"
        case .optionsVanish: "ccxt#14473: of options that share a symbol all but one vanish"
        case .wrongExpiry: "cryptofeed#236: a rolled contract is recorded under the wrong expiry"
        case .futureOverPerpetual: "cryptofeed#445: a future overwrites the perpetual"
        case .delistingDates: "freqtrade#12259: delisting dates are known, and not modelled"
        case .newListing: "nautilus_trader#4969: a new listing needs a restart"
        case .olderTick: "nautilus_trader#4896: an older tick overwrites a newer one"
        case .tenfoldTick: "Lean#8556: a ten-fold wrong tick spreads to production"
        case .oneDuplicate: "hummingbot#7728: one duplicate kills the venue"
        case .marketsInEachProcess: "ccxt#7312: each process holds markets of its own"
        case .coinRenamed: "BittyTax#289: LUNA became LUNC"
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
