import Glibc

/// A listening socket that whoever started the process has bound and keeps: systemd's socket activation.
///
/// Connections that come while no server runs wait in its backlog, so a restart refuses nobody.
public struct InheritedSocket: Sendable, Hashable {
    /// The first descriptor passed on, as `sd_listen_fds(3)` says.
    static let firstDescriptor: Int32 = 3
    /// More sockets than that are a mistake.
    public static let countMax = 64

    public let address: SocketAddress
    let descriptor: Int32

    /// - Throws: when the descriptor is no listening Unix or TCP socket.
    public init(descriptor: Int32) throws(EventLoopError) {
        let target = "descriptor \(descriptor)"
        func option(_ name: Int32) throws(EventLoopError) -> Int32 {
            var value: Int32 = 0
            var byteCount = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt(descriptor, SOL_SOCKET, name, &value, &byteCount) == 0 else {
                throw EventLoopError(errno: errno, operation: "adopt", target: target)
            }
            return value
        }
        guard try option(SO_ACCEPTCONN) == 1, try option(SO_TYPE) == Int32(SOCK_STREAM.rawValue),
            let address = ResolvedAddress(boundTo: descriptor)?.socketAddress
        else {
            throw EventLoopError(
                kind: .invalidAddress, operation: "adopt", target: target,
                message: "it is no listening stream socket; use ListenStream= and Accept=no")
        }
        self.address = address
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// The sockets that LISTEN_PID and LISTEN_FDS announce to this process; none where they are not meant for it. The
    /// variables are taken away, so that no child believes them.
    public static func fromEnvironment() throws(EventLoopError) -> [InheritedSocket] {
        defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) } }
        guard let processId = getenv("LISTEN_PID"), Int32(String(cString: processId)) == getpid(),
            let text = getenv("LISTEN_FDS")
        else { return [] }
        guard let count = Int32(String(cString: text)), (0...Int32(countMax)).contains(count) else {
            throw EventLoopError(
                kind: .invalidAddress, operation: "adopt", target: "LISTEN_FDS=\(String(cString: text))",
                message: "expected a number from 0 to \(countMax)")
        }
        var sockets: [InheritedSocket] = []
        for index in 0..<count { sockets.append(try InheritedSocket(descriptor: firstDescriptor + index)) }
        return sockets
    }

    var isUnix: Bool { if case .unix = address { true } else { false } }
}
