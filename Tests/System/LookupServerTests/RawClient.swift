import EventLoop
import Glibc
import SymbologyWire
import Synchronization
import TestSupport

/// A blocking socket with deadlines that sends and receives plain bytes.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var descriptor: Int32
    private var buffer: [UInt8] = []
    private(set) var isEnded = false

    init(_ address: SocketAddress, receiveBufferByteCount: Int32? = nil) throws {
        switch address {
        case .unix(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var unix = sockaddr_un()
            unix.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &unix.sun_path) { $0.copyBytes(from: path.utf8) }
            try RawClient.connect(descriptor, unix)
        case .tcp(_, let port):
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            if var count = receiveBufferByteCount {
                setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &count, socklen_t(MemoryLayout<Int32>.size))
            }
            var tcp = sockaddr_in()
            tcp.sin_family = sa_family_t(AF_INET)
            tcp.sin_port = port.bigEndian
            tcp.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try RawClient.connect(descriptor, tcp)
        }
    }

    deinit { close() }

    private static func connect<Address>(_ descriptor: Int32, _ address: Address) throws {
        let result = withUnsafeBytes(of: address) {
            Glibc.connect(
                descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<Address>.size))
        }
        guard result == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes with a reset.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close()
    }

    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// Sends what the kernel takes at once.
    func sendWhatFits(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
    }

    /// Reads once, waiting until something is there or the peer has ended.
    private func readMore() throws {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Deadline().remainingMilliseconds) == 1 else {
            throw Failure(description: "nothing came before the deadline")
        }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress!, $0.count, 0) }
        if count > 0 {
            buffer += chunk[..<count]
        } else if count == 0 || errno == ECONNRESET {
            isEnded = true
        } else {
            throw Failure(description: "recv: \(String(cString: strerror(errno)))")
        }
    }

    private var received: [Frame] = []

    /// The next frame; nil when the peer has ended.
    func next() throws -> Frame? {
        while received.isEmpty {
            received = Frame.cut(&buffer)
            if !received.isEmpty { break }
            if isEnded { return nil }
            try readMore()
        }
        return received.removeFirst()
    }

    func frames(_ count: Int) throws -> [Frame] {
        try (0..<count).map { index in
            guard let frame = try next() else { throw Failure(description: "the peer ended after \(index) frames") }
            return frame
        }
    }

    /// The next frame that is no heartbeat.
    func nextSkippingHeartbeats() throws -> Frame? {
        while let frame = try next() { if frame.template != .heartbeat { return frame } }
        return nil
    }

    /// Everything until the peer ends, and the bytes of an unfinished frame.
    func rest() throws -> (frames: [Frame], unfinishedByteCount: Int) {
        var frames: [Frame] = []
        while let frame = try next() { frames.append(frame) }
        return (frames, buffer.count)
    }
}
