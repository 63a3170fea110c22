import CUV
import Glibc

/// What a `Stream` reports, on its loop's thread.
public protocol StreamDelegate: AnyObject {
    /// Bytes arrived at the start of the stream's read buffer; they are gone after this call returns.
    func stream(_ stream: Stream, didRead bytes: UnsafeRawBufferPointer)
    /// The peer will send no more; it may still read. Reading has stopped.
    func streamDidEnd(_ stream: Stream)
    /// Reading failed (reset by peer, …); the stream is of no more use and should be closed.
    func stream(_ stream: Stream, didFail error: EventLoopError)
    /// A queued write has been handed to the kernel whole (`code` 0) or was given up.
    func stream(_ stream: Stream, didWrite byteCount: Int, tag: Int, code: Int32)
}

/// A connected TCP or Unix socket on a loop.
///
/// Reads go to one buffer that the owner supplies and shares among all streams of a loop. One turn of the loop reads
/// it full at most once for each stream: a peer that floods cannot keep the others waiting longer than that.
public final class Stream: Handle {
    /// Whether it is a Unix socket (else TCP).
    public let isUnix: Bool
    /// Where bytes leave without a detour through this object.
    public let writeEnd: StreamWriteEnd
    private var delegate: (any StreamDelegate)?
    private var readBuffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// The last read filled the buffer: libuv would read on at once, up to 32 times; the next turn goes on instead.
    private var isTurnOver = false
    private var isReading = false
    /// Kept by `DirectReads`.
    var isReadDirectly = false

    /// Takes the socket over from whoever accepted it. Nothing is read until `startReading`.
    /// - Parameter delegate: held until the stream is closed.
    public init(on loop: Loop, socket: AcceptedSocket, delegate: any StreamDelegate) throws(EventLoopError) {
        let isUnix = socket.isUnix
        self.isUnix = isUnix
        self.delegate = delegate
        let writeEnd = StreamWriteEnd()
        self.writeEnd = writeEnd
        let type = isUnix ? UV_NAMED_PIPE : UV_TCP
        do throws(EventLoopError) {
            try super.init(type, on: loop, operation: "create", target: "stream") { loop, raw in
                isUnix
                    ? uv_pipe_init(loop, raw.assumingMemoryBound(to: uv_pipe_t.self), 0)
                    : uv_tcp_init(loop, raw.assumingMemoryBound(to: uv_tcp_t.self))
            }
        } catch {
            writeEnd.deallocate()
            throw error
        }
        let descriptor = socket.take()
        let code =
            isUnix
            ? uv_pipe_open(raw.assumingMemoryBound(to: uv_pipe_t.self), descriptor)
            : uv_tcp_open(raw.assumingMemoryBound(to: uv_tcp_t.self), descriptor)
        guard code == 0 else {
            if descriptor >= 0 { Glibc.close(descriptor) }
            close()
            throw EventLoopError(code: code, operation: "open", target: "accepted socket")
        }
        writeEnd.open(descriptor)
        // Replies are small and their reader waits for them: never hold them back for more.
        guard !isUnix else { return }
        let tcp = raw.assumingMemoryBound(to: uv_tcp_t.self)
        uv_tcp_nodelay(tcp, 1)
        // A peer whose host or network vanished says nothing: without probes one that is only listened to would stay
        // connected for ever.
        uv_tcp_keepalive(tcp, 1, Stream.keepaliveDelaySeconds)
    }

    /// How long a TCP peer may be silent before the kernel asks whether it is still there.
    static let keepaliveDelaySeconds: UInt32 = 60

    deinit { writeEnd.deallocate() }

    private var stream: UnsafeMutablePointer<uv_stream_t> { raw.assumingMemoryBound(to: uv_stream_t.self) }

    override func willClose() {
        loop.willStopReading(self)
        isReading = false
        writeEnd.close()
    }

    override func didClose() { delegate = nil }

    // MARK: Reading

    /// Reads into `buffer`, which must outlive the reading and may be shared by all streams of the loop.
    public func startReading(into buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count > 0, "an empty buffer would never read anything")
        guard !isClosing else { return }
        readBuffer = buffer
        isReading = true
        uv_read_start(
            stream,
            { handle, _, target in
                guard let data = handle?.pointee.data, let target else { return }
                let owner = data.owner(as: Stream.self)
                if owner.isTurnOver {
                    // No buffer ends libuv's reading for this turn; the socket stays readable for the next one.
                    owner.isTurnOver = false
                    target.pointee = uv_buf_t(base: nil, len: 0)
                } else {
                    target.pointee = uv_buf_t(
                        base: owner.readBuffer.baseAddress?.assumingMemoryBound(to: CChar.self),
                        len: owner.readBuffer.count)
                }
            },
            { handle, count, buffer in
                guard let data = handle?.pointee.data else { return }
                data.owner(as: Stream.self).didRead(count)
            })
    }

    /// Stops reading; what the peer sends stays in the kernel until its buffers are full.
    public func stopReading() {
        guard !isClosing else { return }
        isReading = false
        loop.willStopReading(self)
        uv_read_stop(stream)
    }

    private func didRead(_ count: Int) {
        if count > 0 {
            isTurnOver = count == readBuffer.count
            loop.didRead(self)
            delegate?.stream(self, didRead: UnsafeRawBufferPointer(rebasing: readBuffer[..<count]))
        } else if count == Int(UV_EOF.rawValue) {
            stopReading()
            delegate?.streamDidEnd(self)
        } else if count < 0, count != Int(UV_ENOBUFS.rawValue) {
            stopReading()
            let error = EventLoopError(code: Int32(truncatingIfNeeded: count), operation: "read", target: "stream")
            delegate?.stream(self, didFail: error)
        }
    }

    /// Reads once without asking libuv. The end of the stream is left to libuv, which finds it in its next turn.
    /// - Returns: bytes read; 0 for none.
    func readDirectly() -> Int {
        guard isReading, let base = readBuffer.baseAddress else { return 0 }
        let count = recv(writeEnd.descriptor, base, readBuffer.count, Int32(MSG_DONTWAIT))
        if count > 0 {
            delegate?.stream(self, didRead: UnsafeRawBufferPointer(start: base, count: count))
            return count
        }
        // The kernel reports a failure once: whoever reads it has to pass it on.
        if count < 0, errno != EAGAIN, errno != EINTR { didRead(-Int(errno)) }
        return 0
    }

    // MARK: Writing

    /// Queues a copy of `bytes` behind earlier writes; one allocation, freed when the write ends.
    /// - Parameter tag: given back to the delegate with the outcome.
    /// - Returns: 0, or a negative libuv error number; then nothing was queued and nothing will be reported.
    public func write(copying bytes: UnsafeRawBufferPointer, tag: Int = 0) -> Int32 {
        guard !isClosing else { return UV_EPIPE.rawValue }
        guard let base = bytes.baseAddress, bytes.count > 0 else { return 0 }
        guard let block = QueuedWrite.make(copying: base, byteCount: bytes.count, tag: tag) else {
            return UV_ENOMEM.rawValue
        }
        var buffer = uv_buf_t(base: block.bytes.assumingMemoryBound(to: CChar.self), len: bytes.count)
        let code = uv_write(block.request, stream, &buffer, 1) { request, status in
            guard let request else { return }
            let block = QueuedWrite(request: request)
            let header = block.header
            let data = request.pointee.handle?.pointee.data
            block.free()
            guard let data else { return }
            let owner = data.owner(as: Stream.self)
            owner.writeEnd.endQueued()
            owner.delegate?.stream(owner, didWrite: header.byteCount, tag: header.tag, code: status)
        }
        if code == 0 { writeEnd.beginQueued() } else { block.free() }
        return code
    }

    /// Bytes queued and not yet taken by the kernel.
    public var queuedByteCount: Int { isClosing ? 0 : uv_stream_get_write_queue_size(stream) }

    // MARK: Ending

    /// Tells the peer that no more will come, once everything queued has been written. Reading goes on.
    /// - Parameter whenDone: runs on the loop's thread; also when the stream is closed first.
    public func shutdown(_ whenDone: @escaping () -> Void) {
        guard !isClosing else { return whenDone() }
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        request.pointee.data = Unmanaged.passRetained(Completion(whenDone)).toOpaque()
        let code = uv_shutdown(request, stream) { request, _ in Stream.finishShutdown(request) }
        if code != 0 { Stream.finishShutdown(request) }
    }

    private static func finishShutdown(_ request: UnsafeMutablePointer<uv_shutdown_t>?) {
        guard let request, let data = request.pointee.data else { return }
        let completion = Unmanaged<Completion>.fromOpaque(data).takeRetainedValue()
        request.deallocate()
        completion.body()
    }

    private final class Completion {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    /// Closes so that the peer gets a reset instead of waiting for bytes that will not come, and the kernel drops
    /// what is still unsent. On Unix sockets the same as `close`.
    public func closeAbruptly(_ whenClosed: (() -> Void)? = nil) {
        if !isClosing, !isUnix, let descriptor {
            var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        }
        close(whenClosed)
    }

    private var descriptor: Int32? { isClosing ? nil : writeEnd.descriptor }
}
