import ReferenceData
import ReferenceStore

/// What happened in the feed: for logs, and for tests to wait on. Everything but `refreshed` is rare by construction.
public enum FeedEvent: Sendable {
    /// Both connections are up, belong to one server, and LISTEN is in force.
    case connected(ServerIdentity)
    /// The session was lost; the last snapshot goes on being served.
    case disconnected(FeedFailure)
    /// Everything was read.
    case loaded(FullLoadReason, Outcome)
    /// An increment was read, whether or not it held changes.
    case refreshed(Outcome)
    /// Everything was read and compared; `driftCount` rows differed from what the increments had made.
    case reconciled(driftCount: Int, Outcome)
    /// Something expired or was delisted, though no row was written; or was active again, because the wall clock was
    /// set back from the named moment.
    case judged(Outcome, setBackFrom: Timestamp?)
    /// What is due is answered as before, because there is no memory to judge it anew; tried again every second.
    case overdue(neededByteCount: Int)
    /// Rows that are refused now and were not before; at most `refusedCountMax` are named.
    case refused([RefusedRow], count: Int)
    /// Something failed and is tried again; not every attempt is reported.
    case retrying(FeedFailure, attempt: UInt32, retryMilliseconds: UInt32)
    /// The first success after failures.
    case recovered(afterAttempts: UInt32)
    /// The queue of notifications passed one of `HealthWatch.queueAlarmPercents`, or has drained.
    case queueUsage(percent: Int)
    /// A transaction has been writing for long.
    case writerLasts(DatabaseHealth.Writer)
    /// What was loaded comes from another database than before, and is served: its ids mean the same.
    case databaseReplaced(before: SourceDatabase, now: SourceDatabase)
    /// The image file was replaced.
    case imageWritten(
        path: String, generation: UInt64, byteCount: Int, durationMicroseconds: UInt64, isRecovery: Bool)
    /// The image file could not be written; reported once per reason, tried again.
    case imageFailed(path: String, ImageFileError)
    case stopped

    public static let refusedCountMax = 16

    /// What one load, refresh or reconcile came to.
    public struct Outcome: Sendable, Hashable {
        /// Of the snapshot that is current now.
        public let generation: UInt64
        /// 0 when nothing was published.
        public let changeCount: Int
        public let symbolCount: Int
        public let exchangeCount: Int
        /// From the first statement sent to the snapshot in place.
        public let durationMicroseconds: UInt64
        /// The `pg_snapshot` whose rows the generation shows: what any answer of it can be checked by.
        public let databaseSnapshot: String
    }

    /// True for what an operator should see without asking for more.
    public var isWarning: Bool {
        switch self {
        case .disconnected, .refused, .retrying, .imageFailed, .writerLasts, .databaseReplaced, .overdue: true
        case .queueUsage(let percent): percent >= HealthWatch.queueAlarmPercents[0]
        case .reconciled(let driftCount, _): driftCount > 0
        case .judged(_, let setBackFrom): setBackFrom != nil
        case .connected, .loaded, .refreshed, .recovered, .imageWritten, .stopped: false
        }
    }

    /// True for what happens at the rate of changes; a log shows it only when asked for detail.
    public var isFrequent: Bool {
        switch self {
        case .refreshed: true
        case .imageWritten(_, _, _, _, let isRecovery): !isRecovery
        case .reconciled(let driftCount, _): driftCount == 0
        default: false
        }
    }
}

extension FeedEvent: CustomStringConvertible {
    /// One line.
    public var description: String {
        switch self {
        case .connected(let identity): "database connected: \(identity)"
        case .disconnected(let failure): "database lost, serving the last snapshot: \(failure)"
        case .loaded(let reason, let outcome): "loaded everything (\(reason.rawValue)): \(outcome)"
        case .refreshed(let outcome): "refreshed: \(outcome)"
        case .reconciled(let driftCount, let outcome): "reconciled, \(driftCount) drifted: \(outcome)"
        case .judged(let outcome, nil): "expired or delisted: \(outcome)"
        case .judged(let outcome, let setBackFrom?):
            "the clock was set back from \(setBackFrom), judged anew what had expired: \(outcome)"
        case .overdue(let byteCount):
            "what expired or was delisted is answered as before, because there are no \(byteCount) bytes of memory to "
                + "say so; tried every second: give the server more (the limit of its service, ulimit -v)"
        case .refused(let rows, let count):
            "\(count) row\(count == 1 ? "" : "s") refused, the last good record stays where there is one: "
                + rows.map { "\($0.table == .exchange ? "exchange" : "symbol") \($0.id): \($0.reason)" }
                .joined(separator: "; ") + (count > rows.count ? "; …" : "")
        case .retrying(let failure, let attempt, let milliseconds):
            "attempt \(attempt) failed, next in \(milliseconds) ms: \(failure)"
        case .recovered(let attempts): "recovered after \(attempts) failed attempt\(attempts == 1 ? "" : "s")"
        case .queueUsage(let percent):
            percent >= HealthWatch.queueAlarmPercents[0]
                ? "the queue of notifications is \(percent) % full, at 100 % writers fail: "
                    + "look for a session that LISTENs inside a long transaction"
                : "the queue of notifications has drained"
        case .writerLasts(let writer):
            (writer.processId.map { "process \($0) has been writing in one transaction" }
                ?? "a prepared transaction has been open") + " for \(writer.ageMilliseconds / 1_000) s; "
                + "its changes come when it commits"
        case .databaseReplaced(let before, let now):
            "the database is another one (\(now)) than before (\(before))"
        case .imageWritten(let path, let generation, let byteCount, let durationMicroseconds, _):
            "image of generation \(generation) written to \(path): \(byteCount) bytes, \(durationMicroseconds) µs"
        case .imageFailed(let path, let error):
            "the image cannot be written to \(path), serving goes on and tries again: \(error)"
        case .stopped: "feed stopped"
        }
    }
}

extension FeedEvent.Outcome: CustomStringConvertible {
    public var description: String {
        "generation \(generation), \(symbolCount) symbols on \(exchangeCount) exchanges, \(changeCount) changes, "
            + "\(durationMicroseconds) µs, database snapshot \(databaseSnapshot)"
    }
}
