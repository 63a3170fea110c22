/// Intervals and deadlines of the feed, in milliseconds.
public struct RefreshSettings: Sendable, Hashable {
    /// A refresh happens at least this often, doorbell or not. So old can answers be that nothing is wrong with: it
    /// costs a round trip.
    public var pollMilliseconds: UInt32 = 2_000
    /// Everything is read and compared this often.
    public var reconcileMilliseconds: UInt32 = 300_000
    /// First delay after a failure, and the cap. Once the database is back a change is seen within 5 s, of which half a
    /// second is for connecting and loading.
    public var backoffMillisecondsMin: UInt32 = 100
    public var backoffMillisecondsMax: UInt32 = 4_500
    /// The cap where every row was read and has to be read again: a load that is held back, a comparison that failed.
    public var rereadMillisecondsMax: UInt32 = 30_000
    /// How often the listener is asked whether it is alive, and how long it may take to answer.
    public var heartbeatMilliseconds: UInt32 = 10_000
    public var listenerDeadlineMilliseconds: UInt32 = 5_000
    /// From starting to connect to a finished LISTEN.
    public var connectDeadlineMilliseconds: UInt32 = 15_000
    /// So long the database may say nothing while it is read: of a million rows the first comes within seconds. Twice
    /// as long after each time in a row that it was not enough: a slow database is not asked in vain for ever.
    public var refreshSilenceMilliseconds: UInt32 = 10_000
    /// One transaction; longer than the statement timeout of the session, which normally ends it first.
    public var refreshDeadlineMilliseconds: UInt32 = 120_000
    /// After this many refreshes without a pause each further one waits for the spacing.
    public var burstCountMax: UInt32 = 16
    public var spacingMilliseconds: UInt32 = 10

    public init() {}
}
