/// A database's report on its own state.
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
