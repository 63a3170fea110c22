import ReferenceStore

/// Decides when to connect, listen, load, refresh and retry. Pure: no I/O, no clock, no threads.
///
/// Events go in, actions come out in the order in which they must be carried out. A *session* is both connections
/// together: when either is lost, both are dropped, the watermark is forgotten, and a new session begins with LISTEN
/// and then a full load, because what was rung while nobody listened is lost for ever.
///
/// ```
///   waiting ──retry──▶ connecting ──both connected, same server──▶ LISTEN ──▶ ring ──heard──▶ established
///      ▲                   │                                        │         │              │ one work in flight,
///      └───────────────────┴────────── any failure, deadline ───────┴─────────┴──────────────┘ one more pending
/// ```
///
/// Not thread-safe: one owner. Each event costs O(1).
public struct RefreshMachine: Sendable {
    /// Where the session stands.
    enum Phase: Equatable, Sendable {
        case stopped
        case waiting
        case connecting(listener: ServerIdentity?, query: ServerIdentity?)
        case subscribing
        /// A notification was sent on the query connection and must arrive on the listener.
        case probing(isRung: Bool, isHeard: Bool)
        case established
    }

    /// What is wanted next, once nothing is in flight. A full load covers everything, a reconcile covers a refresh.
    enum Want: Int, Comparable, Sendable {
        case nothing, refresh, reconcile, full
        static func < (left: Want, right: Want) -> Bool { left.rawValue < right.rawValue }
    }

    static let firstHeartbeatMilliseconds: UInt32 = 500

    /// New intervals count from the next time each of them begins.
    public var settings: RefreshSettings
    var phase = Phase.stopped
    /// The work whose outcome is awaited; at most one.
    var inFlight: Work?
    var wanted = Want.nothing
    var fullLoadReason = FullLoadReason.connected
    /// True while a failed work waits for its retry timer: doorbells then only note that something is wanted.
    var isBackingOff = false
    /// True while a long burst of doorbells is being spaced out by the gap timer.
    var isSpacing = false
    /// The whole `pg_snapshot` of the last finished work; nil means that only a full load will do.
    public internal(set) var watermark: Watermark?
    /// Works in a row that found a doorbell waiting when they finished.
    var burstCount: UInt32 = 0
    var sessionFailureCount: UInt32 = 0
    var workFailureCount: UInt32 = 0
    /// Reconciles that failed since everything was last read.
    var reconcileFailureCount: UInt32 = 0
    /// True while the listener owes an answer to its heartbeat.
    var awaitsListener = false
    var lastReported: (failure: FeedFailure, count: UInt32)?
    var jitter: Jitter

    /// - Parameter seed: of the jitter; two servers started together must not knock together.
    public init(settings: RefreshSettings, seed: UInt64) {
        self.settings = settings
        self.jitter = Jitter(state: seed)
    }

    /// True once a notification of this session's own was heard, until the session is lost.
    public var isConnected: Bool { phase == .established }

    /// Takes one event and returns what to do about it, in order.
    public mutating func handle(_ event: Event) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .start:
            if phase == .stopped { beginSession(&actions) }
        case .stop:
            stop(&actions)
        case .connected(let role, let identity):
            connected(role, identity, &actions)
        case .listening:
            listening(&actions)
        case .connectionFailed(_, let failure):
            loseSession(failure, &actions)
        case .notified:
            want(.refresh, &actions)
        case .probeRung, .probeHeard:
            probe(event, &actions)
        case .workFinished(let newWatermark):
            finishWork(newWatermark, &actions)
        case .workExpired(let reason):
            expireWork(reason, &actions)
        case .workFailed(let failure):
            failWork(failure, &actions)
        case .refreshRequested:
            want(.refresh, &actions)
        case .reloadRequested:
            endBackoff(&actions)
            requestFullLoad(.requested, &actions)
        case .timer(let timer):
            fired(timer, &actions)
        }
        return actions
    }

    // MARK: - Work

    /// Notes that `want` is wanted and starts it when nothing stands in the way.
    mutating func want(_ want: Want, _ actions: inout [Action]) {
        guard phase == .established else { return }
        wanted = max(wanted, want)
        startWork(&actions)
    }

    mutating func requestFullLoad(_ reason: FullLoadReason, _ actions: inout [Action]) {
        guard phase == .established else { return }
        if wanted != .full { fullLoadReason = reason }
        want(.full, &actions)
    }

    mutating func startWork(_ actions: inout [Action]) {
        guard inFlight == nil, !isBackingOff, !isSpacing, wanted > .nothing else { return }
        let work: Work
        switch (wanted, watermark) {
        case (.refresh, .some(let since)): work = .refresh(since: since)
        case (.reconcile, .some(let since)): work = .reconcile(since: since)
        default: work = .fullLoad(wanted == .full ? fullLoadReason : .connected)
        }
        wanted = .nothing
        inFlight = work
        actions.append(.begin(work))
        actions.append(.setTimer(.workDeadline, milliseconds: settings.workDeadlineMilliseconds))
    }

    mutating func finishWork(_ newWatermark: Watermark, _ actions: inout [Action]) {
        guard phase == .established, let work = inFlight else { return }
        inFlight = nil
        watermark = newWatermark
        workFailureCount = 0
        actions.append(.cancelTimer(.workDeadline))
        actions.append(.publish(work))
        if !work.isRefresh { reconcileFailureCount = 0 }
        // Increments that go on between failing reconciles mend nothing: saying so each time would fill the log.
        if reconcileFailureCount == 0 { reportRecovery(&actions) }
        actions.append(.setTimer(.poll, milliseconds: settings.pollMilliseconds))
        awaitAliasExpiry(newWatermark, &actions)
        if !work.isRefresh {
            actions.append(.setTimer(.reconcile, milliseconds: settings.reconcileMilliseconds))
        }
        continueWork(&actions)
    }

    /// What expires rings no bell. A later expiry than the next poll is left to that one: the poll sees when the next
    /// one is. A timer for an alias that has gone since makes one refresh more, which finds nothing.
    private func awaitAliasExpiry(_ watermark: Watermark, _ actions: inout [Action]) {
        guard let milliseconds = watermark.aliasExpiryMilliseconds, milliseconds < settings.pollMilliseconds else {
            return
        }
        actions.append(.setTimer(.aliasExpiry, milliseconds: UInt32(clamping: milliseconds)))
    }

    /// Starts what came in meanwhile. The first doorbells of a burst are answered back to back; a flood is spaced out,
    /// so that a role that rings without end costs a bounded share of the database.
    mutating func continueWork(_ actions: inout [Action]) {
        guard wanted > .nothing else {
            burstCount = 0
            return
        }
        burstCount = burstCount == .max ? .max : burstCount + 1
        if burstCount > settings.burstCountMax {
            isSpacing = true
            actions.append(.setTimer(.spacing, milliseconds: settings.spacingMilliseconds))
        } else {
            startWork(&actions)
        }
    }

    /// The increment cannot be had (history pruned, table truncated, too many rows): load everything instead.
    mutating func expireWork(_ reason: FullLoadReason, _ actions: inout [Action]) {
        guard phase == .established, inFlight != nil else { return }
        inFlight = nil
        watermark = nil
        actions.append(.cancelTimer(.workDeadline))
        fullLoadReason = reason
        wanted = .full
        startWork(&actions)
    }

    /// The transaction failed and was rolled back; the connection lives, and so does the watermark.
    mutating func failWork(_ failure: FeedFailure, _ actions: inout [Action]) {
        guard phase == .established, let work = inFlight else { return }
        inFlight = nil
        if case .shrunk = failure { refuseIncrement() }
        actions.append(.cancelTimer(.workDeadline))
        switch work {
        case _ where wanted == .full: break
        case .fullLoad(let reason):
            fullLoadReason = reason
            wanted = .full
        case .reconcile: return postponeReconcile(failure, &actions)
        case .refresh: wanted = max(wanted, .refresh)
        }
        workFailureCount = workFailureCount == .max ? .max : workFailureCount + 1
        isBackingOff = true
        let delay = backoff(failureCount: workFailureCount)
        report(failure, count: workFailureCount, retryMilliseconds: delay, &actions)
        actions.append(.setTimer(.retry, milliseconds: delay))
    }

    /// Only the comparison failed, and increments may well succeed: if each doorbell became part of its next attempt,
    /// nothing would be published for as long as it fails.
    private mutating func postponeReconcile(_ failure: FeedFailure, _ actions: inout [Action]) {
        reconcileFailureCount = reconcileFailureCount == .max ? .max : reconcileFailureCount + 1
        let delay = backoff(failureCount: reconcileFailureCount)
        report(failure, count: reconcileFailureCount, retryMilliseconds: delay, &actions)
        actions.append(.setTimer(.reconcile, milliseconds: delay))
        wanted = .refresh
        startWork(&actions)
    }

    /// Whoever asks for a reload has perhaps just mended what was failing.
    private mutating func endBackoff(_ actions: inout [Action]) {
        guard phase == .established, isBackingOff else { return }
        isBackingOff = false
        actions.append(.cancelTimer(.retry))
    }

    /// What was read is not served, so nothing may be added to it either: everything is read again.
    private mutating func refuseIncrement() {
        watermark = nil
        if wanted != .full { fullLoadReason = .heldBack }
        wanted = .full
    }
}
