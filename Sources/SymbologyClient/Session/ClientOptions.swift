import Platform

/// How a client connects and how long it waits.
///
/// ```swift
/// var options = ClientOptions(environment: "production", clientName: "quoter")
/// options.requestTimeoutMilliseconds = 50
/// let client = try LookupClient(.unix(path: "/run/symbology/symbology.sock"), options: options)
/// ```
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
    /// The longest first pause between attempts to connect again; each further one is twice as long, and chance
    /// shortens each by up to half.
    public var backoffMillisecondsMin = 10
    /// The longest pause there is.
    public var backoffMillisecondsMax = 2_000
    /// Reads without sleeping: a core for the shortest round trip.
    public var isBusyPolling = false

    /// Options that accept any server.
    public init() {}

    /// Options that accept the servers of one environment only, or of any (nil).
    public init(environment: String?, clientName: String = "") {
        self.environment = environment
        self.clientName = clientName
    }

    var backoff: Backoff { Backoff(millisecondsMin: backoffMillisecondsMin, millisecondsMax: backoffMillisecondsMax) }
}
