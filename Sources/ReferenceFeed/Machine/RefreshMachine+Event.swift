import ReferenceStore

extension RefreshMachine {
    /// An event that the machine reacts to.
    enum Event: Sendable, Hashable {
        case start
        case stop
        /// A connection is open, pinned, and has said who it is.
        case connected(ConnectionRole, ServerIdentity)
        case connectionFailed(ConnectionRole, FeedFailure)
        /// LISTEN is in force.
        case listening
        /// LISTEN failed because of what lies in the queue of notifications; the listener is of no more use.
        case listenFailed(FeedFailure)
        /// At least one doorbell.
        case notified
        /// The query connection has sent the notification of a probe.
        case probeRung
        /// A notification that this session sent itself has arrived on the listener.
        case probeHeard
        /// The rows that the refresh read are published.
        case refreshFinished(Watermark)
        /// The refresh found that only a full load will do; its transaction is over.
        case refreshExpired(FullLoadReason)
        /// The refresh failed; its transaction is rolled back and the connection usable.
        case refreshFailed(FeedFailure)
        /// Nothing has arrived on the query connection for so long.
        case querySilent(milliseconds: UInt32)
        case refreshRequested
        case reloadRequested
        case timer(RefreshTimer)
    }

    /// An action for `FeedCore` to carry out.
    enum Action: Sendable, Hashable {
        case connect(ConnectionRole)
        /// Closes both connections; what is still under way on them is forgotten and reports nothing.
        case disconnectAll
        case disconnectListener
        /// LISTEN for doorbells and for this session's own probes.
        case listen
        /// Sends a probe on the query connection: heard, it proves that notifications arrive.
        case ringProbe
        /// Sends a probe on the listener itself: heard, it proves that the listener lives.
        case probeListener
        /// Reads, and publishes what was read.
        case begin(Refresh)
        case sessionEstablished
        case sessionLost(FeedFailure)
        case setTimer(RefreshTimer, milliseconds: UInt32)
        case cancelTimer(RefreshTimer)
        case cancelAllTimers
        case report(Report)
    }

    /// A report for the log; their number is bounded by construction.
    enum Report: Sendable, Hashable {
        case retrying(FeedFailure, attempt: UInt32, retryMilliseconds: UInt32)
        case recovered(after: UInt32)
    }
}

/// The timers of the machine; setting one that is set replaces it.
enum RefreshTimer: Int, Sendable, Hashable, CaseIterable {
    case retry, relisten, spacing, poll, aliasExpiry, reconcile, heartbeat, connectDeadline, refreshDeadline,
        refreshSilence, listenerDeadline
}
