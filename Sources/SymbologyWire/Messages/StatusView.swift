/// Template 109. Answers `GetStatus`. Counters count from the start of the server.
public struct StatusView: MessageView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .status }

    @inlinable public var requestId: UInt32 { base.loadInteger(at: WireLayout.Status.requestId, as: UInt32.self) }
    /// See `WireSourceFlags`.
    @inlinable public var flags: UInt8 { base.loadInteger(at: WireLayout.Status.flags, as: UInt8.self) }
    @inlinable public var epoch: UInt64 { base.loadInteger(at: WireLayout.Status.epoch, as: UInt64.self) }
    @inlinable public var generation: UInt64 { base.loadInteger(at: WireLayout.Status.generation, as: UInt64.self) }
    /// Of the last `Change`.
    @inlinable public var sequence: UInt64 { base.loadInteger(at: WireLayout.Status.sequence, as: UInt64.self) }
    @inlinable public var exchangeCount: UInt32 {
        base.loadInteger(at: WireLayout.Status.exchangeCount, as: UInt32.self)
    }
    @inlinable public var exchangeActiveCount: UInt32 {
        base.loadInteger(at: WireLayout.Status.exchangeActiveCount, as: UInt32.self)
    }
    @inlinable public var symbolCount: UInt32 { base.loadInteger(at: WireLayout.Status.symbolCount, as: UInt32.self) }
    @inlinable public var symbolActiveCount: UInt32 {
        base.loadInteger(at: WireLayout.Status.symbolActiveCount, as: UInt32.self)
    }
    @inlinable public var imageByteCount: UInt64 {
        base.loadInteger(at: WireLayout.Status.imageByteCount, as: UInt64.self)
    }
    /// Since the image was last known equal to the tables. Null is `WireNull.uint64`.
    @inlinable public var ageMilliseconds: UInt64 {
        base.loadInteger(at: WireLayout.Status.ageMilliseconds, as: UInt64.self)
    }
    @inlinable public var uptimeMilliseconds: UInt64 {
        base.loadInteger(at: WireLayout.Status.uptimeMilliseconds, as: UInt64.self)
    }
    @inlinable public var clientCount: UInt32 { base.loadInteger(at: WireLayout.Status.clientCount, as: UInt32.self) }
    @inlinable public var subscriberCount: UInt32 {
        base.loadInteger(at: WireLayout.Status.subscriberCount, as: UInt32.self)
    }
    @inlinable public var lookupCount: UInt64 { base.loadInteger(at: WireLayout.Status.lookupCount, as: UInt64.self) }
    @inlinable public var hitCount: UInt64 { base.loadInteger(at: WireLayout.Status.hitCount, as: UInt64.self) }
    @inlinable public var missCount: UInt64 { base.loadInteger(at: WireLayout.Status.missCount, as: UInt64.self) }
    @inlinable public var refreshCount: UInt64 { base.loadInteger(at: WireLayout.Status.refreshCount, as: UInt64.self) }
    /// The last refresh took. Null is `WireNull.uint64`.
    @inlinable public var refreshMicroseconds: UInt64 {
        base.loadInteger(at: WireLayout.Status.refreshMicroseconds, as: UInt64.self)
    }
    /// Rows that reconciling had to repair.
    @inlinable public var driftCount: UInt64 { base.loadInteger(at: WireLayout.Status.driftCount, as: UInt64.self) }
    /// Rows that cannot be represented.
    @inlinable public var refusedCount: UInt32 { base.loadInteger(at: WireLayout.Status.refusedCount, as: UInt32.self) }
    @inlinable public var processId: UInt32 { base.loadInteger(at: WireLayout.Status.processId, as: UInt32.self) }
    /// From a request read to its answer written. Null is `WireNull.uint64`.
    @inlinable public var latencyP50Nanoseconds: UInt64 {
        base.loadInteger(at: WireLayout.Status.latencyP50Nanoseconds, as: UInt64.self)
    }
    /// Null is `WireNull.uint64`.
    @inlinable public var latencyP99Nanoseconds: UInt64 {
        base.loadInteger(at: WireLayout.Status.latencyP99Nanoseconds, as: UInt64.self)
    }
    /// Null is `WireNull.uint64`.
    @inlinable public var latencyP999Nanoseconds: UInt64 {
        base.loadInteger(at: WireLayout.Status.latencyP999Nanoseconds, as: UInt64.self)
    }
    /// Requests rejected.
    @inlinable public var rejectedCount: UInt64 {
        base.loadInteger(at: WireLayout.Status.rejectedCount, as: UInt64.self)
    }
    /// Frames pushed to subscribers.
    @inlinable public var pushCount: UInt64 { base.loadInteger(at: WireLayout.Status.pushCount, as: UInt64.self) }
    /// The pg_snapshot the image shows; empty when not loaded.
    @inlinable public var databaseSnapshot: UnsafeRawBufferPointer { base.loadText(WireLayout.Status.databaseSnapshot) }
    /// Those of the hits that were answered `inactive`.
    @inlinable public var inactiveCount: UInt64 {
        base.loadInteger(at: WireLayout.Status.inactiveCount, as: UInt64.self)
    }
    /// Misses by kind, from here on.
    @inlinable public var unknownSymbolCount: UInt64 {
        base.loadInteger(at: WireLayout.Status.unknownSymbolCount, as: UInt64.self)
    }
    @inlinable public var unknownExchangeCount: UInt64 {
        base.loadInteger(at: WireLayout.Status.unknownExchangeCount, as: UInt64.self)
    }
    @inlinable public var notLoadedCount: UInt64 {
        base.loadInteger(at: WireLayout.Status.notLoadedCount, as: UInt64.self)
    }
    @inlinable public var refusedLookupCount: UInt64 {
        base.loadInteger(at: WireLayout.Status.refusedLookupCount, as: UInt64.self)
    }
    /// Rows that the last refresh read. Null is `WireNull.uint64`.
    @inlinable public var refreshRowCount: UInt64 {
        base.loadInteger(at: WireLayout.Status.refreshRowCount, as: UInt64.self)
    }

    /// Whether the frame holds the fields from `vanishingSymbolCount` on; an older server's ends before them, and then
    /// they are null.
    @inlinable public var hasDatabaseHealth: Bool {
        FrameHeaderView(base).frameByteCount >= WireLayout.Status.frameByteCount
    }
    /// Symbols that the load which is held back would make vanish. Null is `WireNull.uint32`: none is held back.
    @inlinable public var vanishingSymbolCount: UInt32 {
        hasDatabaseHealth
            ? base.loadInteger(at: WireLayout.Status.vanishingSymbolCount, as: UInt32.self) : WireNull.uint32
    }
    /// Exchanges that it would make vanish. Null is `WireNull.uint32`.
    @inlinable public var vanishingExchangeCount: UInt32 {
        hasDatabaseHealth
            ? base.loadInteger(at: WireLayout.Status.vanishingExchangeCount, as: UInt32.self) : WireNull.uint32
    }
    /// Since the first of these loads. Null is `WireNull.uint64`.
    @inlinable public var heldBackMilliseconds: UInt64 {
        hasDatabaseHealth
            ? base.loadInteger(at: WireLayout.Status.heldBackMilliseconds, as: UInt64.self) : WireNull.uint64
    }
    /// How full PostgreSQL's queue of notifications is, from 0 to 100, rounded down. Null is `WireNull.uint8`.
    @inlinable public var notificationQueuePercent: UInt8 {
        hasDatabaseHealth
            ? base.loadInteger(at: WireLayout.Status.notificationQueuePercent, as: UInt8.self) : WireNull.uint8
    }
    /// The server process whose transaction has been writing for longest. Null is `WireNull.uint32`: nobody writes or,
    /// with an age, a prepared transaction, which has no process.
    @inlinable public var oldestWriterProcessId: UInt32 {
        hasDatabaseHealth
            ? base.loadInteger(at: WireLayout.Status.oldestWriterProcessId, as: UInt32.self) : WireNull.uint32
    }
    /// How long that transaction has been open. Null is `WireNull.uint64`: nobody writes.
    @inlinable public var oldestWriterMilliseconds: UInt64 {
        hasDatabaseHealth
            ? base.loadInteger(at: WireLayout.Status.oldestWriterMilliseconds, as: UInt64.self) : WireNull.uint64
    }
    /// Since the database said so about its queue and its writers. Null is `WireNull.uint64`.
    @inlinable public var databaseSampleMilliseconds: UInt64 {
        hasDatabaseHealth
            ? base.loadInteger(at: WireLayout.Status.databaseSampleMilliseconds, as: UInt64.self) : WireNull.uint64
    }

    public func fault() -> RejectReason? {
        guard base.isZero(WireLayout.Status.padding1) else { return .paddingNotZero }
        if let reason = base.textFault(WireLayout.Status.databaseSnapshot, mayBeEmpty: true) { return reason }
        guard base.isZero(WireLayout.Status.padding2) else { return .paddingNotZero }
        guard !hasDatabaseHealth || base.isZero(WireLayout.Status.padding3) else { return .paddingNotZero }
        return nil
    }
}

/// Writes template 109. A new writer clears the frame's 552 bytes and sets every field that can be null to null;
/// setters fill it.
public struct StatusWriter {
    public let base: UnsafeMutableRawPointer

    @inlinable
    public init(_ base: UnsafeMutableRawPointer, requestId: UInt32) {
        self.base = base
        base.storeZero(0..<WireLayout.Status.frameByteCount)
        base.storeHeader(.status)
        base.storeInteger(requestId, at: WireLayout.Status.requestId)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.ageMilliseconds)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.refreshMicroseconds)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.latencyP50Nanoseconds)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.latencyP99Nanoseconds)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.latencyP999Nanoseconds)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.refreshRowCount)
        base.storeInteger(WireNull.uint32, at: WireLayout.Status.vanishingSymbolCount)
        base.storeInteger(WireNull.uint32, at: WireLayout.Status.vanishingExchangeCount)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.heldBackMilliseconds)
        base.storeInteger(WireNull.uint8, at: WireLayout.Status.notificationQueuePercent)
        base.storeInteger(WireNull.uint32, at: WireLayout.Status.oldestWriterProcessId)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.oldestWriterMilliseconds)
        base.storeInteger(WireNull.uint64, at: WireLayout.Status.databaseSampleMilliseconds)
    }

    @inlinable public func setFlags(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.Status.flags)
    }
    @inlinable public func setEpoch(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.epoch)
    }
    @inlinable public func setGeneration(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.generation)
    }
    @inlinable public func setSequence(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.sequence)
    }
    @inlinable public func setExchangeCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.exchangeCount)
    }
    @inlinable public func setExchangeActiveCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.exchangeActiveCount)
    }
    @inlinable public func setSymbolCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.symbolCount)
    }
    @inlinable public func setSymbolActiveCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.symbolActiveCount)
    }
    @inlinable public func setImageByteCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.imageByteCount)
    }
    @inlinable public func setAgeMilliseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.ageMilliseconds)
    }
    @inlinable public func setUptimeMilliseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.uptimeMilliseconds)
    }
    @inlinable public func setClientCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.clientCount)
    }
    @inlinable public func setSubscriberCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.subscriberCount)
    }
    @inlinable public func setLookupCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.lookupCount)
    }
    @inlinable public func setHitCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.hitCount)
    }
    @inlinable public func setMissCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.missCount)
    }
    @inlinable public func setRefreshCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.refreshCount)
    }
    @inlinable public func setRefreshMicroseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.refreshMicroseconds)
    }
    @inlinable public func setDriftCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.driftCount)
    }
    @inlinable public func setRefusedCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.refusedCount)
    }
    @inlinable public func setProcessId(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.processId)
    }
    @inlinable public func setLatencyP50Nanoseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.latencyP50Nanoseconds)
    }
    @inlinable public func setLatencyP99Nanoseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.latencyP99Nanoseconds)
    }
    @inlinable public func setLatencyP999Nanoseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.latencyP999Nanoseconds)
    }
    @inlinable public func setRejectedCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.rejectedCount)
    }
    @inlinable public func setPushCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.pushCount)
    }
    @inlinable public func setDatabaseSnapshot(_ text: some Collection<UInt8>) {
        base.storeText(text, in: WireLayout.Status.databaseSnapshot)
    }
    @inlinable public func setInactiveCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.inactiveCount)
    }
    @inlinable public func setUnknownSymbolCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.unknownSymbolCount)
    }
    @inlinable public func setUnknownExchangeCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.unknownExchangeCount)
    }
    @inlinable public func setNotLoadedCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.notLoadedCount)
    }
    @inlinable public func setRefusedLookupCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.refusedLookupCount)
    }
    @inlinable public func setRefreshRowCount(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.refreshRowCount)
    }
    @inlinable public func setVanishingSymbolCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.vanishingSymbolCount)
    }
    @inlinable public func setVanishingExchangeCount(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.vanishingExchangeCount)
    }
    @inlinable public func setHeldBackMilliseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.heldBackMilliseconds)
    }
    @inlinable public func setNotificationQueuePercent(_ value: UInt8) {
        base.storeInteger(value, at: WireLayout.Status.notificationQueuePercent)
    }
    @inlinable public func setOldestWriterProcessId(_ value: UInt32) {
        base.storeInteger(value, at: WireLayout.Status.oldestWriterProcessId)
    }
    @inlinable public func setOldestWriterMilliseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.oldestWriterMilliseconds)
    }
    @inlinable public func setDatabaseSampleMilliseconds(_ value: UInt64) {
        base.storeInteger(value, at: WireLayout.Status.databaseSampleMilliseconds)
    }
}
