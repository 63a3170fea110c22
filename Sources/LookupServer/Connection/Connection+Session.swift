import ReferenceData
import SymbologyWire

// Requests about the connection itself. Their fields are checked, and the answer buffer has room for their answer. They
// tell what is so now, within a batch too: a subscription begins at the sequence of now, whatever generation lookups
// are pinned to.

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
        let writer = WelcomeWriter(serving.answers.end, requestId: request.requestId)
        writer.setProtocolVersion(WireLimits.version)
        writer.setEpoch(serving.snapshot.epoch)
        let systemIdentifier = serving.shared.systemIdentifier.load(ordering: .relaxed)
        if systemIdentifier != 0 { writer.setSystemIdentifier(systemIdentifier) }
        writer.setGeneration(serving.snapshot.generation)
        writer.setHeartbeatMilliseconds(UInt32(clamping: limits.heartbeatMilliseconds))
        writer.setWindowCountMax(UInt32(clamping: limits.requestsInFlightMax))
        writer.setListPageCountMax(UInt32(clamping: limits.listPageMax))
        writer.setBatchCountMax(UInt32(clamping: limits.batchCountMax))
        writer.setBatchMilliseconds(UInt32(clamping: limits.batchMilliseconds))
        if limits.idleMilliseconds > 0 { writer.setIdleMilliseconds(UInt32(clamping: limits.idleMilliseconds)) }
        writer.setClientCountMax(UInt32(clamping: limits.clientCountMax))
        writer.setSubscriberCountMax(UInt32(clamping: limits.subscriberCountMax))
        writer.setRequestByteCountMax(UInt32(WireLimits.requestByteCountMax))
        writer.setEnvironment(configuration.environment.utf8)
        writer.setServerVersion(configuration.serverVersion.utf8)
        serving.answers.advance(WireLayout.Welcome.frameByteCount)
    }

    private func beginBatch(_ request: BeginBatchView) {
        let isGranted = Int(request.count) <= serving.limits.batchCountMax
        endBatch()
        if isGranted { beginBatch(count: Int(request.count)) }
        serving.answers.appendEndOfList(
            requestId: request.requestId, status: isGranted ? .ok : .limitReached,
            count: isGranted ? Int(request.count) : 0, moreFollow: false, generation: serving.snapshot.generation)
    }

    private func subscribe(_ request: SubscribeView) {
        guard serving.subscribe(self) else {
            serving.resolver.reject(.limitReached, request.base, into: &serving.answers)
            return
        }
        setSubscribed(wantsRecords: request.flags & WireSubscribeFlags.withRecords != 0)
        let last = serving.pushedSequence
        let seen = request.sequence
        let missed =
            request.epoch == serving.snapshot.epoch
            ? serving.publisher.history(after: seen, through: last) : nil
        SubscribedView.write(
            to: serving.answers.end, requestId: request.requestId,
            state: missed == nil ? WireSubscriptionState.everything : WireSubscriptionState.resumed,
            epoch: serving.snapshot.epoch, sequence: missed == nil ? last : seen,
            generation: serving.snapshot.generation,
            heartbeatMilliseconds: UInt32(clamping: serving.limits.heartbeatMilliseconds))
        serving.answers.advance(WireLayout.Subscribed.frameByteCount)
        serving.shared.onEvent(.subscribed(id: id, resumed: missed != nil))
        guard let missed, !missed.isEmpty else { return }
        // The request's bytes may be gone after this: writing can find the peer gone.
        flush()
        for batch in missed { push(batch, after: seen) }
    }

    private func unsubscribe(_ request: UnsubscribeView) {
        serving.unsubscribe(self)
        SubscribedView.write(
            to: serving.answers.end, requestId: request.requestId, state: WireSubscriptionState.unsubscribed,
            epoch: serving.snapshot.epoch, sequence: serving.pushedSequence, generation: serving.snapshot.generation,
            heartbeatMilliseconds: UInt32(clamping: serving.limits.heartbeatMilliseconds))
        serving.answers.advance(WireLayout.Subscribed.frameByteCount)
    }

    private func answerStatus(_ requestId: UInt32) {
        let shared = serving.shared
        let snapshot = serving.snapshot
        let source = serving.source
        // Every thread's histogram is added up.
        serving.resolver.charge(lookedAtCount: shared.latencies.count * LatencySamples.bucketCount)
        shared.counters[serving.index].store(serving.resolver.counters)
        let statistics = shared.statistics
        let writer = StatusWriter(serving.answers.end, requestId: requestId)
        writer.setEpoch(snapshot.epoch)
        writer.setGeneration(snapshot.generation)
        writer.setSequence(serving.pushedSequence)
        writer.setExchangeCount(UInt32(clamping: snapshot.exchangeCount))
        writer.setExchangeActiveCount(UInt32(clamping: snapshot.activeExchangeCount))
        writer.setSymbolCount(UInt32(clamping: snapshot.symbolCount))
        writer.setSymbolActiveCount(UInt32(clamping: snapshot.activeSymbolCount))
        writer.setImageByteCount(UInt64(clamping: snapshot.imageByteCount))
        if let age = ServerShared.ageMilliseconds(source) { writer.setAgeMilliseconds(age) }
        writer.setUptimeMilliseconds((ServerShared.nowNanoseconds() - shared.startNanoseconds) / 1_000_000)
        writer.setClientCount(UInt32(clamping: statistics.clientCount))
        writer.setSubscriberCount(UInt32(clamping: statistics.subscriberCount))
        writer.setLookupCount(statistics.lookupCount)
        writer.setHitCount(statistics.hitCount &+ statistics.inactiveCount)
        writer.setMissCount(statistics.missCount)
        writer.setInactiveCount(statistics.inactiveCount)
        writer.setUnknownSymbolCount(statistics.unknownSymbolCount)
        writer.setUnknownExchangeCount(statistics.unknownExchangeCount)
        writer.setNotLoadedCount(statistics.notLoadedCount)
        writer.setRefusedLookupCount(statistics.refusedCount)
        if let latency = LatencySamples.percentiles([0.5, 0.99, 0.999], of: shared.latencies) {
            writer.setLatencyP50Nanoseconds(latency[0])
            writer.setLatencyP99Nanoseconds(latency[1])
            writer.setLatencyP999Nanoseconds(latency[2])
        }
        writer.setRefreshCount(source.refreshCount)
        if source.refreshCount > 0 {
            writer.setRefreshMicroseconds(source.lastRefreshMicroseconds)
            writer.setRefreshRowCount(source.lastRefreshRowCount)
        }
        writer.setDriftCount(source.driftCount)
        writer.setRefusedCount(source.refusedCount)
        writer.setProcessId(ServerShared.processId)
        writer.setRejectedCount(statistics.rejectedCount)
        writer.setPushCount(statistics.pushCount)
        writer.set(source, nowNanoseconds: ServerShared.nowNanoseconds())
        let databaseSnapshot = DatabaseSnapshotText(
            snapshot.databaseSnapshot, byteCountMax: WireLayout.Status.databaseSnapshot.count)
        writer.setDatabaseSnapshot(databaseSnapshot.text.utf8)
        writer.setFlags(serving.sourceFlags | (databaseSnapshot.isCut ? WireSourceFlags.databaseSnapshotCut : 0))
        serving.answers.advance(WireLayout.Status.frameByteCount)
    }
}

/// A `pg_snapshot` as far as a frame holds it: `xmin:xmax:running`, without the running ones where they do not fit.
struct DatabaseSnapshotText {
    let text: String
    let isCut: Bool

    init(_ full: String, byteCountMax: Int) {
        isCut = full.utf8.count > byteCountMax
        guard isCut else {
            text = full
            return
        }
        let bounds = full.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).prefix(2)
        let short = bounds.joined(separator: ":") + ":"
        text = short.utf8.count <= byteCountMax ? short : ""
    }
}
