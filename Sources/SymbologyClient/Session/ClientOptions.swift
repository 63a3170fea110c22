/// How a client connects and how long it waits.
public struct ClientOptions: Sendable, Hashable {
    /// Names the client in the server's logs; at most 20 bytes.
    public var clientName = ""
    /// The environment that the server must serve, for example "production"; nil accepts any. At most 32 bytes.
    public var environment: String?
    /// How long connecting may take, `Hello` and `Welcome` included.
    public var connectTimeoutMilliseconds = 5_000
    /// How long one call may take, reconnecting included.
    public var requestTimeoutMilliseconds = 5_000
    /// Whether a call that finds the connection lost connects again and asks again; lookups can be repeated without
    /// harm.
    public var reconnects = true
    /// Pauses between attempts to connect again double from the first to the longest.
    public var backoffMillisecondsMin = 10
    public var backoffMillisecondsMax = 2_000
    /// Reads without sleeping: a core for the shortest round trip.
    public var isBusyPolling = false

    public init() {}

    public init(environment: String?, clientName: String = "") {
        self.environment = environment
        self.clientName = clientName
    }
}
