/// How the feed behind a snapshot is doing.
public struct SourceState: Sendable, Hashable, BitwiseCopyable {
    public var databaseConnected: Bool
    public var isLoaded: Bool
    /// The snapshot came from an image file and the database has not confirmed it yet.
    public var fromFile: Bool
    /// When the image was last known to equal the tables, in nanoseconds of CLOCK_MONOTONIC; 0 for never. Modulo 2^64:
    /// the moment may lie before the machine started, and only a difference to now means something.
    public var lastConfirmedNanoseconds: UInt64 = 0
    /// How long the last refresh took.
    public var lastRefreshMicroseconds: UInt64 = 0
    /// How many rows the last refresh read: exchanges, symbols, aliases and deletions.
    public var lastRefreshRowCount: UInt64 = 0
    public var refreshCount: UInt64 = 0
    /// How often a full reconcile found what increments had missed.
    public var driftCount: UInt64 = 0
    /// Rows refused now.
    public var refusedCount: UInt32 = 0
    /// The last load, if it is held back and not served; nil otherwise.
    public var heldBack: HeldBackLoad?
    /// The snapshot comes from another database than the ones before it, and its ids mean the same; until somebody has
    /// looked.
    public var isDatabaseReplaced = false
    /// Why the tables are not read as they should be; nil while they are, and where a load is held back.
    public var sourceFault: LastingFault<SourceFault>?
    /// Why the image file is not written; nil while it is.
    public var imageFault: LastingFault<ImageFault>?
    /// Since when, in nanoseconds of CLOCK_MONOTONIC, symbols that expired or were delisted are answered as if they had
    /// not, because there is no memory to say so; nil when none is.
    public var overdueSinceNanoseconds: UInt64?
    /// The database's last report on itself; nil before the first. Kept when the connection is lost: its own time tells
    /// how old it is.
    public var health: DatabaseHealth?

    public init(databaseConnected: Bool = false, isLoaded: Bool = false, fromFile: Bool = false) {
        self.databaseConnected = databaseConnected
        self.isLoaded = isLoaded
        self.fromFile = fromFile
    }
}
