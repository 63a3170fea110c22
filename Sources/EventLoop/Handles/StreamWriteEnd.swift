import CUV
import Glibc

/// The sending side of a stream's socket as a plain pointer: writing through it calls the kernel and nothing else, no
/// library, no reference count. Copies are one and the same; usable on the loop's thread until the stream is freed.
public struct StreamWriteEnd: @unchecked Sendable, BitwiseCopyable {
    private struct State {
        /// -1 before the socket is taken over and after the stream was closed.
        var descriptor: Int32 = -1
        /// Writes that libuv has and the kernel has not: nothing may overtake them.
        var queuedCount: Int32 = 0
    }

    private let state: UnsafeMutablePointer<State>

    init() {
        state = .allocate(capacity: 1)
        state.initialize(to: State())
    }

    func deallocate() { state.deallocate() }

    func open(_ descriptor: Int32) { state.pointee.descriptor = descriptor }
    func close() { state.pointee.descriptor = -1 }
    func beginQueued() { state.pointee.queuedCount += 1 }
    func endQueued() { state.pointee.queuedCount -= 1 }

    @inline(__always) var descriptor: Int32 { state.pointee.descriptor }

    /// Writes what the kernel takes at once; allocates nothing, raises no SIGPIPE.
    /// - Returns: the number of bytes written, 0 when the socket is full or earlier writes are queued, or a negative
    ///   libuv error number when the connection is gone.
    public func tryWrite(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return 0 }
        guard state.pointee.descriptor >= 0 else { return Int(UV_EPIPE.rawValue) }
        guard state.pointee.queuedCount == 0 else { return 0 }
        while true {
            let count = send(state.pointee.descriptor, base, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return count }
            let number = errno
            if number == EAGAIN { return 0 }
            if number != EINTR { return -Int(number) }
        }
    }
}
