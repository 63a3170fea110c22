import Platform
import PostgreSQL
import ReferenceData
import ReferenceStore

/// What a feed reads and how often.
public struct FeedConfiguration: Sendable {
    public var target: ConnectionTarget
    /// The schema of the reference tables; nil is the one in which the role's search path finds `symbols`.
    public var schema: String?
    public var refresh = RefreshSettings()
    /// An increment of more rows is loaded whole.
    public var changeCountMax = ReferenceRead.changeCountMax
    /// Per statement on the query connection; the lock on the tables has its own, shorter one.
    public var statementTimeoutMilliseconds: Int32 = 60_000
    public var lockTimeoutMilliseconds: Int32 = 2_000
    /// A load that loses more than this, or whose ids mean something else, is held back,
    public var shrink = ShrinkLimit()
    /// unless this is true.
    public var allowsShrink = false
    /// More than this is held back, whatever `allowsShrink` says.
    public var memory = MemoryLimit()
    /// Of the first load, where nothing was loaded before.
    public var firstGeneration: UInt64 = 1
    /// Whether and when images of the snapshot are made.
    public var image = ImageSettings()
    /// The time of day, which says what has expired and nothing else.
    package var wallClock: @Sendable () -> Timestamp = {
        Timestamp(microsecondsSince1970: WallClock.microseconds())
    }
    /// Of the random part of the backoff.
    public var seed: UInt64 = UInt64.random(in: .min ... .max)

    public init(target: ConnectionTarget, schema: String? = nil) {
        self.target = target
        self.schema = schema
    }
}
