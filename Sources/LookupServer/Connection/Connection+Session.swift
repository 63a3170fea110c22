import ReferenceData
import SymbologyWire

// Requests about the connection itself. Their fields are checked, and the answer buffer has room for their answer. They
// are answered from the newest snapshot, within a batch too: a subscription begins at the newest sequence, whatever
// generation lookups are pinned to.

extension Connection {
    func answerSession(_ template: Template, _ frame: UnsafeRawPointer) {
        serving.answers.answerCount += 1
        switch template {
        case .hello: welcome(HelloView(frame))
        case .subscribe: subscribe(SubscribeView(frame))
        case .unsubscribe: unsubscribe(UnsubscribeView(frame))
        case .beginBatch: beginBatch(BeginBatchView(frame))
        case .getStatus: answerStatus(FrameHeaderView(frame).requestId)
        case .getSnapshot: answerSnapshot(GetSnapshotView(frame))
        default: serving.resolver.reject(.unsupportedTemplate, frame, into: &serving.answers)
        }
    }

    private func welcome(_ request: HelloView) {
        let configuration = serving.shared.configuration
        let name = String(decoding: request.clientName, as: UTF8.self)
        if !name.isEmpty { serving.shared.onEvent(.clientNamed(id: id, name: name)) }
        let environment = request.environment
        guard environment.isEmpty || environment.elementsEqual(configuration.environment.utf8) else {
            serving.resolver.reject(.environmentMismatch, request.base, into: &serving.answers)
            return endAfterAnswers(.environmentMismatch)
        }
        let limits = serving.limits
        let systemIdentifier = serving.shared.systemIdentifier.load(ordering: .relaxed)
        WelcomeView.write(
            to: serving.answers.end, requestId: request.requestId, protocolVersion: WireLimits.version,
            epoch: serving.snapshot.epoch, systemIdentifier: systemIdentifier == 0 ? nil : systemIdentifier,
            generation: serving.snapshot.generation,
            heartbeatMilliseconds: UInt32(clamping: limits.heartbeatMilliseconds),
            windowCountMax: UInt32(clamping: limits.requestsInFlightMax),
            listPageCountMax: UInt32(clamping: limits.listPageMax),
            batchCountMax: UInt32(clamping: limits.batchCountMax),
            batchMilliseconds: UInt32(clamping: limits.batchMilliseconds),
            idleMilliseconds: limits.idleMilliseconds > 0 ? UInt32(clamping: limits.idleMilliseconds) : nil,
            clientCountMax: UInt32(clamping: limits.clientCountMax),
            subscriberCountMax: UInt32(clamping: limits.subscriberCountMax),
            requestByteCountMax: UInt32(WireLimits.requestByteCountMax), environment: configuration.environment.utf8,
            serverVersion: configuration.serverVersion.utf8,
            frameMilliseconds: UInt32(clamping: limits.unfinishedFrameMilliseconds),
            unreadMilliseconds: UInt32(clamping: limits.unreadMilliseconds),
            imageMilliseconds: UInt32(clamping: limits.imageMilliseconds))
        serving.answers.advance(WireLayout.Welcome.frameByteCount)
    }

    private func beginBatch(_ request: BeginBatchView) {
        let count = Int(request.count)
        let status: ResolutionStatus =
            !serving.snapshot.isLoaded ? .notLoaded : count <= serving.limits.batchCountMax ? .ok : .limitReached
        endBatch()
        if status == .ok, count > 0 { beginBatch(count: count) }
        serving.answers.appendEndOfList(
            requestId: request.requestId, status: status, count: status == .ok ? count : 0, moreFollow: false,
            generation: serving.snapshot.generation)
    }

    private func subscribe(_ request: SubscribeView) {
        guard serving.subscribe(self) else {
            serving.resolver.reject(.limitReached, request.base, into: &serving.answers)
            return
        }
        subscription = request.flags.contains(.withRecords) ? .changesWithRecords : .changes
        let last = serving.pushedSequence
        let seen = request.sequence
        let isResumed =
            request.epoch == serving.snapshot.epoch && serving.history.reaches(from: seen, through: last)
        pushedSequence = isResumed ? seen : last
        appendSubscribed(request.requestId, isResumed ? .resumed : .everything, sequence: pushedSequence)
        serving.shared.onEvent(.subscribed(id: id, resumed: isResumed))
        guard isBehind else { return }
        // The request's bytes may be gone after this: writing can find the peer gone.
        flush()
        pushOn()
    }

    private func unsubscribe(_ request: UnsubscribeView) {
        // Who resumes after it must not miss what the subscriber was still to be handed.
        let last = subscription == nil ? serving.pushedSequence : pushedSequence
        serving.unsubscribe(self)
        appendSubscribed(request.requestId, .unsubscribed, sequence: last)
    }

    private func appendSubscribed(_ requestId: UInt32, _ subscriptionState: SubscriptionState, sequence: UInt64) {
        SubscribedView.write(
            to: serving.answers.end, requestId: requestId, state: subscriptionState, epoch: serving.snapshot.epoch,
            sequence: sequence, generation: serving.snapshot.generation,
            heartbeatMilliseconds: UInt32(clamping: serving.limits.heartbeatMilliseconds))
        serving.answers.advance(WireLayout.Subscribed.frameByteCount)
    }
}
