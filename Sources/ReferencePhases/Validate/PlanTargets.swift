/// What the plan promises of speed and size, as `validate --phase 3` and `4` judge it.
public struct PlanTargets: Sendable {
    /// One lookup in the cache, on average.
    public var cacheLookupNanoseconds: UInt64 = 1_000
    /// Reading the tables and building the image; of more than 10,000 symbols as much for each 10,000.
    public var cacheLoadMilliseconds: UInt64 = 100
    /// Of the image; of more than 10,000 symbols as much for each 10,000.
    public var cacheByteCount = 10_000_000
    /// One lookup straight in the database, on average.
    public var databaseLookupMicroseconds: UInt64 = 1_000
    /// The newest quote of every symbol.
    public var latestMilliseconds: UInt64 = 100
    /// A query of one symbol's quotes.
    public var queryMilliseconds: UInt64 = 5
    public var balanceMilliseconds: UInt64 = 5
    public var orderMilliseconds: UInt64 = 10
    public var arbitrageMilliseconds: UInt64 = 100
    public var crossVenueMilliseconds: UInt64 = 200
    public var healthMilliseconds: UInt64 = 50

    public init() {}
}
