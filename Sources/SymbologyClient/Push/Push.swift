import ReferenceData

/// A message that a server sends to a subscribed client unasked.
public enum Push: Sendable, Hashable {
    /// A row was added, modified or deleted, or everything was.
    case change(ReferencePush)
    /// The server is alive, and nothing may have changed.
    case heartbeat(HeartbeatPush)
    /// Pushes were lost: treat everything held as changed.
    case missed(MissedPushes)
    /// The subscription stands, anew after the connection was lost.
    case subscribed(Subscription)
}

/// One row that was added, modified or deleted, or everything.
public struct ReferencePush: Sendable, Hashable {
    /// The row, and the action on it.
    public var change: ReferenceChange
    /// The server's life that sequence and generation belong to.
    public var epoch: UInt64
    /// Numbers the changes of one epoch without a hole.
    public var sequence: UInt64
    /// The first generation that shows the change; the server serves it already.
    public var generation: UInt64
    /// Whether no further change of this generation follows.
    public var isLastOfGeneration: Bool
    /// The row, when it was asked for and still exists.
    public var record: PushedRecord?
    /// Whether the row's newest version was refused and `record` is the last good one.
    public var isLastGood = false
}

/// The row that a change left behind.
public enum PushedRecord: Sendable, Hashable {
    /// The symbol, and the flags of an answer about it.
    case symbol(SymbolRecord, flags: ResolutionFlags)
    /// The exchange.
    case exchange(Exchange)
}

/// The server is alive.
public struct HeartbeatPush: Sendable, Hashable {
    /// The server's life that sequence and generation belong to.
    public var epoch: UInt64
    /// The sequence of the last change.
    public var sequence: UInt64
    /// The generation of the tables that are served.
    public var generation: UInt64
    /// Since the image was last known equal to the tables; nil when it never was.
    public var ageMilliseconds: UInt64?
    /// Whether the server's connection to the database stands.
    public var isDatabaseConnected: Bool
    /// Whether the server has tables to answer from.
    public var isLoaded: Bool
    /// Whether they came from an image file that the database has not confirmed yet.
    public var isFromFile: Bool
}

/// Where a subscription begins.
public struct Subscription: Sendable, Hashable {
    /// Whether the server continued after the sequence that was named, so that nothing was missed.
    public var isResumed: Bool
    /// The server's life that sequence and generation belong to.
    public var epoch: UInt64
    /// The next change has the following one.
    public var sequence: UInt64
    /// The generation of the tables that are served.
    public var generation: UInt64
    /// The longest silence between two pushes.
    public var heartbeatMilliseconds: Int
}

/// Why pushes were, or may have been, lost.
public enum MissedPushes: Sendable, Hashable {
    /// The sequence has a hole.
    case gap(expectedSequence: UInt64, sequence: UInt64)
    /// Another life of the server: generations and sequences begin anew.
    case newEpoch(UInt64)
    /// The connection broke, or was given up.
    case connectionLost(ClientError)
    /// Nothing came for several heartbeat intervals; the connection stands.
    case silence(milliseconds: Int)
    /// More pushes came than the client keeps while it is not asked for them.
    case overflow
}
