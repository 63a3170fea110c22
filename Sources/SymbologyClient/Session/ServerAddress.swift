import Platform

/// Where a server listens: the path of a Unix socket, or a TCP host and port.
///
/// ```swift
/// let local = ServerAddress.unix(path: "/run/symbology/symbology.sock")
/// let given = ServerAddress("tcp:reference.example.net:7500")  // nil for what is no address
/// ```
public enum ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// A socket on this host, by its path.
    case unix(path: String)
    /// A name or an address, and a port.
    case tcp(host: String, port: UInt16)

    /// Longest path of a Unix socket in bytes; the system would cut a longer one silently.
    public static let unixPathByteCountMax = SocketAddress.unixPathByteCountMax

    /// Parses `unix:PATH`, an absolute or `./` path, `tcp:HOST:PORT`, `HOST:PORT` or `[IPV6]:PORT`; nil when it is
    /// none of them.
    public init?(_ text: String) {
        guard let address = SocketAddress(text) else { return nil }
        self.init(address)
    }

    package init(_ address: SocketAddress) {
        switch address {
        case .unix(let path): self = .unix(path: path)
        case .tcp(let host, let port): self = .tcp(host: host, port: port)
        }
    }

    /// As `init(_:)` reads it: `unix:PATH` or `tcp:HOST:PORT`.
    public var description: String {
        switch self {
        case .unix(let path): SocketAddress.unix(path: path).description
        case .tcp(let host, let port): SocketAddress.tcp(host: host, port: port).description
        }
    }
}
