import ReferenceStore

// PostgreSQL keeps notifications of all databases in one queue, and LISTEN reads what lies in it. Where an entry is so
// old that the memory of its transaction is gone (SQLSTATE 58P01), LISTEN fails until the queue has moved on. The
// tables can be read all the same: so they are, often, until LISTEN works.
extension RefreshMachine {
    /// LISTEN is refused: goes on without a listener, and tries again after a while.
    mutating func refuseListen(_ failure: FeedFailure, _ actions: inout [Action]) {
        switch phase {
        case .subscribing:
            isPolling = true
            actions.append(.disconnectListener)
            establish(&actions)
        case .established where isPolling:
            actions.append(.disconnectListener)
            actions.append(.cancelTimer(.listenerDeadline))
            awaitsListener = false
        default: return
        }
        retry(.relisten, after: failure, \.listenFailures, &actions)
    }

    mutating func reconnectListener(_ actions: inout [Action]) {
        guard phase == .established, isPolling else { return }
        awaitsListener = true
        actions.append(.connect(.listener))
        actions.append(.setTimer(.listenerDeadline, milliseconds: settings.connectDeadlineMilliseconds))
    }

    mutating func reconnectedListener(_ identity: ServerIdentity, _ actions: inout [Action]) {
        guard isPolling, let server else { return }
        guard identity == server else {
            return loseSession(.differentServers(listener: identity, query: server), &actions)
        }
        actions.append(.listen)
    }

    /// Notifications arrive again; those of before were made up for by polling, but for what came since the last poll.
    mutating func endPolling(_ actions: inout [Action]) {
        isPolling = false
        listenFailures = FailureStreak(settings)
        if refreshFailures.count == 0, rereadFailures.count == 0 { reportRecovery(&actions) }
        want(.increment, &actions)
    }
}
