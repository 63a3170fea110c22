import Glibc
import Scenarios
import Testing

@testable import EventLoop

/// A stream over one end of a socket pair, and what it reports.
private final class Recorder: StreamDelegate {
    let loop: Loop
    let peer: Int32
    private(set) var stream: EventLoop.Stream?
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 16)
    var reads: [Int] = []
    var bytes: [UInt8] = []
    var hasEnded = false
    var failure: EventLoopError?
    var written: [(byteCount: Int, tag: Int, code: Int32)] = []

    init() throws {
        loop = try Loop()
        var ends: (Int32, Int32) = (-1, -1)
        withUnsafeMutableBytes(of: &ends) {
            _ = socketpair(
                AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, $0.baseAddress!.assumingMemoryBound(to: Int32.self))
        }
        peer = ends.1
        stream = try EventLoop.Stream(
            on: loop, socket: AcceptedSocket(descriptor: ends.0, isUnix: true), delegate: self)
    }

    func finish(closesPeer: Bool = true) {
        stream?.close()
        stream = nil
        loop.close()
        if closesPeer { close(peer) }
        buffer.deallocate()
    }

    func stream(_ stream: EventLoop.Stream, didRead bytes: UnsafeRawBufferPointer) {
        reads.append(bytes.count)
        self.bytes += bytes
    }
    func streamDidEnd(_ stream: EventLoop.Stream) { hasEnded = true }
    func stream(_ stream: EventLoop.Stream, didFail error: EventLoopError) { failure = error }
    func stream(_ stream: EventLoop.Stream, didWrite byteCount: Int, tag: Int, code: Int32) {
        written.append((byteCount, tag, code))
    }
}

@Suite struct StreamTests {
    @Test func oneTurnReadsTheBufferOnce() throws {
        let recorder = try Recorder()
        recorder.stream?.startReading(into: recorder.buffer)
        let sent = (0..<200).map { UInt8($0) }
        #expect(send(recorder.peer, sent, sent.count, 0) == 200)
        var turns: [Int] = []
        while recorder.bytes.count < 200 {
            try recorder.loop.runOneTurn()
            turns.append(recorder.reads.count)
        }
        // Each turn one read, and none of more than the buffer.
        #expect(turns == [1, 2, 3, 4])
        #expect(recorder.reads == [64, 64, 64, 8])
        #expect(recorder.bytes == sent)
        recorder.finish()
    }

    @Test func theEndAfterAFullBufferIsSeen() throws {
        let recorder = try Recorder()
        recorder.stream?.startReading(into: recorder.buffer)
        let sent = [UInt8](repeating: 1, count: 64)
        #expect(send(recorder.peer, sent, sent.count, 0) == 64)
        shutdown(recorder.peer, Int32(SHUT_WR))
        while !recorder.hasEnded { try recorder.loop.runOneTurn() }
        #expect(recorder.bytes == sent)
        #expect(recorder.failure == nil)
        recorder.finish()
    }

    @Test func whatTheKernelDoesNotTakeIsQueuedInOrder() throws {
        let recorder = try Recorder()
        let stream = try #require(recorder.stream)
        let block = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let count = block.withUnsafeBytes { stream.writeEnd.tryWrite($0) }
        #expect(count > 0 && count < block.count)
        let code = block.withUnsafeBytes {
            stream.write(copying: UnsafeRawBufferPointer(rebasing: $0[count...]), tag: 7)
        }
        #expect(code == 0)
        #expect(stream.queuedByteCount > 0)
        // Nothing overtakes what is queued.
        #expect([UInt8](repeating: 9, count: 8).withUnsafeBytes { stream.writeEnd.tryWrite($0) } == 0)
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while received.count < block.count {
            try recorder.loop.runOneTurn()
            let count = recv(recorder.peer, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count > 0 { received += chunk[..<count] }
        }
        try recorder.loop.runOneTurn()
        #expect(received == block)
        #expect(recorder.written.count == 1)
        #expect(recorder.written.first?.tag == 7)
        #expect(recorder.written.first?.code == 0)
        #expect(stream.queuedByteCount == 0)
        recorder.finish()
    }

    @Test func closingGivesUpWhatIsQueued() throws {
        let recorder = try Recorder()
        let stream = try #require(recorder.stream)
        let block = [UInt8](repeating: 5, count: 4_000_000)
        #expect(block.withUnsafeBytes { stream.write(copying: $0, tag: 1) } == 0)
        var isShutDown = false
        stream.shutdown { isShutDown = true }
        recorder.finish()
        #expect(recorder.written.map(\.code) == [-ECANCELED])
        #expect(isShutDown)
    }

    @Test(.scenario(.resetInMidWrite)) func aPeerThatIsGoneIsAnErrorAndNoSignal() throws {
        let recorder = try Recorder()
        shutdown(recorder.peer, Int32(SHUT_RDWR))
        close(recorder.peer)
        let code = [UInt8](repeating: 0, count: 8).withUnsafeBytes { recorder.stream?.writeEnd.tryWrite($0) }
        #expect(code == -Int(EPIPE))
        recorder.finish(closesPeer: false)
    }

    @Test func thePeersUserIsKnown() throws {
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { close(ends[1]) }
        #expect(AcceptedSocket(descriptor: ends[0], isUnix: true).peerUserId == getuid())
    }

    /// A peer that vanished without a word would otherwise stay connected for ever.
    @Test func aTCPPeerIsAskedWhetherItIsStillThere() throws {
        let loop = try Loop()
        let descriptor = try BoundSocket.makeSocket(AF_INET, target: "test")
        let recorder = try Recorder()
        let stream = try EventLoop.Stream(
            on: loop, socket: AcceptedSocket(descriptor: descriptor, isUnix: false), delegate: recorder)
        func option(_ level: Int32, _ name: Int32) -> Int32 {
            var (value, byteCount) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            return getsockopt(descriptor, level, name, &value, &byteCount) == 0 ? value : -1
        }
        #expect(option(SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(option(Int32(IPPROTO_TCP), TCP_KEEPIDLE) == Int32(EventLoop.Stream.keepaliveDelaySeconds))
        stream.close()
        loop.close()
        recorder.finish()
    }

    /// Closing over unread bytes is a reset.
    @Test func whoIsRefusedReadsWhyAndThenTheEnd() throws {
        var ends: (Int32, Int32) = (-1, -1)
        withUnsafeMutableBytes(of: &ends) {
            _ = socketpair(
                AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, $0.baseAddress!.assumingMemoryBound(to: Int32.self))
        }
        let hello = [UInt8](repeating: 1, count: 10_000)
        #expect(send(ends.1, hello, hello.count, 0) == hello.count)
        let reason: [UInt8] = [1, 2, 3]
        reason.withUnsafeBytes { AcceptedSocket(descriptor: ends.0, isUnix: true).discard(saying: $0) }
        var received = [UInt8](repeating: 0, count: 8)
        #expect(recv(ends.1, &received, received.count, 0) == reason.count)
        #expect(recv(ends.1, &received, received.count, 0) == 0, "the end, and not a reset")
        close(ends.1)
    }

    @Test func aSocketNobodyTakesIsClosed() throws {
        var ends: (Int32, Int32) = (-1, -1)
        withUnsafeMutableBytes(of: &ends) {
            _ = socketpair(
                AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, $0.baseAddress!.assumingMemoryBound(to: Int32.self))
        }
        do { _ = AcceptedSocket(descriptor: ends.0, isUnix: true) }
        var byte: UInt8 = 0
        #expect(recv(ends.1, &byte, 1, 0) == 0)
        let socket = AcceptedSocket(descriptor: ends.1, isUnix: true)
        #expect(socket.take() == ends.1)
        #expect(socket.take() == -1)
        close(ends.1)
    }
}
