/// Where a server listens: the path of a Unix socket, or a TCP host and port.
public enum ServerAddress: Sendable, Hashable, CustomStringConvertible {
    case unix(path: String)
    case tcp(host: String, port: UInt16)

    /// Longest path of a Unix socket in bytes; the system would cut a longer one silently.
    public static let unixPathByteCountMax = 107

    /// Parses `unix:PATH`, an absolute or `./` path, `tcp:HOST:PORT`, `HOST:PORT` or `[IPV6]:PORT`; nil when it is
    /// none of them.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            self.init(path: text.dropFirst(5))
        } else if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") {
            self.init(path: text[...])
        } else {
            self.init(hostAndPort: text.hasPrefix("tcp:") ? text.dropFirst(4) : text[...])
        }
    }

    private init?(path: Substring) {
        guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
        self = .unix(path: String(path))
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
        guard !host.isEmpty, !host.contains("/"), !host.utf8.contains(0) else { return nil }
        self = .tcp(host: String(host), port: port)
    }

    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
        }
    }
}
