import ReferenceData

/// How a server stands: what `symbology status` shows. Counters count from the start of the server.
public struct ServerStatus: Sendable, Hashable {
    /// Whether the server's connection to the database stands.
    public var isDatabaseConnected: Bool
    /// Whether there are tables to answer from.
    public var isLoaded: Bool
    /// Whether the tables came from an image file that the database has not confirmed yet.
    public var isFromFile: Bool
    /// Names this life of the server; generations and sequences compare only within it.
    public var epoch: UInt64
    /// The generation of the tables that are served.
    public var generation: UInt64
    /// Of the last change that was pushed; 0 before the first.
    public var sequence: UInt64
    /// Exchanges that are served, inactive ones too.
    public var exchangeCount: Int
    /// Exchanges that are active.
    public var exchangeActiveCount: Int
    /// Symbols that are served, inactive ones too.
    public var symbolCount: Int
    /// Symbols that are active.
    public var symbolActiveCount: Int
    /// Bytes of the image that is served.
    public var imageByteCount: UInt64
    /// Since the image was last known equal to the tables; nil when it never was.
    public var ageMilliseconds: UInt64?
    /// Since the server started.
    public var uptimeMilliseconds: UInt64
    /// Clients that are connected now.
    public var clientCount: Int
    /// Clients that are subscribed.
    public var subscriberCount: Int
    /// Lookups answered, by key and by code.
    public var lookupCount: UInt64
    /// Lookups answered with an id.
    public var hitCount: UInt64
    /// Lookups answered without an id.
    public var missCount: UInt64
    /// Hits whose symbol or exchange is inactive.
    public var inactiveCount: UInt64
    /// Misses whose symbol is unknown.
    public var unknownSymbolCount: UInt64
    /// Misses whose exchange is unknown.
    public var unknownExchangeCount: UInt64
    /// Misses before the first load.
    public var notLoadedCount: UInt64
    /// Misses whose row cannot be represented.
    public var refusedLookupCount: UInt64
    /// Misses by kind: several active symbols answer to the pair or the name.
    public var ambiguousCount: UInt64
    /// Requests that were rejected.
    public var rejectedCount: UInt64
    /// Frames pushed to subscribers.
    public var pushCount: UInt64
    /// Times that the tables were read.
    public var refreshCount: UInt64
    /// How long the last refresh took; nil when there was none.
    public var refreshMicroseconds: UInt64?
    /// How many rows it read; nil when there was none.
    public var refreshRowCount: UInt64?
    /// Rows that a full comparison found different from what was served.
    public var driftCount: UInt64
    /// Rows that cannot be represented.
    public var refusedCount: Int
    /// The server's process.
    public var processId: UInt32
    /// Half of the lookups took no longer than this; nil when not measured.
    public var latencyP50Nanoseconds: UInt64?
    /// 99 of 100 lookups took no longer than this; nil when not measured.
    public var latencyP99Nanoseconds: UInt64?
    /// 999 of 1,000 lookups took no longer than this; nil when not measured.
    public var latencyP999Nanoseconds: UInt64?
    /// The `pg_snapshot` the image shows; empty when not loaded.
    public var databaseSnapshot: String
    /// Whether its list of running transactions did not fit and was left out.
    public var isDatabaseSnapshotCut: Bool
    /// Whether the tables come from another database than before, with no id changed, and no operator has looked yet.
    public var isDatabaseReplaced: Bool
    /// Whether the server is to record metrics in its database, and cannot.
    public var isMetricsUnwritten: Bool
    /// A load that is not served because it would lose most of the symbols, or change ids, or take more memory than
    /// there is; nil when there is none.
    public var heldBack: HeldBack?
    /// Why the tables are not read as they should be, and since when; nil while they are, and where a load is held
    /// back.
    public var sourceFault: Fault<SourceFault>?
    /// Why the image file is not written, and since when; nil while it is.
    public var imageFault: Fault<ImageFault>?
    /// For how long symbols that expired or were delisted are answered as if they had not, because the server has no
    /// memory to say so; nil when none is.
    public var overdueMilliseconds: UInt64?
    /// Nil when the database has not said, or the server is too old to say it on.
    public var database: Database?
    /// The moment of the past that is served, from an image file that was made as of it: no database is followed then.
    /// Absent for the present.
    public var asOf: Timestamp

    /// A load that is held back: how much of what is served it would lose or change.
    public struct HeldBack: Sendable, Hashable {
        /// Symbols that would vanish.
        public var vanishingSymbolCount: Int
        /// Exchanges that would vanish.
        public var vanishingExchangeCount: Int
        /// Ids that would mean something else, or be gone while their key goes on under another.
        public var changingIdCount: Int
        /// The memory that it would take, in millions of bytes, where that is more than the server may take; nil where
        /// it is held back for what would vanish or change.
        public var neededMegabyteCount: Int?
        /// Since the first load that was held back.
        public var milliseconds: UInt64
    }

    /// Something that goes wrong again and again, until it is mended.
    public struct Fault<Kind: Sendable & Hashable>: Sendable, Hashable {
        /// Nil for one that this version does not know.
        public var kind: Kind?
        /// Since it began.
        public var milliseconds: UInt64
    }

    /// The database's state, as it reported it.
    public struct Database: Sendable, Hashable {
        /// How full PostgreSQL's queue of notifications is, rounded down: at 100 writers fail.
        public var notificationQueuePercent: Int
        /// Nil when nobody writes.
        public var oldestWriter: Writer?
        /// How long ago that was.
        public var sampleMilliseconds: UInt64
    }

    /// A transaction that has written and is not over.
    public struct Writer: Sendable, Hashable {
        /// Nil for a prepared transaction.
        public var processId: UInt32?
        /// Since it began.
        public var milliseconds: UInt64
    }
}
