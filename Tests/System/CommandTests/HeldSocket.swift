import Foundation

/// A socket that a test holds: connected to a server, or bound for datagrams.
final class HeldSocket {
    let descriptor: Int32

    /// - Parameter isDatagram: leaves a datagram socket bound to the path, or to an abstract name after `@`, instead of
    ///   one that is connected.
    init(_ path: String, isDatagram: Bool = false) throws {
        descriptor = socket(
            AF_UNIX, Int32(isDatagram ? SOCK_DGRAM.rawValue : SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let byteCount = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                isDatagram ? bind(descriptor, $0, byteCount) : connect(descriptor, $0, byteCount)
            }
        }
        guard result == 0 else {
            throw RunningCommand.Failure(description: "\(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Connects to a port on loopback.
    init(tcpPort: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = tcpPort.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            throw RunningCommand.Failure(description: "port \(tcpPort): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Makes the close that follows, at the last use, one that resets the connection.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }

    /// The next message or what there is to read; nil at the end or after 20 seconds.
    func read() -> [UInt8]? {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, 20_000) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    func readText() -> String? { read().map { String(decoding: $0, as: UTF8.self) } }

    /// Sends what the kernel takes at once.
    func write(_ bytes: [UInt8]) -> Int {
        send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
}
