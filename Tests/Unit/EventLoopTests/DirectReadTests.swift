import Glibc
import Testing

@testable import EventLoop

/// Sends back what it reads, and says what became of its stream.
private final class Echo: StreamDelegate, @unchecked Sendable {
    let outcome = Countdown(1)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8_192, alignment: 16)
    var stream: EventLoop.Stream?
    var closesWhenRead = false
    private(set) var failure: String?

    deinit { buffer.deallocate() }

    func stream(_ stream: EventLoop.Stream, didRead bytes: UnsafeRawBufferPointer) {
        guard !closesWhenRead else { return end() }
        if stream.writeEnd.tryWrite(bytes) < bytes.count { failure = "the socket is full" }
    }
    func streamDidEnd(_ stream: EventLoop.Stream) { end() }
    func stream(_ stream: EventLoop.Stream, didFail error: EventLoopError) {
        failure = error.name
        end()
    }
    func stream(_ stream: EventLoop.Stream, didWrite byteCount: Int, tag: Int, code: Int32) {}

    private func end() {
        stream?.close { self.outcome.arrive() }
        stream = nil
    }
}

/// The test's end of a stream on a spinning loop.
private struct Peer {
    let descriptor: Int32
    let echo: Echo

    init(on thread: LoopThread, isUnix: Bool = true, _ adjust: (Echo) -> Void = { _ in }) throws {
        let ends = try isUnix ? Peer.pair() : Peer.tcpPair()
        let echo = Echo()
        adjust(echo)
        descriptor = ends.1
        self.echo = echo
        try thread.performAndWait { loop in
            let stream = try EventLoop.Stream(
                on: loop, socket: AcceptedSocket(descriptor: ends.0, isUnix: isUnix), delegate: echo)
            echo.stream = stream
            stream.startReading(into: echo.buffer)
        }
    }

    private static func pair() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (ends[0], ends[1])
    }

    private static func tcpPair() throws -> (Int32, Int32) {
        let address = try SocketAddress.tcp(host: "127.0.0.1", port: 0).resolved()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        try #require(address.withSockaddr { bind(listener, $0, $1) } == 0 && listen(listener, 1) == 0)
        let bound = try #require(ResolvedAddress(boundTo: listener))
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(bound.withSockaddr { connect(client, $0, $1) } == 0)
        return (accept(listener, nil, nil), client)
    }

    /// One round trip.
    func ask(_ byteCount: Int) throws {
        let sent = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
        try #require(send(descriptor, sent, byteCount, Int32(MSG_NOSIGNAL)) == byteCount)
        var received = [UInt8](repeating: 0, count: byteCount)
        try #require(recv(descriptor, &received, byteCount, Int32(MSG_WAITALL)) == byteCount)
        #expect(received == sent)
    }
}

/// How a spinning loop reads.
@Suite struct DirectReadTests {
    @Test func moreBusyStreamsThanAreReadDirectlyAreAllServed() throws {
        let thread = try LoopThread(.answering, busyPoll: true)
        let peers = try (0..<2 * DirectReads.streamCountMax).map { _ in try Peer(on: thread) }
        for round in 0..<200 {
            for peer in peers { try peer.ask(1 + round % 64) }
        }
        #expect(try thread.performAndWait { $0.directReads.count } == DirectReads.streamCountMax)
        // Whoever is alone in being busy is read directly in the end.
        for _ in 0..<2_000 { try peers[0].ask(64) }
        #expect(try thread.performAndWait { _ in peers[0].echo.stream?.isReadDirectly } == true)
        thread.stop()
        thread.join()
        for peer in peers {
            #expect(peer.echo.failure == nil)
            close(peer.descriptor)
        }
    }

    @Test(arguments: [true, false]) func theEndAndAResetAreSeen(isUnix: Bool) throws {
        let thread = try LoopThread(.answering, busyPoll: true)
        let ending = try Peer(on: thread, isUnix: isUnix)
        let resetting = try Peer(on: thread, isUnix: isUnix)
        for _ in 0..<100 {
            try ending.ask(64)
            try resetting.ask(64)
        }
        close(ending.descriptor)
        ending.echo.outcome.wait()
        #expect(ending.echo.failure == nil)

        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            resetting.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close(resetting.descriptor)
        resetting.echo.outcome.wait()
        #expect(resetting.echo.failure == (isUnix ? nil : "ECONNRESET"))
        #expect(try thread.performAndWait { $0.directReads.count } == 0)
        thread.stop()
        thread.join()
    }

    @Test func aStreamMayBeClosedWhileItIsRead() throws {
        let thread = try LoopThread(.answering, busyPoll: true)
        let others = try (0..<3).map { _ in try Peer(on: thread) }
        let closing = try Peer(on: thread)
        for _ in 0..<100 { for peer in others + [closing] { try peer.ask(64) } }
        try thread.performAndWait { _ in closing.echo.closesWhenRead = true }
        #expect(send(closing.descriptor, [1], 1, Int32(MSG_NOSIGNAL)) == 1)
        closing.echo.outcome.wait()
        for _ in 0..<100 { for peer in others { try peer.ask(64) } }
        thread.stop()
        thread.join()
        for peer in others + [closing] { close(peer.descriptor) }
    }
}
