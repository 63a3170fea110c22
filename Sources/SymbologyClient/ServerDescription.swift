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
