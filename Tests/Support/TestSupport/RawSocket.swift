import Glibc

/// A socket without manners: made, used and left by system calls, so that it can be left in any state.
public final class RawSocket {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        fileprivate init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
        fileprivate init(description: String) { self.description = description }
    }

    public private(set) var descriptor: Int32

    /// Connects to a Unix socket.
    /// - Parameter sendSecondsMax: how long connecting and sending may take; nil for as long as it takes.
    public init(unixPath: String, sendSecondsMax: Int? = nil) throws {
        descriptor = try Self.make(AF_UNIX, SOCK_STREAM, sendSecondsMax: sendSecondsMax)
        try Self.withAddress(unixPath) { try require(connect(descriptor, $0, $1), "connect to \(unixPath)") }
    }

    /// Connects to a port of 127.0.0.1.
    public init(tcpPort: UInt16, receiveBufferByteCount: Int32? = nil, sendSecondsMax: Int? = nil) throws {
        descriptor = try Self.make(AF_INET, SOCK_STREAM, sendSecondsMax: sendSecondsMax)
        if var count = receiveBufferByteCount {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &count, socklen_t(MemoryLayout<Int32>.size))
        }
        try Self.withAddress(tcpPort) { try require(connect(descriptor, $0, $1), "connect to port \(tcpPort)") }
    }

    /// Receives the datagrams that are sent to a path, or to an abstract name after `@`.
    public init(datagramsTo path: String) throws {
        descriptor = try Self.make(AF_UNIX, SOCK_DGRAM)
        try Self.withAddress(path) { try require(bind(descriptor, $0, $1), "bind \(path)") }
    }

    deinit { close() }

    private static func make(
        _ family: Int32, _ kind: __socket_type, sendSecondsMax: Int? = nil
    ) throws -> Int32 {
        let descriptor = socket(family, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("socket") }
        if let sendSecondsMax {
            var limit = timeval(tv_sec: sendSecondsMax, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        return descriptor
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void)
        rethrows
    {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        // The length counts: an abstract name ends where it ends, not at a NUL.
        let byteCount = MemoryLayout<sa_family_t>.size + name.count
        try withUnsafePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, socklen_t(byteCount)) }
        }
    }

    /// A port of 127.0.0.1.
    public static func withAddress<Value>(
        _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Value
    ) rethrows -> Value {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return try withUnsafePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private func require(_ result: Int32, _ call: String) throws {
        guard result == 0 else { throw Failure(call) }
    }

    public func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes so that the peer gets a RST instead of an end: what it sends, or has sent, is lost, and its next write
    /// fails.
    public func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    public func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends all of it.
    public func send(_ bytes: some Collection<UInt8>) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("send") }
            sent += count
        }
    }

    /// Sends what the kernel takes at once; returns how many bytes, or −1 for none.
    public func sendWhatFits(_ bytes: [UInt8]) -> Int {
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// Whether anything can be read, the end included, before the time is over.
    public func isReadable(withinMilliseconds milliseconds: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, milliseconds) == 1
    }

    /// Reads once, waiting until something is there: the next datagram, or some bytes; none when the peer has ended.
    public func receive(by deadline: Deadline = Deadline()) throws -> [UInt8] {
        guard isReadable(withinMilliseconds: deadline.remainingMilliseconds) else {
            throw Failure(description: "nothing came before the deadline")
        }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 || errno == ECONNRESET else { throw Failure("recv") }
        return Array(bytes.prefix(max(0, count)))
    }
}
