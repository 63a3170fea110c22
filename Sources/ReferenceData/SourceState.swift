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
    /// Symbols that the last load found, where so many were gone that it was held back; nil when it was not.
    public var heldBackSymbolCount: UInt32?
    /// How full PostgreSQL's queue of notifications is: at 100 writers fail.
    public var notificationQueuePercent: UInt8 = 0
    /// The server process whose transaction has been writing for longest; 0 when nobody writes.
    public var oldestWriterProcessId: Int32 = 0
    public var oldestWriterAgeMilliseconds: UInt64 = 0

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
