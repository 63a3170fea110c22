import EventLoop
import SymbologyWire
import TestSupport

/// A raw connection that reads frames, with deadlines.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let socket: RawSocket
    private var buffer: [UInt8] = []
    private(set) var isEnded = false

    init(_ address: SocketAddress, receiveBufferByteCount: Int32? = nil) throws {
        socket =
            switch address {
            case .unix(let path): try RawSocket(unixPath: path)
            case .tcp(_, let port): try RawSocket(tcpPort: port, receiveBufferByteCount: receiveBufferByteCount)
            }
    }

    var descriptor: Int32 { socket.descriptor }

    func close() { socket.close() }

    func reset() { socket.reset() }

    func endWriting() { socket.endWriting() }

    func send(_ bytes: [UInt8]) throws { try socket.send(bytes) }

    func sendWhatFits(_ bytes: [UInt8]) -> Int { socket.sendWhatFits(bytes) }

    /// Reads once, waiting until something is there or the peer has ended.
    private func readMore() throws {
        let bytes = try socket.receive()
        buffer += bytes
        isEnded = bytes.isEmpty
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
