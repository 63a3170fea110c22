// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum ServerStatus {
        @inlinable public static var frameByteCount: Int { 568 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var flags: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var sequence: Int { 32 }
        @inlinable public static var exchangeCount: Int { 40 }
        @inlinable public static var exchangeActiveCount: Int { 44 }
        @inlinable public static var symbolCount: Int { 48 }
        @inlinable public static var symbolActiveCount: Int { 52 }
        @inlinable public static var imageByteCount: Int { 56 }
        @inlinable public static var ageMilliseconds: Int { 64 }
        @inlinable public static var uptimeMilliseconds: Int { 72 }
        @inlinable public static var clientCount: Int { 80 }
        @inlinable public static var subscriberCount: Int { 84 }
        @inlinable public static var lookupCount: Int { 88 }
        @inlinable public static var hitCount: Int { 96 }
        @inlinable public static var missCount: Int { 104 }
        @inlinable public static var refreshCount: Int { 112 }
        @inlinable public static var refreshMicroseconds: Int { 120 }
        @inlinable public static var driftCount: Int { 128 }
        @inlinable public static var refusedCount: Int { 136 }
        @inlinable public static var processId: Int { 140 }
        @inlinable public static var latencyP50Nanoseconds: Int { 144 }
        @inlinable public static var latencyP99Nanoseconds: Int { 152 }
        @inlinable public static var latencyP999Nanoseconds: Int { 160 }
        @inlinable public static var rejectedCount: Int { 168 }
        @inlinable public static var pushCount: Int { 176 }
        @inlinable public static var databaseSnapshot: Range<Int> { 184..<440 }
        @inlinable public static var inactiveCount: Int { 440 }
        @inlinable public static var unknownSymbolCount: Int { 448 }
        @inlinable public static var unknownExchangeCount: Int { 456 }
        @inlinable public static var notLoadedCount: Int { 464 }
        @inlinable public static var refusedLookupCount: Int { 472 }
        @inlinable public static var refreshRowCount: Int { 480 }
        @inlinable public static var ambiguousCount: Int { 488 }
        @inlinable public static var sourceFaultMilliseconds: Int { 496 }
        @inlinable public static var imageFaultMilliseconds: Int { 504 }
        @inlinable public static var overdueMilliseconds: Int { 508 }
        @inlinable public static var vanishingSymbolCount: Int { 512 }
        @inlinable public static var vanishingExchangeCount: Int { 516 }
        @inlinable public static var heldBackMilliseconds: Int { 520 }
        @inlinable public static var notificationQueuePercent: Int { 528 }
        @inlinable public static var sourceFault: Int { 529 }
        @inlinable public static var imageFault: Int { 530 }
        @inlinable public static var padding2: Range<Int> { 531..<532 }
        @inlinable public static var oldestWriterProcessId: Int { 532 }
        @inlinable public static var oldestWriterMilliseconds: Int { 536 }
        @inlinable public static var databaseSampleMilliseconds: Int { 544 }
        @inlinable public static var changingIdCount: Int { 552 }
        @inlinable public static var neededMegabyteCount: Int { 556 }
        @inlinable public static var asOf: Int { 560 }
    }
}

/// Template 109, 568 bytes. Answers `GetStatus`. Counters count from the start of the server.
public struct ServerStatusView: MessageView {
    public typealias Layout = WireLayout.ServerStatus

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .serverStatus }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// Where the server stands.
    @inlinable public var flags: SourceFlags { SourceFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// Names this life of the server.
    @inlinable public var epoch: UInt64 { base.loadInteger(at: Layout.epoch) }
    /// Of the snapshot that is served.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// Of the last `Change`.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: Layout.sequence) }
    /// Exchanges served.
    @inlinable public var exchangeCount: UInt32 { base.loadInteger(at: Layout.exchangeCount) }
    /// Those of them that are active.
    @inlinable public var exchangeActiveCount: UInt32 { base.loadInteger(at: Layout.exchangeActiveCount) }
    /// Symbols served.
    @inlinable public var symbolCount: UInt32 { base.loadInteger(at: Layout.symbolCount) }
    /// Those of them that are active, on an active exchange.
    @inlinable public var symbolActiveCount: UInt32 { base.loadInteger(at: Layout.symbolActiveCount) }
    /// Memory that the tables take; not the size of the image that `Snapshot` names. Unit: bytes.
    @inlinable public var imageByteCount: UInt64 { base.loadInteger(at: Layout.imageByteCount) }
    /// Since the image was last known equal to the tables. Unit: ms.
    @inlinable public var ageMilliseconds: UInt64? { base.loadOptional(at: Layout.ageMilliseconds) }
    /// Since the server started. Unit: ms.
    @inlinable public var uptimeMilliseconds: UInt64 { base.loadInteger(at: Layout.uptimeMilliseconds) }
    /// Connections open.
    @inlinable public var clientCount: UInt32 { base.loadInteger(at: Layout.clientCount) }
    /// Those of them that are subscribed.
    @inlinable public var subscriberCount: UInt32 { base.loadInteger(at: Layout.subscriberCount) }
    /// Requests that looked one thing up by key or id.
    @inlinable public var lookupCount: UInt64 { base.loadInteger(at: Layout.lookupCount) }
    /// Lookups answered with an id.
    @inlinable public var hitCount: UInt64 { base.loadInteger(at: Layout.hitCount) }
    /// Lookups answered without one.
    @inlinable public var missCount: UInt64 { base.loadInteger(at: Layout.missCount) }
    /// Refreshes since the start.
    @inlinable public var refreshCount: UInt64 { base.loadInteger(at: Layout.refreshCount) }
    /// The last refresh took. Unit: µs.
    @inlinable public var refreshMicroseconds: UInt64? { base.loadOptional(at: Layout.refreshMicroseconds) }
    /// Rows that reconciling had to repair.
    @inlinable public var driftCount: UInt64 { base.loadInteger(at: Layout.driftCount) }
    /// Rows that cannot be represented.
    @inlinable public var refusedCount: UInt32 { base.loadInteger(at: Layout.refusedCount) }
    /// Of the server.
    @inlinable public var processId: UInt32 { base.loadInteger(at: Layout.processId) }
    /// From a request read to its answer written: half of them took no longer. Unit: ns.
    @inlinable public var latencyP50Nanoseconds: UInt64? { base.loadOptional(at: Layout.latencyP50Nanoseconds) }
    /// So long for 99 of 100 requests. Unit: ns.
    @inlinable public var latencyP99Nanoseconds: UInt64? { base.loadOptional(at: Layout.latencyP99Nanoseconds) }
    /// So long for 999 of 1,000 requests. Unit: ns.
    @inlinable public var latencyP999Nanoseconds: UInt64? { base.loadOptional(at: Layout.latencyP999Nanoseconds) }
    /// Requests rejected.
    @inlinable public var rejectedCount: UInt64 { base.loadInteger(at: Layout.rejectedCount) }
    /// `Change` frames pushed, each counted once for each subscriber.
    @inlinable public var pushCount: UInt64 { base.loadInteger(at: Layout.pushCount) }
    /// The pg_snapshot the image shows; empty when not loaded.
    @inlinable public var databaseSnapshot: UnsafeRawBufferPointer { base.loadText(Layout.databaseSnapshot) }
    /// Those of the hits that were answered `inactive`.
    @inlinable public var inactiveCount: UInt64 { base.loadInteger(at: Layout.inactiveCount) }
    /// Misses by kind: unknown symbol.
    @inlinable public var unknownSymbolCount: UInt64 { base.loadInteger(at: Layout.unknownSymbolCount) }
    /// Misses by kind: unknown exchange.
    @inlinable public var unknownExchangeCount: UInt64 { base.loadInteger(at: Layout.unknownExchangeCount) }
    /// Misses by kind: not loaded yet.
    @inlinable public var notLoadedCount: UInt64 { base.loadInteger(at: Layout.notLoadedCount) }
    /// Misses by kind: refused, the row cannot be represented.
    @inlinable public var refusedLookupCount: UInt64 { base.loadInteger(at: Layout.refusedLookupCount) }
    /// Rows that the last refresh read.
    @inlinable public var refreshRowCount: UInt64? { base.loadOptional(at: Layout.refreshRowCount) }
    /// Misses by kind: ambiguous, several active symbols answer to the pair or the name.
    @inlinable public var ambiguousCount: UInt64 { base.loadInteger(at: Layout.ambiguousCount) }
    /// Since the tables are not read as they should be; null while they are. Unit: ms.
    @inlinable public var sourceFaultMilliseconds: UInt64? { base.loadOptional(at: Layout.sourceFaultMilliseconds) }
    /// Since the image file is not written; null while it is. Unit: ms.
    @inlinable public var imageFaultMilliseconds: UInt32? { base.loadOptional(at: Layout.imageFaultMilliseconds) }
    /// For so long symbols that expired or were delisted are answered as if they had not, for want of memory; null when
    /// none is. Unit: ms.
    @inlinable public var overdueMilliseconds: UInt32? { base.loadOptional(at: Layout.overdueMilliseconds) }
    /// A load is held back, and would make so many symbols vanish; null when none is.
    @inlinable public var vanishingSymbolCount: UInt32? { base.loadOptional(at: Layout.vanishingSymbolCount) }
    /// So many exchanges would vanish by it.
    @inlinable public var vanishingExchangeCount: UInt32? { base.loadOptional(at: Layout.vanishingExchangeCount) }
    /// Since the first load that is held back. Unit: ms.
    @inlinable public var heldBackMilliseconds: UInt64? { base.loadOptional(at: Layout.heldBackMilliseconds) }
    /// How full PostgreSQL's queue of notifications is, rounded down; at 100 writers fail. Unit: %.
    @inlinable public var notificationQueuePercent: UInt8? { base.loadOptional(at: Layout.notificationQueuePercent) }
    /// Why the tables are not read as they should be.
    @inlinable public var sourceFault: SourceFault? { SourceFault(rawValue: base.loadInteger(at: Layout.sourceFault)) }
    /// Why the image file is not written.
    @inlinable public var imageFault: ImageFault? { ImageFault(rawValue: base.loadInteger(at: Layout.imageFault)) }
    /// The server process whose transaction has been writing for longest; null for a prepared transaction, and when
    /// nobody writes.
    @inlinable public var oldestWriterProcessId: UInt32? { base.loadOptional(at: Layout.oldestWriterProcessId) }
    /// How long that transaction has been open; null when nobody writes. Unit: ms.
    @inlinable public var oldestWriterMilliseconds: UInt64? { base.loadOptional(at: Layout.oldestWriterMilliseconds) }
    /// Since the database said so of its queue and its writers. Unit: ms.
    @inlinable public var databaseSampleMilliseconds: UInt64? {
        base.loadOptional(at: Layout.databaseSampleMilliseconds)
    }
    /// So many ids would change by the load that is held back: they would mean something else, or their key would have
    /// another.
    @inlinable public var changingIdCount: UInt32? { base.loadOptional(at: Layout.changingIdCount) }
    /// A load is held back because it would take so many million bytes of memory; null when none is for that.
    @inlinable public var neededMegabyteCount: UInt32? { base.loadOptional(at: Layout.neededMegabyteCount) }
    /// The moment of the past that is served, from an image file that was made as of it; null for the present. Unit:
    /// µs.
    @inlinable public var asOf: Int64? { base.loadOptional(at: Layout.asOf) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.databaseSnapshot, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        flags: SourceFlags,
        epoch: UInt64,
        generation: UInt64,
        sequence: UInt64,
        exchangeCount: UInt32,
        exchangeActiveCount: UInt32,
        symbolCount: UInt32,
        symbolActiveCount: UInt32,
        imageByteCount: UInt64,
        ageMilliseconds: UInt64?,
        uptimeMilliseconds: UInt64,
        clientCount: UInt32,
        subscriberCount: UInt32,
        lookupCount: UInt64,
        hitCount: UInt64,
        missCount: UInt64,
        refreshCount: UInt64,
        refreshMicroseconds: UInt64?,
        driftCount: UInt64,
        refusedCount: UInt32,
        processId: UInt32,
        latencyP50Nanoseconds: UInt64?,
        latencyP99Nanoseconds: UInt64?,
        latencyP999Nanoseconds: UInt64?,
        rejectedCount: UInt64,
        pushCount: UInt64,
        databaseSnapshot: some Collection<UInt8>,
        inactiveCount: UInt64,
        unknownSymbolCount: UInt64,
        unknownExchangeCount: UInt64,
        notLoadedCount: UInt64,
        refusedLookupCount: UInt64,
        refreshRowCount: UInt64?,
        ambiguousCount: UInt64,
        sourceFaultMilliseconds: UInt64?,
        imageFaultMilliseconds: UInt32?,
        overdueMilliseconds: UInt32?,
        vanishingSymbolCount: UInt32?,
        vanishingExchangeCount: UInt32?,
        heldBackMilliseconds: UInt64?,
        notificationQueuePercent: UInt8?,
        sourceFault: SourceFault?,
        imageFault: ImageFault?,
        oldestWriterProcessId: UInt32?,
        oldestWriterMilliseconds: UInt64?,
        databaseSampleMilliseconds: UInt64?,
        changingIdCount: UInt32?,
        neededMegabyteCount: UInt32?,
        asOf: Int64?
    ) {
        base.storeHeader(.serverStatus)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeZero(Layout.padding1)
        base.storeInteger(epoch, at: Layout.epoch)
        base.storeInteger(generation, at: Layout.generation)
        base.storeInteger(sequence, at: Layout.sequence)
        base.storeInteger(exchangeCount, at: Layout.exchangeCount)
        base.storeInteger(exchangeActiveCount, at: Layout.exchangeActiveCount)
        base.storeInteger(symbolCount, at: Layout.symbolCount)
        base.storeInteger(symbolActiveCount, at: Layout.symbolActiveCount)
        base.storeInteger(imageByteCount, at: Layout.imageByteCount)
        base.storeOptional(ageMilliseconds, at: Layout.ageMilliseconds)
        base.storeInteger(uptimeMilliseconds, at: Layout.uptimeMilliseconds)
        base.storeInteger(clientCount, at: Layout.clientCount)
        base.storeInteger(subscriberCount, at: Layout.subscriberCount)
        base.storeInteger(lookupCount, at: Layout.lookupCount)
        base.storeInteger(hitCount, at: Layout.hitCount)
        base.storeInteger(missCount, at: Layout.missCount)
        base.storeInteger(refreshCount, at: Layout.refreshCount)
        base.storeOptional(refreshMicroseconds, at: Layout.refreshMicroseconds)
        base.storeInteger(driftCount, at: Layout.driftCount)
        base.storeInteger(refusedCount, at: Layout.refusedCount)
        base.storeInteger(processId, at: Layout.processId)
        base.storeOptional(latencyP50Nanoseconds, at: Layout.latencyP50Nanoseconds)
        base.storeOptional(latencyP99Nanoseconds, at: Layout.latencyP99Nanoseconds)
        base.storeOptional(latencyP999Nanoseconds, at: Layout.latencyP999Nanoseconds)
        base.storeInteger(rejectedCount, at: Layout.rejectedCount)
        base.storeInteger(pushCount, at: Layout.pushCount)
        base.storeText(databaseSnapshot, in: Layout.databaseSnapshot)
        base.storeInteger(inactiveCount, at: Layout.inactiveCount)
        base.storeInteger(unknownSymbolCount, at: Layout.unknownSymbolCount)
        base.storeInteger(unknownExchangeCount, at: Layout.unknownExchangeCount)
        base.storeInteger(notLoadedCount, at: Layout.notLoadedCount)
        base.storeInteger(refusedLookupCount, at: Layout.refusedLookupCount)
        base.storeOptional(refreshRowCount, at: Layout.refreshRowCount)
        base.storeInteger(ambiguousCount, at: Layout.ambiguousCount)
        base.storeOptional(sourceFaultMilliseconds, at: Layout.sourceFaultMilliseconds)
        base.storeOptional(imageFaultMilliseconds, at: Layout.imageFaultMilliseconds)
        base.storeOptional(overdueMilliseconds, at: Layout.overdueMilliseconds)
        base.storeOptional(vanishingSymbolCount, at: Layout.vanishingSymbolCount)
        base.storeOptional(vanishingExchangeCount, at: Layout.vanishingExchangeCount)
        base.storeOptional(heldBackMilliseconds, at: Layout.heldBackMilliseconds)
        base.storeOptional(notificationQueuePercent, at: Layout.notificationQueuePercent)
        base.storeInteger(sourceFault?.rawValue ?? 0, at: Layout.sourceFault)
        base.storeInteger(imageFault?.rawValue ?? 0, at: Layout.imageFault)
        base.storeZero(Layout.padding2)
        base.storeOptional(oldestWriterProcessId, at: Layout.oldestWriterProcessId)
        base.storeOptional(oldestWriterMilliseconds, at: Layout.oldestWriterMilliseconds)
        base.storeOptional(databaseSampleMilliseconds, at: Layout.databaseSampleMilliseconds)
        base.storeOptional(changingIdCount, at: Layout.changingIdCount)
        base.storeOptional(neededMegabyteCount, at: Layout.neededMegabyteCount)
        base.storeOptional(asOf, at: Layout.asOf)
    }
}
