import ReferenceStore

extension RefreshMachine {
    mutating func beginSession(_ actions: inout [Action]) {
        phase = .connecting(listener: nil, query: nil)
        actions.append(.connect(.listener))
        actions.append(.connect(.query))
        actions.append(.setTimer(.connectDeadline, milliseconds: settings.connectDeadlineMilliseconds))
    }

    mutating func connected(_ role: ConnectionRole, _ identity: ServerIdentity, _ actions: inout [Action]) {
        if phase == .established { return reconnectedListener(identity, &actions) }
        guard case .connecting(var listener, var query) = phase else { return }
        if identity.isInRecovery {
            return loseSession(.inRecovery(role), &actions)
        }
        switch role {
        case .listener: listener = identity
        case .query: query = identity
        }
        phase = .connecting(listener: listener, query: query)
        guard let listener, let query else { return }
        // A doorbell of one server says nothing about the tables of another.
        guard listener == query else {
            return loseSession(.differentServers(listener: listener, query: query), &actions)
        }
        server = query
        phase = .subscribing
        actions.append(.listen)
    }

    /// LISTEN is in force, which does not prove that notifications arrive: a pooler in transaction mode accepts LISTEN
    /// and delivers none. So one is sent.
    mutating func listening(_ actions: inout [Action]) {
        if isPolling { return probeListener(&actions) }
        guard phase == .subscribing else { return }
        phase = .probing(isRung: false, isHeard: false)
        awaitsListener = true
        actions.append(.ringProbe)
        actions.append(.setTimer(.listenerDeadline, milliseconds: settings.listenerDeadlineMilliseconds))
    }

    /// The notification of a probe was sent, or has arrived.
    mutating func probe(_ event: Event, _ actions: inout [Action]) {
        switch phase {
        case .probing(var isRung, var isHeard):
            if event == .probeRung { isRung = true } else { isHeard = true }
            phase = .probing(isRung: isRung, isHeard: isHeard)
            // Both, because the query connection is free again only when its statement is over.
            if isRung, isHeard { establish(&actions) }
        case .established:
            guard event == .probeHeard, awaitsListener else { return }
            awaitsListener = false
            actions.append(.cancelTimer(.listenerDeadline))
            if isPolling { endPolling(&actions) }
        default: break
        }
    }

    mutating func establish(_ actions: inout [Action]) {
        phase = .established
        awaitsListener = false
        actions.append(.cancelTimer(.listenerDeadline))
        actions.append(.cancelTimer(.connectDeadline))
        actions.append(.sessionEstablished)
        // The first heartbeat comes soon: it brings the first figures of the database's health.
        actions.append(
            .setTimer(.heartbeat, milliseconds: min(Self.firstHeartbeatMilliseconds, settings.heartbeatMilliseconds)))
        fullLoadReason = .connected
        wanted = .fullLoad
        startRefresh(&actions)
    }

    /// Drops both connections and everything that was known through them.
    mutating func loseSession(_ failure: FeedFailure, _ actions: inout [Action]) {
        guard phase != .stopped, phase != .waiting else { return }
        let wasEstablished = phase == .established
        clearSession(&actions)
        phase = .waiting
        if wasEstablished { actions.append(.sessionLost(failure)) }
        retry(.retry, after: failure, \.sessionFailures, &actions)
    }

    mutating func stop(_ actions: inout [Action]) {
        guard phase != .stopped else { return }
        clearSession(&actions)
        phase = .stopped
    }

    private mutating func clearSession(_ actions: inout [Action]) {
        inFlight = nil
        wanted = .nothing
        watermark = nil
        isBackingOff = false
        isSpacing = false
        burstCount = 0
        refreshFailures = FailureStreak(settings)
        rereadFailures = FailureStreak(rereading: settings)
        listenFailures = FailureStreak(settings)
        isPolling = false
        awaitsListener = false
        actions.append(.disconnectAll)
        actions.append(.cancelAllTimers)
    }

    mutating func fired(_ timer: RefreshTimer, _ actions: inout [Action]) {
        switch timer {
        case .retry:
            if phase == .waiting { return beginSession(&actions) }
            isBackingOff = false
            startRefresh(&actions)
        case .relisten:
            reconnectListener(&actions)
        case .spacing:
            isSpacing = false
            startRefresh(&actions)
        case .poll, .aliasExpiry:
            want(.increment, &actions)
        case .reconcile:
            want(.reconcile, &actions)
        case .heartbeat:
            beatListener(&actions)
        case .connectDeadline:
            switch phase {
            case .connecting, .subscribing, .probing: loseSession(.deadlinePassed("connecting"), &actions)
            default: break
            }
        case .refreshDeadline:
            if inFlight != nil { loseSession(.deadlinePassed("loading"), &actions) }
        // `FeedCore` says how long the silence lasts: `querySilent`.
        case .refreshSilence: break
        case .listenerDeadline:
            guard awaitsListener else { return }
            if isPolling { return refuseListen(.deadlinePassed("listening"), &actions) }
            loseSession(phase == .established ? .deadlinePassed("listening") : .deaf, &actions)
        }
    }

    /// A half-open or stopped listener is silent for ever and looks exactly like a quiet table: ask it now and then.
    private mutating func beatListener(_ actions: inout [Action]) {
        guard phase == .established else { return }
        // The session has lasted from one heartbeat to the next: after its loss the delays begin short again.
        if refreshFailures.count == 0, !awaitsListener { sessionFailures = FailureStreak(settings) }
        actions.append(.setTimer(.heartbeat, milliseconds: settings.heartbeatMilliseconds))
        guard !awaitsListener, !isPolling else { return }
        probeListener(&actions)
    }

    mutating func probeListener(_ actions: inout [Action]) {
        awaitsListener = true
        actions.append(.probeListener)
        actions.append(.setTimer(.listenerDeadline, milliseconds: settings.listenerDeadlineMilliseconds))
    }

    // MARK: - Retries and reports

    /// Counts a failure, sets the timer of the next attempt, and reports the failure when it is a new one, then at the
    /// 2nd, 4th, 8th … in a row, so that a database that is away for a night leaves a handful of lines.
    mutating func retry(
        _ timer: RefreshTimer, after failure: FeedFailure,
        _ failures: WritableKeyPath<RefreshMachine, FailureStreak>, _ actions: inout [Action]
    ) {
        var streak = self[keyPath: failures]
        let delay = streak.fail(failure, using: &generator)
        self[keyPath: failures] = streak
        let count = streak.count
        let isNew = lastReported.map { !$0.failure.isSameKind(as: failure) } ?? true
        if isNew || count & (count &- 1) == 0 {
            actions.append(.report(.retrying(failure, attempt: count, retryMilliseconds: delay)))
        }
        lastReported = (failure, count)
        actions.append(.setTimer(timer, milliseconds: delay))
    }

    mutating func reportRecovery(_ actions: inout [Action]) {
        guard let last = lastReported else { return }
        lastReported = nil
        actions.append(.report(.recovered(after: last.count)))
    }
}
