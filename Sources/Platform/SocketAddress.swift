/// Where a server listens or a client connects: a Unix-socket path, or a TCP host and port. The one grammar of
/// addresses, for flags, settings and engines.
public enum SocketAddress: Sendable, Hashable, CustomStringConvertible {
    case unix(path: String)
    case tcp(host: String, port: UInt16)

    /// The longest path in bytes: `sun_path` less its closing NUL. Longer ones would be cut silently.
    public static let unixPathByteCountMax = 107

    /// Parses `unix:PATH`, an absolute or `./` path, `tcp:HOST:PORT`, `HOST:PORT` or `[IPV6]:PORT`; nil when it is
    /// none of them. Port 0 means: let the system choose.
    public init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard !path.isEmpty else { return nil }
            self = .unix(path: path)
        } else if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") {
            self = .unix(path: text)
        } else {
            self.init(hostAndPort: text.hasPrefix("tcp:") ? text.dropFirst("tcp:".count) : text[...])
        }
    }

    private init?(hostAndPort text: Substring) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains("/") else { return nil }
        self = .tcp(host: String(host), port: port)
    }

    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
        }
    }
}
