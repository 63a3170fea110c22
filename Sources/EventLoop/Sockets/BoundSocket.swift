import Glibc

/// A socket bound to an address, to be listened on: a TCP port, or a Unix socket with its file.
struct BoundSocket {
    let descriptor: Int32
    let isUnix: Bool
    /// Nil for TCP, and for a socket that somebody else has bound.
    let file: UnixSocketFile?

    init(descriptor: Int32, isUnix: Bool, file: UnixSocketFile?) {
        self.descriptor = descriptor
        self.isUnix = isUnix
        self.file = file
    }

    init(_ address: SocketAddress, _ options: ListenerOptions) throws(EventLoopError) {
        switch address {
        case .unix(let path):
            let file = try UnixSocketFile(
                claiming: path, permissions: mode_t(options.unixPermissions), makesFolder: options.makesFolder)
            self.init(descriptor: file.descriptor, isUnix: true, file: file)
        case .tcp(_, let port):
            let resolved = try address.resolved()
            let target = address.description
            if options.sharesPort && options.isFirstOnPort && port != 0 {
                // Without SO_REUSEPORT the kernel refuses a port that somebody else shares; with it, it would mix us
                // into that server's connections.
                Glibc.close(try BoundSocket.bindTCP(resolved, target: target, sharesPort: false))
            }
            let descriptor = try BoundSocket.bindTCP(resolved, target: target, sharesPort: options.sharesPort)
            self.init(descriptor: descriptor, isUnix: false, file: nil)
        }
    }

    func close() {
        if let file { file.release() } else { Glibc.close(descriptor) }
    }

    private static func bindTCP(
        _ address: ResolvedAddress, target: String, sharesPort: Bool
    ) throws(EventLoopError) -> Int32 {
        let descriptor = try makeSocket(address.family, target: target)
        var one: Int32 = 1
        let byteCount = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, byteCount)
        if sharesPort { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, byteCount) }
        if address.family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, byteCount) }
        guard address.withSockaddr({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let number = errno
            Glibc.close(descriptor)
            let advice = number == EADDRINUSE ? "stop the server that listens there or choose another port" : ""
            throw EventLoopError(errno: number, operation: "bind", target: target, advice: advice)
        }
        return descriptor
    }

    static func makeSocket(_ family: Int32, target: String) throws(EventLoopError) -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw EventLoopError(errno: errno, operation: "create socket", target: target) }
        return descriptor
    }
}
