import EventLoop

/// How a server is to serve.
public struct LookupServerConfiguration: Sendable {
    /// Where to listen, all at once. TCP port 0 lets the system choose.
    public var addresses: [SocketAddress]
    /// Sockets that listen already, handed over by whoever started the process; accepted on besides `addresses`.
    public var inheritedSockets: [InheritedSocket] = []
    /// Serving threads, each with a loop of its own.
    public var threadCount = 1
    /// Spin the loops instead of sleeping: the lowest latency, at the price of one core a thread.
    public var busyPoll = false
    /// Allow TCP addresses that other hosts can reach.
    public var allowRemote = false
    /// User ids that may connect to the Unix socket (SO_PEERCRED); nil for all whom its permissions let in.
    public var allowedUserIds: Set<UInt32>?
    /// What `Welcome` says and `Hello` may ask for: staging, production, …; at most 32 bytes.
    public var environment = ""
    /// For people, in `Welcome`; at most 32 bytes.
    public var serverVersion = ""
    /// PostgreSQL's system identifier; 0 when not known.
    public var systemIdentifier: UInt64 = 0
    /// Permissions of the Unix socket: 0600, or 0660 for a group.
    public var unixPermissions: UInt32 = 0o600
    /// Create the Unix socket's parent folder (0700) when it is missing.
    public var makesSocketFolder = true
    public var limits = ServerLimits()

    /// Most bytes of `environment` and of `serverVersion`.
    public static let textByteCountMax = 32
    /// Most serving threads.
    public static let threadCountMax = 64

    /// Of a libuv loop: epoll's, the one that wakes it up, and the two ends of its pipe for signals.
    private static let descriptorCountPerThread = 4

    /// Descriptors that the serving threads take for themselves: each has a loop, and a listener for every TCP address.
    var descriptorCount: Int {
        let tcpAddressCount = addresses.count { if case .tcp = $0 { true } else { false } }
        return threadCount * (LookupServerConfiguration.descriptorCountPerThread + tcpAddressCount)
    }

    public init(addresses: [SocketAddress]) { self.addresses = addresses }
}

/// Why a server does not start.
public enum LookupServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A setting makes no sense, or is refused; in words, with what to do.
    case configuration(String)
    /// Another host could reach this address and `allowRemote` is off.
    case remoteAddressRefused(SocketAddress)
    /// An address, thread or loop could not be had; kind `addressInUse` when somebody else listens there.
    case eventLoop(EventLoopError)

    public var description: String {
        switch self {
        case .configuration(let message): message
        case .remoteAddressRefused(let address):
            "listen on \(address): other hosts could reach it; use a loopback address, or allow it with --allow-remote"
        case .eventLoop(let error): error.description
        }
    }
}
