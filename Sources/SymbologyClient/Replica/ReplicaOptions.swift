/// How a replica connects, how long it waits, and where it keeps an image for bad times.
public struct ReplicaOptions: Sendable, Hashable {
    /// Names the client in the server's logs; at most 20 bytes.
    public var clientName = ""
    /// The environment that the server must serve, for example "production"; nil accepts any. At most 32 bytes.
    public var environment: String?
    /// An image file to start from while no server answers: the server's own on the same host, or one that this
    /// replica keeps. It is read, not mapped, so that whatever is copied over it changes no answer. The replica keeps
    /// each image that it takes over there, and at its end what it held then; the folder must exist. The server's own
    /// is never written. An image of a past time is answered from for good, and no server is followed. Nil starts with
    /// nothing.
    public var imagePath: String?
    /// Whether the file that a server on a Unix socket names is mapped. Otherwise its bytes are asked for.
    public var mapsImages = true
    /// How long connecting may take, `Hello` and `Welcome` included.
    public var connectTimeoutMilliseconds = 5_000
    /// How long one answer, or the next piece of an image, may take.
    public var requestTimeoutMilliseconds = 5_000
    /// The longest first pause between attempts to connect, or to get an image; each further one is twice as long, and
    /// chance shortens each by up to half.
    public var backoffMillisecondsMin = 10
    /// The longest pause there is.
    public var backoffMillisecondsMax = 2_000
    /// Heartbeat intervals without any push after which the replica is stale; at least 1. After twice as many it
    /// connects anew.
    public var silentHeartbeatCountMax = 3

    /// Options that accept any server and keep no image.
    public init() {}

    /// Options that accept the servers of one environment only, or of any (nil).
    public init(environment: String?, clientName: String = "", imagePath: String? = nil) {
        self.environment = environment
        self.clientName = clientName
        self.imagePath = imagePath
    }

    var clientOptions: ClientOptions {
        var options = ClientOptions(environment: environment, clientName: clientName)
        options.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        options.requestTimeoutMilliseconds = requestTimeoutMilliseconds
        options.backoffMillisecondsMin = backoffMillisecondsMin
        options.backoffMillisecondsMax = backoffMillisecondsMax
        return options
    }
}
