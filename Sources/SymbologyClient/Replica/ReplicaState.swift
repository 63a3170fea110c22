import ReferenceData

/// How far what a replica answers from can be trusted.
public enum ReplicaState: UInt8, Sendable, Hashable, CaseIterable {
    /// Nothing was loaded yet: every lookup answers `notLoaded`.
    case notLoaded
    /// It follows the server: every change that the server pushed is in the answers.
    case live
    /// Changes may be missing: the connection is lost, the server is silent, or what was missed is being caught up
    /// with. The answers are those of the last state known.
    case stale
    /// The answers come from an image file that no database has confirmed: the replica's own, because no server
    /// answers, or the server's, because its database does not. An image of a past time (`asOf`) stays so.
    case fromFile
}

/// The status of a replica at one moment.
public struct ReplicaStatus: Sendable, Hashable {
    /// How far its answers can be trusted.
    public var state = ReplicaState.notLoaded
    /// The server's life that the answers belong to; generations compare only within it.
    public var epoch: UInt64 = 0
    /// The generation of the tables that it answers from.
    public var generation: UInt64 = 0
    /// The past time whose state it answers from, in an image made with `symbology image --as-of`; absent where it
    /// answers from the present one.
    public var asOf = Timestamp.absent
    /// Symbols that resolve to a record.
    public var symbolCount = 0
    /// Since the answers were last known equal to the tables; nil when nobody knows.
    public var ageMilliseconds: UInt64?
    /// Images taken over from the server.
    public var imageCount: UInt64 = 0
    /// Images that were mapped files; the others came as bytes.
    public var mappedImageCount: UInt64 = 0
    /// Images that were saved to `imagePath`.
    public var savedImageCount: UInt64 = 0
    /// Subscriptions that began: one for each connection, and one for each time changes were missed.
    public var subscriptionCount: UInt64 = 0
    /// Main images rewritten in this process because too much had changed since.
    public var rewriteCount: UInt64 = 0
    /// Why there is no connection; nil while there is one.
    public var failure: ClientError?
    /// Whether the server has its tables from the database, as it said last; nil while there is no connection.
    public var isServerLoaded: Bool?
    /// Whether the server's connection to its database stood, as it said last; nil while there is no connection to the
    /// server, which tells at once when it has lost the database.
    public var isDatabaseConnected: Bool?
    /// Why the last image could not be used, or saved, in words.
    public var imageProblem: String?

    /// The status of a replica that has heard of nothing yet.
    public init() {}
}
