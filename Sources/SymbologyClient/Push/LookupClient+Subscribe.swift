import Glibc
import Platform
import ReferenceData
import SymbologyWire

extension LookupClient {
    /// Heartbeat intervals without any push after which the silence is reported.
    public static let silentHeartbeatCountMax = 3

    /// Subscribes to every change from now on. Then take pushes with `nextPush`; other calls may come between.
    ///
    /// One round trip. A connection that is lost later is no error of the subscription: see `nextPush`.
    ///
    /// ```swift
    /// try client.subscribe(withRecords: true)
    /// while let push = try client.nextPush() {
    ///     switch push {
    ///     case .change(let change): print(change.change.kind, change.change.id, "of generation", change.generation)
    ///     case .missed: reloadEverything()
    ///     case .heartbeat, .subscribed: break
    ///     }
    /// }
    /// ```
    ///
    /// - Parameter withRecords: changes carry the row they left behind.
    @discardableResult
    public func subscribe(withRecords: Bool = false) throws(ClientError) -> Subscription {
        let subscription = try perform { (session, deadline) throws(ClientError) in
            try session.subscribe(withRecords: withRecords, after: PushPosition(), by: deadline)
        }
        resumable = ResumableSubscription(
            withRecords: withRecords, position: subscription.position,
            heartbeatMilliseconds: subscription.heartbeatMilliseconds, backoff: options.backoff)
        return subscription
    }

    /// Ends the subscription; pushes that were not taken are dropped. One round trip.
    public func unsubscribe() throws(ClientError) {
        resumable = nil
        try perform { (session, deadline) throws(ClientError) in try session.unsubscribe(by: deadline) }
    }

    /// The next push, in order; nil when none came in time, or when nothing is subscribed. Nil for the time waits for
    /// ever.
    ///
    /// A lost connection is first a push (`missed`), then, in later calls, connecting again with backoff, subscribing
    /// and `subscribed`; a server that is full is tried again like one that is away. During a pause of the backoff a
    /// call waits as it does for a push: with 0 it returns at once. An attempt is not cut short by the time given here,
    /// or whoever polls would never be connected again: it takes `connectTimeoutMilliseconds` at most, which an engine
    /// that polls with 0 sets to what it can bear.
    ///
    /// Throws when the server cannot be what was subscribed to: another environment, another protocol; and every error
    /// when the options forbid reconnecting.
    public func nextPush(timeoutMilliseconds: Int? = nil) throws(ClientError) -> Push? {
        let deadline = timeoutMilliseconds.map { Deadline.after(milliseconds: $0) } ?? .never
        while resumable != nil {
            if let notice = takeNotice() { return notice }
            do {
                guard isConnected || awaitAttempt(by: deadline) else { return nil }
                let session = try connect(by: .never)
                if let notice = takeNotice() { return notice }
                return try nextPush(session, by: deadline)
            } catch {
                drop(after: error)
                guard options.reconnects, error.isWorthAnotherAttempt else { throw error }
                if let due = resumable?.backoff.next() { resumable?.attemptDue = due }
            }
        }
        return nil
    }

    private func takeNotice() -> Push? { resumable?.notices.popFirst() }

    /// Waits until the next attempt to connect is due. False when the deadline passed first.
    private func awaitAttempt(by deadline: Deadline) -> Bool {
        guard let due = resumable?.attemptDue else { return false }
        let end = due.earlier(deadline)
        while !end.isOver { poll(nil, 0, end.pollMilliseconds) }
        return due.isOver
    }

    private func nextPush(_ session: Session, by deadline: Deadline) throws(ClientError) -> Push? {
        guard let subscription = resumable else { return nil }
        let silence = subscription.heartbeatMilliseconds
            .multipliedReportingOverflow(by: Self.silentHeartbeatCountMax).partialValue
        let silent =
            silence > 0 && !subscription.isSilent
            ? Deadline.after(milliseconds: silence, since: subscription.lastHeard) : .never
        // Pushes that have arrived are read first, even after the deadline.
        if try session.awaitPushes(by: silent.earlier(deadline)), let push = session.pushes.next() {
            resumable?.isSilent = false
            resumable?.lastHeard = MonotonicClock.nanoseconds()
            resumable?.backoff.reset()
            return push
        }
        guard silent.isOver else { return nil }
        resumable?.isSilent = true
        return .missed(.silence(milliseconds: silence))
    }

    /// Takes the subscription over to a new connection.
    func resubscribe(_ session: Session, by deadline: Deadline) throws(ClientError) {
        guard var resumed = resumable else { return }
        let subscription = try session.subscribe(
            withRecords: resumed.withRecords, after: resumed.position, by: deadline)
        if subscription.epoch != resumed.position.epoch {
            resumed.notices.append(.missed(.newEpoch(subscription.epoch)))
        }
        resumed.notices.append(.subscribed(subscription))
        resumed.position = subscription.position
        resumed.heartbeatMilliseconds = subscription.heartbeatMilliseconds
        (resumed.lastHeard, resumed.isSilent) = (MonotonicClock.nanoseconds(), false)
        resumable = resumed
    }
}

extension ClientError {
    /// Whether a subscription waits for better times instead of ending with it.
    fileprivate var isWorthAnotherAttempt: Bool {
        switch self {
        case .timeout: true
        case .rejected(_, let reason, _): isConnectionLost || reason == .tooManyClients || reason == .limitReached
        default: isConnectionLost
        }
    }
}
