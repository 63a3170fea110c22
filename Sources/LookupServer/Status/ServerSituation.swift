import ReferenceData
import SymbologyWire

/// The values that a status is written from, at one moment.
struct ServerSituation {
    var snapshot: Snapshot
    var source: SourceState
    var sourceFlags: SourceFlags
    var pushedSequence: UInt64
    var statistics: ServerStatistics
    /// The percentiles 50, 99 and 99.9 of the times of requests; nil before one was measured.
    var latencyNanoseconds: [UInt64]?
    var startNanoseconds: UInt64
    var nowNanoseconds: UInt64
}

extension AnswerBuffer {
    mutating func append(_ situation: ServerSituation, requestId: UInt32) {
        let (snapshot, source, statistics) = (situation.snapshot, situation.source, situation.statistics)
        let counters = statistics.counters
        let now = situation.nowNanoseconds
        func since(_ nanoseconds: UInt64) -> UInt64 { (now &- nanoseconds) / 1_000_000 }
        let latency = situation.latencyNanoseconds
        let heldBack = source.heldBack
        let oldestWriter = source.health?.oldestWriter
        let databaseSnapshot = DatabaseSnapshotText(
            snapshot.databaseSnapshot, byteCountMax: WireLayout.ServerStatus.databaseSnapshot.count)
        ServerStatusView.write(
            to: end, requestId: requestId,
            flags: databaseSnapshot.isCut
                ? situation.sourceFlags.union(.databaseSnapshotCut) : situation.sourceFlags,
            epoch: snapshot.epoch, generation: snapshot.generation, sequence: situation.pushedSequence,
            exchangeCount: UInt32(clamping: snapshot.exchangeCount),
            exchangeActiveCount: UInt32(clamping: snapshot.activeExchangeCount),
            symbolCount: UInt32(clamping: snapshot.symbolCount),
            symbolActiveCount: UInt32(clamping: snapshot.activeSymbolCount),
            imageByteCount: UInt64(clamping: snapshot.imageByteCount),
            ageMilliseconds: ServerShared.ageMilliseconds(source),
            uptimeMilliseconds: (now - situation.startNanoseconds) / 1_000_000,
            clientCount: UInt32(clamping: statistics.clientCount),
            subscriberCount: UInt32(clamping: statistics.subscriberCount), lookupCount: counters.lookupCount,
            hitCount: counters.hitCount &+ counters.inactiveCount, missCount: counters.missCount,
            refreshCount: source.refreshCount,
            refreshMicroseconds: source.refreshCount > 0 ? source.lastRefreshMicroseconds : nil,
            driftCount: source.driftCount, refusedCount: source.refusedCount, processId: ServerShared.processId,
            latencyP50Nanoseconds: latency?[0], latencyP99Nanoseconds: latency?[1],
            latencyP999Nanoseconds: latency?[2], rejectedCount: counters.rejectedCount,
            pushCount: counters.pushCount, databaseSnapshot: databaseSnapshot.text.utf8,
            inactiveCount: counters.inactiveCount, unknownSymbolCount: counters.unknownSymbolCount,
            unknownExchangeCount: counters.unknownExchangeCount, notLoadedCount: counters.notLoadedCount,
            refusedLookupCount: counters.refusedCount,
            refreshRowCount: source.refreshCount > 0 ? source.lastRefreshRowCount : nil,
            ambiguousCount: counters.ambiguousCount,
            sourceFaultMilliseconds: source.sourceFault.map { since($0.sinceNanoseconds) },
            imageFaultMilliseconds: source.imageFault.map { UInt32(clamping: since($0.sinceNanoseconds)) },
            overdueMilliseconds: source.overdueSinceNanoseconds.map { UInt32(clamping: since($0)) },
            vanishingSymbolCount: heldBack?.vanishingSymbolCount,
            vanishingExchangeCount: heldBack?.vanishingExchangeCount,
            heldBackMilliseconds: heldBack.map { since($0.sinceNanoseconds) },
            notificationQueuePercent: source.health?.notificationQueuePercent,
            sourceFault: source.sourceFault?.kind, imageFault: source.imageFault?.kind,
            oldestWriterProcessId: oldestWriter?.processId.flatMap(UInt32.init(exactly:)),
            oldestWriterMilliseconds: oldestWriter?.ageMilliseconds,
            databaseSampleMilliseconds: source.health.map { since($0.sampledNanoseconds) },
            changingIdCount: heldBack?.changingIdCount,
            neededMegabyteCount: heldBack?.neededByteCount.map { UInt32(clamping: ($0 / 1_000_000) + 1) },
            asOf: snapshot.asOf.isAbsent ? nil : snapshot.asOf.microsecondsSince1970)
        advance(WireLayout.ServerStatus.frameByteCount)
    }
}
