import ReferenceStore

/// Which of the two connections: one only listens, one queries.
public enum ConnectionRole: String, Sendable, Hashable {
    case listener, query
}

/// Why a full load is made rather than an increment.
public enum FullLoadReason: String, Sendable, Hashable {
    /// A session began: what was rung before it is unknown.
    case connected
    /// Tombstones that the watermark still needs were pruned.
    case pruned
    /// A table was truncated.
    case truncated
    /// The increment has more rows than a load by COPY is worth.
    case tooManyChanges
    /// An operator asked for it.
    case requested
    /// What was read before was held back.
    case heldBack
}

/// One transaction on the query connection.
public enum Work: Sendable, Hashable {
    case fullLoad(FullLoadReason)
    case refresh(since: Watermark)
    /// The increment and then everything, in one transaction: what the second still changes is drift.
    case reconcile(since: Watermark)

    var isRefresh: Bool {
        if case .refresh = self { return true }
        return false
    }
}

/// The timers of the machine; setting one that is set replaces it.
public enum RefreshTimer: Int, Sendable, Hashable, CaseIterable {
    case retry, spacing, poll, aliasExpiry, reconcile, heartbeat, connectDeadline, workDeadline, listenerDeadline
}

/// Why a session or a work failed, in a form that can be compared and logged.
public enum FeedFailure: Error, Sendable, Hashable {
    /// Connecting failed or an open connection was lost.
    case connection(ConnectionRole, String)
    /// The two connections reached different servers (two hosts in the connection string, or a promotion in between).
    case differentServers(listener: ServerIdentity, query: ServerIdentity)
    /// A standby: it refuses LISTEN and lags.
    case inRecovery(ConnectionRole)
    /// No answer within the named deadline.
    case deadlinePassed(String)
    /// LISTEN was accepted, and a notification sent on the other connection did not arrive.
    case deaf
    /// So many of the symbols that are served were gone that serving the rest is likelier wrong than right.
    case shrunk(from: Int, to: Int)
    /// A statement failed and its transaction was rolled back; the message names the SQLSTATE too.
    case statement(sqlState: String, String)

    /// True when a second report would say nothing new.
    func isSameKind(as other: FeedFailure) -> Bool {
        switch (self, other) {
        case (.connection(let left, _), .connection(let right, _)): left == right
        case (.differentServers, .differentServers): true
        case (.inRecovery, .inRecovery), (.deaf, .deaf), (.shrunk, .shrunk): true
        case (.deadlinePassed(let left), .deadlinePassed(let right)): left == right
        case (.statement(let left, _), .statement(let right, _)): left == right
        default: false
        }
    }
}

extension FeedFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .connection(let role, let message): "\(role.rawValue) connection: \(message)"
        case .differentServers(let listener, let query):
            "the two connections reached different servers (\(listener) and \(query)); name one host in --database"
        case .inRecovery(let role):
            "\(role.rawValue) connection: the server is a standby in recovery; name the primary in --database"
        case .deaf:
            "LISTEN was accepted, but a notification did not arrive: a pooler in transaction mode is between; "
                + "name the server itself in --database"
        case .shrunk(let from, let to):
            "held back: \(to) symbols were read where \(from) are served; if that is meant, "
                + "send SIGHUP or start with --allow-shrink"
        case .deadlinePassed(let what): "no answer while \(what) within the deadline"
        case .statement(_, let message): message
        }
    }
}

extension RefreshMachine {
    /// What happened.
    public enum Event: Sendable, Hashable {
        case start
        case stop
        /// A connection is open, pinned, and has said who it is.
        case connected(ConnectionRole, ServerIdentity)
        case connectionFailed(ConnectionRole, FeedFailure)
        /// LISTEN is in force.
        case listening
        /// At least one doorbell.
        case notified
        /// The query connection has sent the notification of a probe.
        case probeRung
        /// A notification that this session sent itself has arrived on the listener.
        case probeHeard
        case workFinished(Watermark)
        /// The work found that only a full load will do; its transaction is over.
        case workExpired(FullLoadReason)
        /// The work failed; its transaction is rolled back and the connection usable.
        case workFailed(FeedFailure)
        case refreshRequested
        case reloadRequested
        case timer(RefreshTimer)
    }

    /// What to do.
    public enum Action: Sendable, Hashable {
        case connect(ConnectionRole)
        /// Closes both connections; what is still under way on them is forgotten and reports nothing.
        case disconnectAll
        /// LISTEN for doorbells and for this session's own probes.
        case listen
        /// Sends a probe on the query connection: heard, it proves that notifications arrive.
        case ringProbe
        /// Sends a probe on the listener itself: heard, it proves that the listener lives.
        case probeListener
        case begin(Work)
        /// Makes the rows of the work just finished the current snapshot.
        case publish(Work)
        case sessionEstablished
        case sessionLost(FeedFailure)
        case setTimer(RefreshTimer, milliseconds: UInt32)
        case cancelTimer(RefreshTimer)
        case cancelAllTimers
        case report(Report)
    }

    /// What is worth a line in the log; bounded by construction.
    public enum Report: Sendable, Hashable {
        case retrying(FeedFailure, attempt: UInt32, retryMilliseconds: UInt32)
        case recovered(after: UInt32)
    }
}

/// Intervals and deadlines of the feed, in milliseconds.
public struct RefreshSettings: Sendable, Hashable {
    /// A refresh happens at least this often, doorbell or not.
    public var pollMilliseconds: UInt32 = 30_000
    /// Everything is read and compared this often.
    public var reconcileMilliseconds: UInt32 = 300_000
    /// First delay after a failure, and the cap.
    public var backoffMillisecondsMin: UInt32 = 100
    public var backoffMillisecondsMax: UInt32 = 30_000
    /// How often the listener is asked whether it is alive, and how long it may take to answer.
    public var heartbeatMilliseconds: UInt32 = 10_000
    public var listenerDeadlineMilliseconds: UInt32 = 5_000
    /// From starting to connect to a finished LISTEN.
    public var connectDeadlineMilliseconds: UInt32 = 15_000
    /// One transaction; longer than the statement timeout of the session, which normally ends it first.
    public var workDeadlineMilliseconds: UInt32 = 120_000
    /// So many refreshes may follow one another without a pause, then each waits for the spacing.
    public var burstCountMax: UInt32 = 16
    public var spacingMilliseconds: UInt32 = 10

    public init() {}
}

/// SplitMix64: enough to keep two servers from knocking in step, and replayable from its seed.
struct Jitter: Sendable {
    var state: UInt64

    /// A number from 0 through `bound`.
    mutating func next(upTo bound: UInt32) -> UInt32 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed &>> 31
        return UInt32(truncatingIfNeeded: mixed % (UInt64(bound) + 1))
    }
}
