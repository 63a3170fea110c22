import Glibc
import ReferenceData
import SymbologyWire

extension LookupClient {
    /// Heartbeat intervals without any push after which the silence is reported.
    public static let silentHeartbeatCountMax = 3

    /// Subscribes to every change from now on. Then take pushes with `nextPush`; other calls may come between.
    ///
    /// - Parameter withRecords: changes carry the row they left behind.
    @discardableResult
    public func subscribe(withRecords: Bool = false) throws(ClientError) -> Subscription {
        let subscription = try perform { (session, deadline) throws(ClientError) in
            try session.subscribe(withRecords: withRecords, epoch: 0, sequence: 0, by: deadline)
        }
        subscriptionOptions = SubscriptionOptions(
            withRecords: withRecords, epoch: subscription.epoch, sequence: subscription.sequence,
            heartbeatMilliseconds: subscription.heartbeatMilliseconds, backoff: Backoff(options))
        return subscription
    }

    public func unsubscribe() throws(ClientError) {
        subscriptionOptions = nil
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
        while subscriptionOptions != nil {
            if let notice = takeNotice() { return notice }
            do {
                guard isConnected || awaitAttempt(by: deadline) else { return nil }
                let session = try connect(by: .never)
                if let notice = takeNotice() { return notice }
                return try nextPush(session, by: deadline)
            } catch {
                drop(after: error)
                guard options.reconnects, error.isWorthAnotherAttempt else { throw error }
                if let due = subscriptionOptions?.backoff.next() { subscriptionOptions?.attemptDue = due }
            }
        }
        return nil
    }

    private func takeNotice() -> Push? { subscriptionOptions?.notices.popFirst() }

    /// Waits until the next attempt to connect is due. False when the deadline passed first.
    private func awaitAttempt(by deadline: Deadline) -> Bool {
        guard let due = subscriptionOptions?.attemptDue else { return false }
        let end = due.earlier(deadline)
        while !end.isOver { poll(nil, 0, end.pollMilliseconds) }
        return due.isOver
    }

    private func nextPush(_ session: Session, by deadline: Deadline) throws(ClientError) -> Push? {
        guard let subscription = subscriptionOptions else { return nil }
        let silence = subscription.heartbeatMilliseconds
            .multipliedReportingOverflow(by: Self.silentHeartbeatCountMax).partialValue
        let silent =
            silence > 0 && !subscription.isSilent
            ? Deadline.after(milliseconds: silence, since: subscription.lastHeard) : .never
        // What has arrived is read first, however late the caller comes.
        if try session.awaitPushes(by: silent.earlier(deadline)), let push = session.pushes.next() {
            subscriptionOptions?.isSilent = false
            subscriptionOptions?.lastHeard = Deadline.now()
            subscriptionOptions?.backoff = Backoff(options)
            return push
        }
        guard silent.isOver else { return nil }
        subscriptionOptions?.isSilent = true
        return .missed(.silence(milliseconds: silence))
    }

    /// Takes the subscription over to a new connection.
    func resubscribe(_ session: Session, by deadline: Deadline) throws(ClientError) {
        guard var options = subscriptionOptions else { return }
        let subscription = try session.subscribe(
            withRecords: options.withRecords, epoch: options.epoch, sequence: options.sequence, by: deadline)
        if subscription.epoch != options.epoch { options.notices.append(.missed(.newEpoch(subscription.epoch))) }
        options.notices.append(.subscribed(subscription))
        (options.epoch, options.sequence) = (subscription.epoch, subscription.sequence)
        options.heartbeatMilliseconds = subscription.heartbeatMilliseconds
        (options.lastHeard, options.isSilent) = (Deadline.now(), false)
        subscriptionOptions = options
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
