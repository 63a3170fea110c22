/// How the feed behind a snapshot is doing.
public struct SourceState: Sendable, Hashable, BitwiseCopyable {
    public var databaseConnected: Bool
    public var isLoaded: Bool
    /// The snapshot came from an image file and the database has not confirmed it yet.
    public var fromFile: Bool
    /// When the image was last known to equal the tables, in nanoseconds of CLOCK_MONOTONIC; 0 for never. Modulo 2^64:
    /// the moment may lie before the machine started, and only a difference to now means something.
    public var lastConfirmedNanoseconds: UInt64
    /// How long the last refresh took.
    public var lastRefreshMicroseconds: UInt64
    /// How many rows the last refresh read: exchanges, symbols, aliases and deletions.
    public var lastRefreshRowCount: UInt64
    public var refreshCount: UInt64
    /// How often a full reconcile found what increments had missed.
    public var driftCount: UInt64
    /// Rows refused now.
    public var refusedCount: UInt32
    /// What was read last and is not served; nil when nothing is held back.
    public var heldBack: HeldBackLoad?
    /// What the database last said of itself; nil before it did. Kept when the connection is lost: its own time tells
    /// how old it is.
    public var health: DatabaseHealth?

    public init(
        databaseConnected: Bool = false, isLoaded: Bool = false, fromFile: Bool = false,
        lastConfirmedNanoseconds: UInt64 = 0, lastRefreshMicroseconds: UInt64 = 0, lastRefreshRowCount: UInt64 = 0,
        refreshCount: UInt64 = 0, driftCount: UInt64 = 0, refusedCount: UInt32 = 0
    ) {
        self.databaseConnected = databaseConnected
        self.isLoaded = isLoaded
        self.fromFile = fromFile
        self.lastConfirmedNanoseconds = lastConfirmedNanoseconds
        self.lastRefreshMicroseconds = lastRefreshMicroseconds
        self.lastRefreshRowCount = lastRefreshRowCount
        self.refreshCount = refreshCount
        self.driftCount = driftCount
        self.refusedCount = refusedCount
    }
}

/// A load that is held back, because serving it would lose so many symbols that it is likelier a mistake.
public struct HeldBackLoad: Sendable, Hashable, BitwiseCopyable {
    /// How many symbols and exchanges fewer there would be than are served.
    public var vanishingSymbolCount: UInt32
    public var vanishingExchangeCount: UInt32
    /// When the first of these loads was held back, in nanoseconds of CLOCK_MONOTONIC.
    public var sinceNanoseconds: UInt64

    public init(vanishingSymbolCount: UInt32, vanishingExchangeCount: UInt32, sinceNanoseconds: UInt64) {
        self.vanishingSymbolCount = vanishingSymbolCount
        self.vanishingExchangeCount = vanishingExchangeCount
        self.sinceNanoseconds = sinceNanoseconds
    }
}

/// What a database says of itself beside its rows.
public struct DatabaseHealth: Sendable, Hashable, BitwiseCopyable {
    /// From so full a queue on somebody has to look.
    public static let queueAlarmPercent = 25
    /// A transaction that writes for so long keeps the database from cleaning up what is deleted meanwhile.
    public static let writerAlarmMilliseconds: UInt64 = 60_000

    /// A transaction that has written and is not over.
    public struct Writer: Sendable, Hashable, BitwiseCopyable {
        /// The server process; nil for a prepared transaction, which has none.
        public var processId: Int32?
        public var ageMilliseconds: UInt64

        public init(processId: Int32?, ageMilliseconds: UInt64) {
            self.processId = processId
            self.ageMilliseconds = ageMilliseconds
        }
    }

    /// How full PostgreSQL's queue of notifications is, rounded down: at 100 writers fail.
    public var notificationQueuePercent: UInt8
    /// The oldest; nil when nobody writes.
    public var oldestWriter: Writer?
    /// When the database said so, in nanoseconds of CLOCK_MONOTONIC.
    public var sampledNanoseconds: UInt64

    public init(notificationQueuePercent: UInt8, oldestWriter: Writer?, sampledNanoseconds: UInt64) {
        self.notificationQueuePercent = notificationQueuePercent
        self.oldestWriter = oldestWriter
        self.sampledNanoseconds = sampledNanoseconds
    }
}
