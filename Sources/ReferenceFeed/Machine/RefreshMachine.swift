import Platform
import ReferenceStore

/// Decides when to connect, listen, load, refresh and retry. Pure: no I/O, no clock, no threads.
///
/// Events go in, actions come out in the order in which they must be carried out. A *session* is both connections
/// together: when either is lost, both are dropped, the watermark is forgotten, and a new session begins with LISTEN
/// and then a full load, because a notification that nobody listens to is lost.
///
/// ```
///   waiting ──retry──▶ connecting ──both connected, same server──▶ LISTEN ──▶ ring ──heard──▶ established
///      ▲                   │                                        │         │              │ one refresh in flight,
///      └───────────────────┴────────── any failure, deadline ───────┴─────────┴──────────────┘ one more wanted
/// ```
///
/// Not thread-safe: one owner. Each event costs O(1).
struct RefreshMachine: Sendable {
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

    /// The refresh to begin once nothing is in flight. A full load covers all, a reconcile covers an increment.
    enum Want: Int, Comparable, Sendable {
        case nothing, increment, reconcile, fullLoad
        static func < (left: Want, right: Want) -> Bool { left.rawValue < right.rawValue }
    }

    static let firstHeartbeatMilliseconds: UInt32 = 500
    /// The longest pause between two refreshes where LISTEN is refused.
    static let pollingMillisecondsMax: UInt32 = 1_000

    /// A new interval counts from the next time that its timer is set.
    var settings: RefreshSettings
    var phase = Phase.stopped
    /// The refresh whose outcome is awaited; at most one.
    var inFlight: Refresh?
    var wanted = Want.nothing
    var fullLoadReason = FullLoadReason.connected
    /// True while a failed refresh waits for its retry timer: doorbells then only note that something is wanted.
    var isBackingOff = false
    /// True while a long burst of doorbells is being spaced out by the spacing timer.
    var isSpacing = false
    /// The whole `pg_snapshot` of the last finished refresh; nil means that only a full load will do.
    var watermark: Watermark?
    /// Refreshes in a row that found a doorbell waiting when they finished.
    var burstCount: UInt32 = 0
    var sessionFailures: FailureStreak
    var refreshFailures: FailureStreak
    /// Loads that were held back and comparisons that failed since everything was last read.
    var rereadFailures: FailureStreak
    /// True while the listener owes an answer to its heartbeat.
    var awaitsListener = false
    /// The server of the session.
    var server: ServerIdentity?
    /// True while LISTEN is refused: the query connection alone makes the session, and polls.
    var isPolling = false
    var listenFailures: FailureStreak
    var lastReported: (failure: FeedFailure, count: UInt32)?
    /// Refreshes in a row that ended because the database said nothing.
    var silenceCount: UInt32 = 0
    var generator: SplitMix64

    /// - Parameter seed: of the random part of the backoff, so that servers that lost one database do not come back to
    ///   it at the same moment.
    init(settings: RefreshSettings, seed: UInt64) {
        self.settings = settings
        generator = SplitMix64(seed: seed)
        let none = FailureStreak(settings)
        sessionFailures = none
        refreshFailures = none
        rereadFailures = FailureStreak(rereading: settings)
        listenFailures = none
    }

    /// Takes one event and returns what to do about it, in order.
    mutating func handle(_ event: Event) -> [Action] {
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
        case .listenFailed(let failure):
            refuseListen(failure, &actions)
        case .connectionFailed(.listener, let failure) where isPolling:
            refuseListen(failure, &actions)
        case .connectionFailed(_, let failure):
            loseSession(failure, &actions)
        case .notified, .refreshRequested:
            want(.increment, &actions)
        case .probeRung, .probeHeard:
            probe(event, &actions)
        case .refreshFinished(let newWatermark):
            finishRefresh(newWatermark, &actions)
        case .refreshExpired(let reason):
            expireRefresh(reason, &actions)
        case .refreshFailed(let failure):
            failRefresh(failure, &actions)
        case .querySilent(let milliseconds):
            noteSilence(milliseconds, &actions)
        case .reloadRequested:
            endBackoff(&actions)
            requestFullLoad(.requested, &actions)
        case .timer(let timer):
            fired(timer, &actions)
        }
        return actions
    }

    // MARK: - Refreshes

    /// Notes that `want` is wanted and starts it when nothing stands in the way.
    mutating func want(_ want: Want, _ actions: inout [Action]) {
        guard phase == .established else { return }
        wanted = max(wanted, want)
        startRefresh(&actions)
    }

    mutating func requestFullLoad(_ reason: FullLoadReason, _ actions: inout [Action]) {
        guard phase == .established else { return }
        wantFullLoad(reason)
        startRefresh(&actions)
    }

    /// Where a full load is wanted already, its reason stays.
    private mutating func wantFullLoad(_ reason: FullLoadReason) {
        if wanted != .fullLoad { fullLoadReason = reason }
        wanted = .fullLoad
    }

    mutating func startRefresh(_ actions: inout [Action]) {
        guard inFlight == nil, !isBackingOff, !isSpacing, wanted > .nothing else { return }
        let refresh: Refresh
        switch (wanted, watermark) {
        case (.increment, let since?): refresh = .increment(since: since)
        case (.reconcile, let since?): refresh = .reconcile(since: since)
        default: refresh = .fullLoad(wanted == .fullLoad ? fullLoadReason : .connected)
        }
        wanted = .nothing
        inFlight = refresh
        actions.append(.begin(refresh))
        actions.append(.setTimer(.refreshDeadline, milliseconds: settings.refreshDeadlineMilliseconds))
        actions.append(.setTimer(.refreshSilence, milliseconds: silenceMilliseconds))
    }

    /// Takes the refresh in flight, which is over. Nil when the report is of a session that has been lost since.
    private mutating func endRefresh(_ actions: inout [Action]) -> Refresh? {
        guard phase == .established, let refresh = inFlight else { return nil }
        inFlight = nil
        actions.append(.cancelTimer(.refreshDeadline))
        actions.append(.cancelTimer(.refreshSilence))
        return refresh
    }

    private mutating func finishRefresh(_ newWatermark: Watermark, _ actions: inout [Action]) {
        guard let refresh = endRefresh(&actions) else { return }
        watermark = newWatermark
        silenceCount = 0
        sessionFailures.getOver()
        refreshFailures = FailureStreak(settings)
        if !refresh.isIncrement { rereadFailures = FailureStreak(rereading: settings) }
        // An increment between two failing reconciles is no recovery: to report it as one would fill the log.
        // Nor is one without a listener.
        if rereadFailures.count == 0, !isPolling { reportRecovery(&actions) }
        let pollMilliseconds = settings.pollMilliseconds
        actions.append(
            .setTimer(
                .poll, milliseconds: isPolling ? min(pollMilliseconds, Self.pollingMillisecondsMax) : pollMilliseconds))
        awaitAliasExpiry(newWatermark, &actions)
        if !refresh.isIncrement {
            actions.append(.setTimer(.reconcile, milliseconds: settings.reconcileMilliseconds))
        }
        continueRefreshing(&actions)
    }

    /// The expiry of an alias notifies nobody, so a timer stands in for it. An expiry after the next poll needs none:
    /// the poll reads when the next one is. If the alias is deleted before, the refresh finds nothing.
    private func awaitAliasExpiry(_ watermark: Watermark, _ actions: inout [Action]) {
        guard let milliseconds = watermark.aliasExpiryMilliseconds, milliseconds < settings.pollMilliseconds else {
            return
        }
        actions.append(.setTimer(.aliasExpiry, milliseconds: UInt32(clamping: milliseconds)))
    }

    /// Starts what came in meanwhile. The first doorbells of a burst are answered back to back; a flood is spaced out,
    /// so that a role that rings without end costs a bounded share of the database.
    private mutating func continueRefreshing(_ actions: inout [Action]) {
        guard wanted > .nothing else {
            burstCount = 0
            return
        }
        burstCount = burstCount == .max ? .max : burstCount + 1
        if burstCount > settings.burstCountMax {
            isSpacing = true
            actions.append(.setTimer(.spacing, milliseconds: settings.spacingMilliseconds))
        } else {
            startRefresh(&actions)
        }
    }

    /// The increment cannot be had (history pruned, table truncated, too many rows): load everything instead.
    private mutating func expireRefresh(_ reason: FullLoadReason, _ actions: inout [Action]) {
        guard endRefresh(&actions) != nil else { return }
        watermark = nil
        fullLoadReason = reason
        wanted = .fullLoad
        startRefresh(&actions)
    }

    /// The transaction failed and was rolled back; the connection lives, and so does the watermark.
    private mutating func failRefresh(_ failure: FeedFailure, _ actions: inout [Action]) {
        guard let refresh = endRefresh(&actions) else { return }
        if failure.isHoldingBack {
            // The rows that were read are not served, so no increment may be added to them: everything is read again.
            watermark = nil
            wantFullLoad(.heldBack)
            isBackingOff = true
            return retry(.retry, after: failure, \.rereadFailures, &actions)
        }
        switch refresh {
        case _ where wanted == .fullLoad: break
        case .fullLoad(let reason): wantFullLoad(reason)
        case .reconcile: return postponeReconcile(failure, &actions)
        case .increment: wanted = max(wanted, .increment)
        }
        isBackingOff = true
        retry(.retry, after: failure, \.refreshFailures, &actions)
    }

    /// Only the comparison failed, and increments may well succeed: if each doorbell became part of its next attempt,
    /// nothing would be published for as long as it fails.
    private mutating func postponeReconcile(_ failure: FeedFailure, _ actions: inout [Action]) {
        retry(.reconcile, after: failure, \.rereadFailures, &actions)
        wanted = .increment
        startRefresh(&actions)
    }

    /// An operator who asks for a reload may have repaired what was failing.
    private mutating func endBackoff(_ actions: inout [Action]) {
        guard phase == .established, isBackingOff else { return }
        isBackingOff = false
        actions.append(.cancelTimer(.retry))
    }
}
