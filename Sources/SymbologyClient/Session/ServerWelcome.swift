/// The server's identity and limits, as it names them on connecting.
public struct ServerWelcome: Sendable, Hashable {
    /// The environment that it serves, for example "production".
    public var environment: String
    /// The version of the server's program.
    public var serverVersion: String
    /// The version of the protocol that it speaks.
    public var protocolVersion: UInt16
    /// Names this life of the server; generations compare only within it.
    public var epoch: UInt64
    /// The generation of the tables that it served when it said so.
    public var generation: UInt64
    /// Of the PostgreSQL cluster; nil while the server has not reached it.
    public var systemIdentifier: UInt64?
    /// The longest silence between two pushes to a subscriber; 0 is no promise.
    public var heartbeatMilliseconds: Int
    /// The most requests that may be in flight on one connection.
    public var windowCountMax: Int
    /// The most records in one page of a list.
    public var listPageCountMax: Int
    /// The most requests in one batch, whose answers are of one generation.
    public var batchCountMax: Int
    /// How long a batch keeps its generation.
    public var batchMilliseconds: Int
    /// How long a connection may ask for nothing before the server closes it; nil when idle connections stay.
    public var idleMilliseconds: Int?
    /// The most clients that the server accepts at once.
    public var clientCountMax: Int
    /// The most of them that may be subscribed at once.
    public var subscriberCountMax: Int
    /// The longest request frame that the server accepts.
    public var requestByteCountMax: Int
    /// How long a request may stay unfinished before the server closes the connection.
    public var frameMilliseconds: Int
    /// How long a client may take nothing of what waits for it before the server resets the connection.
    public var unreadMilliseconds: Int
    /// How long an image may be on its way before the server resets the connection.
    public var imageMilliseconds: Int
}
