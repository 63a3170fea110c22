/// Where every field of every message lies: byte offsets from the start of its frame, the 8-byte header included, and
/// the whole frame's byte count. A text or a run of padding is a range of bytes.
///
/// `Protocol/PROTOCOL.md` and `Protocol/symbology.sbe.xml` say the same in words and in XML; tests compare the three.
/// Computed properties rather than stored ones: they are inlined into other modules as literals.
public enum WireLayout {
    public enum Header {
        @inlinable public static var blockLength: Int { 0 }
        @inlinable public static var templateId: Int { 2 }
        @inlinable public static var schemaId: Int { 4 }
        @inlinable public static var version: Int { 6 }
        @inlinable public static var byteCount: Int { 8 }
    }

    public enum ResolveSymbol {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var symbol: Range<Int> { 14..<64 }
    }

    public enum ResolvePair {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var baseAsset: Range<Int> { 14..<34 }
        @inlinable public static var quoteAsset: Range<Int> { 34..<54 }
        @inlinable public static var padding: Range<Int> { 54..<64 }
    }

    public enum ResolveExchange {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding: Range<Int> { 12..<14 }
        @inlinable public static var code: Range<Int> { 14..<64 }
    }

    public enum GetSymbol {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var symbolId: Int { 12 }
        @inlinable public static var padding: Range<Int> { 16..<64 }
    }

    public enum GetExchange {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var padding: Range<Int> { 14..<64 }
    }

    public enum ListSymbols {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var activeOnly: Int { 14 }
        @inlinable public static var padding1: Range<Int> { 15..<16 }
        @inlinable public static var afterSymbolId: Int { 16 }
        @inlinable public static var limit: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var padding2: Range<Int> { 32..<64 }
    }

    public enum ListExchanges {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var marketType: Int { 12 }
        @inlinable public static var activeOnly: Int { 13 }
        @inlinable public static var afterExchangeId: Int { 14 }
        @inlinable public static var limit: Int { 16 }
        @inlinable public static var padding1: Range<Int> { 20..<24 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var padding2: Range<Int> { 32..<64 }
    }

    public enum FindPair {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding1: Range<Int> { 12..<14 }
        @inlinable public static var baseAsset: Range<Int> { 14..<34 }
        @inlinable public static var quoteAsset: Range<Int> { 34..<54 }
        @inlinable public static var padding2: Range<Int> { 54..<64 }
    }

    public enum SearchSymbols {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var mode: Int { 14 }
        @inlinable public static var activeOnly: Int { 15 }
        @inlinable public static var limit: Int { 16 }
        @inlinable public static var text: Range<Int> { 18..<64 }
    }

    public enum Subscribe {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var flags: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var sequence: Int { 24 }
        @inlinable public static var padding2: Range<Int> { 32..<64 }
    }

    public enum Unsubscribe {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding: Range<Int> { 12..<64 }
    }

    public enum Ping {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding1: Range<Int> { 12..<16 }
        @inlinable public static var token: Int { 16 }
        @inlinable public static var padding2: Range<Int> { 24..<64 }
    }

    public enum GetStatus {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding: Range<Int> { 12..<64 }
    }

    public enum GetSnapshot {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var flags: Int { 12 }
        @inlinable public static var padding: Range<Int> { 13..<64 }
    }

    public enum BeginBatch {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var count: Int { 12 }
        @inlinable public static var padding: Range<Int> { 16..<64 }
    }

    public enum Hello {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var clientName: Range<Int> { 12..<32 }
        @inlinable public static var environment: Range<Int> { 32..<64 }
    }

    public enum ListPairs {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var venueCountMin: Int { 12 }
        @inlinable public static var activeOnly: Int { 14 }
        @inlinable public static var padding1: Range<Int> { 15..<16 }
        @inlinable public static var afterSymbolId: Int { 16 }
        @inlinable public static var limit: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var padding2: Range<Int> { 32..<64 }
    }

    public enum ListAssets {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var afterAsset: Range<Int> { 14..<34 }
        @inlinable public static var activeOnly: Int { 34 }
        @inlinable public static var padding1: Range<Int> { 35..<36 }
        @inlinable public static var limit: Int { 36 }
        @inlinable public static var expectedGeneration: Int { 40 }
        @inlinable public static var padding2: Range<Int> { 48..<64 }
    }

    public enum ListStaleSymbols {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var activeOnly: Int { 14 }
        @inlinable public static var padding1: Range<Int> { 15..<16 }
        @inlinable public static var afterSymbolId: Int { 16 }
        @inlinable public static var limit: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var notSeenSince: Int { 32 }
        @inlinable public static var padding2: Range<Int> { 40..<64 }
    }

    public enum ListRefused {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var afterKind: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<20 }
        @inlinable public static var limit: Int { 20 }
        @inlinable public static var expectedGeneration: Int { 24 }
        @inlinable public static var afterId: Int { 32 }
        @inlinable public static var padding2: Range<Int> { 40..<64 }
    }

    public enum SymbolResolution {
        @inlinable public static var frameByteCount: Int { 32 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var symbolId: Int { 16 }
        @inlinable public static var pricePrecision: Int { 20 }
        @inlinable public static var basePrecision: Int { 21 }
        @inlinable public static var quotePrecision: Int { 22 }
        @inlinable public static var padding: Range<Int> { 23..<24 }
        @inlinable public static var generation: Int { 24 }
    }

    public enum ExchangeResolution {
        @inlinable public static var frameByteCount: Int { 32 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var marketType: Int { 16 }
        @inlinable public static var precisionDefault: Int { 17 }
        @inlinable public static var padding: Range<Int> { 18..<20 }
        @inlinable public static var rateLimitRequestsPerSecond: Int { 20 }
        @inlinable public static var generation: Int { 24 }
    }

    public enum SymbolRecord {
        @inlinable public static var frameByteCount: Int { 256 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var symbolId: Int { 16 }
        @inlinable public static var pricePrecision: Int { 20 }
        @inlinable public static var basePrecision: Int { 21 }
        @inlinable public static var quotePrecision: Int { 22 }
        @inlinable public static var padding1: Range<Int> { 23..<24 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var symbol: Range<Int> { 32..<82 }
        @inlinable public static var baseAsset: Range<Int> { 82..<102 }
        @inlinable public static var quoteAsset: Range<Int> { 102..<122 }
        @inlinable public static var minOrderSizeExponent: Int { 122 }
        @inlinable public static var maxOrderSizeExponent: Int { 123 }
        @inlinable public static var tickSizeExponent: Int { 124 }
        @inlinable public static var stepSizeExponent: Int { 125 }
        @inlinable public static var padding2: Range<Int> { 126..<128 }
        @inlinable public static var minOrderSizeMantissa: Int { 128 }
        @inlinable public static var maxOrderSizeMantissa: Int { 136 }
        @inlinable public static var tickSizeMantissa: Int { 144 }
        @inlinable public static var stepSizeMantissa: Int { 152 }
        @inlinable public static var createdAt: Int { 160 }
        @inlinable public static var updatedAt: Int { 168 }
        @inlinable public static var lastSeen: Int { 176 }
        @inlinable public static var padding3: Range<Int> { 184..<256 }
    }

    public enum ExchangeRecord {
        @inlinable public static var frameByteCount: Int { 768 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var marketType: Int { 16 }
        @inlinable public static var precisionDefault: Int { 17 }
        @inlinable public static var padding1: Range<Int> { 18..<20 }
        @inlinable public static var rateLimitRequestsPerSecond: Int { 20 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var createdAt: Int { 32 }
        @inlinable public static var updatedAt: Int { 40 }
        @inlinable public static var name: Range<Int> { 48..<98 }
        @inlinable public static var enumValue: Range<Int> { 98..<148 }
        @inlinable public static var displayName: Range<Int> { 148..<248 }
        @inlinable public static var baseURL: Range<Int> { 248..<503 }
        @inlinable public static var websocketURL: Range<Int> { 503..<758 }
        @inlinable public static var padding2: Range<Int> { 758..<768 }
    }

    public enum EndOfList {
        @inlinable public static var frameByteCount: Int { 32 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var moreFollow: Int { 13 }
        @inlinable public static var padding: Range<Int> { 14..<16 }
        @inlinable public static var count: Int { 16 }
        @inlinable public static var resumeAfterId: Int { 20 }
        @inlinable public static var generation: Int { 24 }
    }

    public enum Change {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var kind: Int { 8 }
        @inlinable public static var action: Int { 9 }
        @inlinable public static var flags: Int { 10 }
        @inlinable public static var padding1: Range<Int> { 11..<12 }
        @inlinable public static var id: Int { 12 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var sequence: Int { 24 }
        @inlinable public static var generation: Int { 32 }
        @inlinable public static var padding2: Range<Int> { 40..<64 }
    }

    public enum Heartbeat {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var flags: Int { 8 }
        @inlinable public static var padding1: Range<Int> { 9..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var sequence: Int { 24 }
        @inlinable public static var generation: Int { 32 }
        @inlinable public static var ageMilliseconds: Int { 40 }
        @inlinable public static var padding2: Range<Int> { 48..<64 }
    }

    public enum Pong {
        @inlinable public static var frameByteCount: Int { 32 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var padding: Range<Int> { 12..<16 }
        @inlinable public static var token: Int { 16 }
        @inlinable public static var generation: Int { 24 }
    }

    public enum Status {
        @inlinable public static var frameByteCount: Int { 552 }
        /// As the first servers write it, without the fields from `vanishingSymbolCount` on.
        @inlinable public static var frameByteCountMin: Int { 512 }
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
        @inlinable public static var padding2: Range<Int> { 488..<512 }
        @inlinable public static var vanishingSymbolCount: Int { 512 }
        @inlinable public static var vanishingExchangeCount: Int { 516 }
        @inlinable public static var heldBackMilliseconds: Int { 520 }
        @inlinable public static var notificationQueuePercent: Int { 528 }
        @inlinable public static var padding3: Range<Int> { 529..<532 }
        @inlinable public static var oldestWriterProcessId: Int { 532 }
        @inlinable public static var oldestWriterMilliseconds: Int { 536 }
        @inlinable public static var databaseSampleMilliseconds: Int { 544 }
    }

    public enum Subscribed {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var state: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var sequence: Int { 24 }
        @inlinable public static var generation: Int { 32 }
        @inlinable public static var heartbeatMilliseconds: Int { 40 }
        @inlinable public static var padding2: Range<Int> { 44..<64 }
    }

    public enum Snapshot {
        @inlinable public static var frameByteCount: Int { 320 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var status: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 13..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var imageByteCount: Int { 32 }
        @inlinable public static var checksum: Int { 40 }
        @inlinable public static var chunkCount: Int { 48 }
        @inlinable public static var chunkByteCount: Int { 52 }
        @inlinable public static var path: Range<Int> { 56..<312 }
        @inlinable public static var sequence: Int { 312 }
    }

    public enum Welcome {
        @inlinable public static var frameByteCount: Int { 192 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var protocolVersion: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 14..<16 }
        @inlinable public static var epoch: Int { 16 }
        @inlinable public static var systemIdentifier: Int { 24 }
        @inlinable public static var generation: Int { 32 }
        @inlinable public static var heartbeatMilliseconds: Int { 40 }
        @inlinable public static var windowCountMax: Int { 44 }
        @inlinable public static var listPageCountMax: Int { 48 }
        @inlinable public static var batchCountMax: Int { 52 }
        @inlinable public static var batchMilliseconds: Int { 56 }
        @inlinable public static var idleMilliseconds: Int { 60 }
        @inlinable public static var clientCountMax: Int { 64 }
        @inlinable public static var subscriberCountMax: Int { 68 }
        @inlinable public static var requestByteCountMax: Int { 72 }
        @inlinable public static var padding2: Range<Int> { 76..<80 }
        @inlinable public static var environment: Range<Int> { 80..<112 }
        @inlinable public static var serverVersion: Range<Int> { 112..<144 }
        @inlinable public static var padding3: Range<Int> { 144..<192 }
    }

    public enum SnapshotChunk {
        @inlinable public static var frameByteCount: Int { 8224 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var chunkIndex: Int { 12 }
        @inlinable public static var byteOffset: Int { 16 }
        @inlinable public static var dataByteCount: Int { 24 }
        @inlinable public static var padding: Range<Int> { 28..<32 }
        @inlinable public static var data: Range<Int> { 32..<8224 }
    }

    public enum AssetRecord {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var padding1: Range<Int> { 14..<16 }
        @inlinable public static var asset: Range<Int> { 16..<36 }
        @inlinable public static var baseSymbolCount: Int { 36 }
        @inlinable public static var quoteSymbolCount: Int { 40 }
        @inlinable public static var padding2: Range<Int> { 44..<48 }
        @inlinable public static var generation: Int { 48 }
        @inlinable public static var padding3: Range<Int> { 56..<64 }
    }

    public enum RefusedRecord {
        @inlinable public static var frameByteCount: Int { 256 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var kind: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var id: Int { 16 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var symbol: Range<Int> { 32..<82 }
        @inlinable public static var baseAsset: Range<Int> { 82..<102 }
        @inlinable public static var quoteAsset: Range<Int> { 102..<122 }
        @inlinable public static var reason: Range<Int> { 122..<256 }
    }

    public enum Rejected {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var reason: Int { 12 }
        @inlinable public static var padding: Range<Int> { 13..<14 }
        @inlinable public static var requestTemplate: Int { 14 }
        @inlinable public static var text: Range<Int> { 16..<64 }
    }
}
