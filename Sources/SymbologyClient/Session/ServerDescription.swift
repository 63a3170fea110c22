import ReferenceData

/// Who answers, and its limits: what the server says of itself on connecting.
public struct ServerWelcome: Sendable, Hashable {
    public var environment: String
    public var serverVersion: String
    public var protocolVersion: UInt16
    /// Names this life of the server; generations compare only within it.
    public var epoch: UInt64
    public var generation: UInt64
    /// Of the PostgreSQL cluster; nil while the server has not reached it.
    public var systemIdentifier: UInt64?
    public var heartbeatMilliseconds: Int
    /// Requests in flight.
    public var windowCountMax: Int
    public var listPageCountMax: Int
    public var batchCountMax: Int
    public var batchMilliseconds: Int
    /// Nil when idle connections stay.
    public var idleMilliseconds: Int?
    public var clientCountMax: Int
    public var subscriberCountMax: Int
    public var requestByteCountMax: Int
}

/// What `status` shows. Counters count from the start of the server.
public struct ServerStatus: Sendable, Hashable {
    public var isDatabaseConnected: Bool
    public var isLoaded: Bool
    /// The image came from a file and was not confirmed by the database yet.
    public var isFromFile: Bool
    public var epoch: UInt64
    public var generation: UInt64
    public var sequence: UInt64
    public var exchangeCount: Int
    public var exchangeActiveCount: Int
    public var symbolCount: Int
    public var symbolActiveCount: Int
    public var imageByteCount: UInt64
    /// Since the image was last known equal to the tables; nil when it never was.
    public var ageMilliseconds: UInt64?
    public var uptimeMilliseconds: UInt64
    public var clientCount: Int
    public var subscriberCount: Int
    public var lookupCount: UInt64
    /// Lookups answered with an id, and those answered without.
    public var hitCount: UInt64
    public var missCount: UInt64
    /// Those of the hits whose symbol or exchange is inactive.
    public var inactiveCount: UInt64
    /// The misses by kind.
    public var unknownSymbolCount: UInt64
    public var unknownExchangeCount: UInt64
    public var notLoadedCount: UInt64
    public var refusedLookupCount: UInt64
    public var rejectedCount: UInt64
    public var pushCount: UInt64
    public var refreshCount: UInt64
    /// How long the last refresh took; nil when there was none.
    public var refreshMicroseconds: UInt64?
    /// How many rows it read.
    public var refreshRowCount: UInt64?
    public var driftCount: UInt64
    /// Rows that cannot be represented.
    public var refusedCount: Int
    public var processId: UInt32
    /// Nil when not measured.
    public var latencyP50Nanoseconds: UInt64?
    public var latencyP99Nanoseconds: UInt64?
    public var latencyP999Nanoseconds: UInt64?
    /// The `pg_snapshot` the image shows; empty when not loaded.
    public var databaseSnapshot: String
    /// Whether its list of running transactions did not fit and was left out.
    public var isDatabaseSnapshotCut: Bool
    /// A load that is not served because it would lose most of the symbols; nil when there is none.
    public var heldBack: HeldBack?
    /// Nil when the database has not said, or the server is too old to say it on.
    public var database: Database?

    /// What is held back would leave so many fewer than are served.
    public struct HeldBack: Sendable, Hashable {
        public var vanishingSymbolCount: Int
        public var vanishingExchangeCount: Int
        /// Since the first load that was held back.
        public var milliseconds: UInt64
    }

    /// What the database said of itself.
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
        public var milliseconds: UInt64
    }
}

/// The server's image file, for clients of the same host.
public struct ServerImage: Sendable, Hashable {
    public var epoch: UInt64
    public var generation: UInt64
    public var byteCount: UInt64
    public var checksum: UInt64?
    /// Absolute; empty when there is no file.
    public var path: String
}

/// A row of the database that cannot be served as it stands, and why.
public struct RefusedListing: Sendable, Hashable {
    /// `exchange` or `symbol`.
    public var table: ReferenceKind
    /// As the database has it, in range or not.
    public var id: Int64
    /// The symbol's exchange; nil where that cannot be represented, and for exchanges.
    public var exchangeId: UInt16?
    /// The row's own names; empty where they cannot be represented.
    public var symbol: String
    public var baseAsset: String
    public var quoteAsset: String
    /// The column and what is wrong with it.
    public var reason: String
    /// The reason was longer than the protocol carries.
    public var isReasonCut: Bool
    /// The row's last good record is served in its place.
    public var isLastGoodServed: Bool
}

/// Some refused rows, and whether more follow.
public struct RefusedPage: Sendable, Hashable {
    public var status: ResolutionStatus
    public var rows: [RefusedListing]
    public var hasMore: Bool

    public init(status: ResolutionStatus = .ok, rows: [RefusedListing] = [], hasMore: Bool = false) {
        self.status = status
        self.rows = rows
        self.hasMore = hasMore
    }
}
