import CUV
import Synchronization

/// Wakes a loop from any thread. Signals that arrive before the loop has run its callback fold into one.
public final class AsyncSignal: CallbackHandle, @unchecked Sendable {
    /// Guards the one use that other threads make of the handle against its being closed meanwhile.
    private let isOpen = Mutex(true)

    /// - Parameter onSignal: runs on the loop's thread, at least once after each `send()`.
    public init(on loop: Loop, onSignal: @escaping () -> Void) throws(EventLoopError) {
        try super.init(
            UV_ASYNC, on: loop, operation: "create", target: "async signal", callback: onSignal
        ) { loop, raw in
            uv_async_init(loop, raw.assumingMemoryBound(to: uv_async_t.self)) {
                CallbackHandle.call($0?.pointee.data)
            }
        }
    }

    /// Wakes the loop. Thread-safe; allocates nothing; does nothing once the handle is closed.
    public func send() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            uv_async_send(raw.assumingMemoryBound(to: uv_async_t.self))
        }
    }

    override func willClose() { isOpen.withLock { $0 = false } }
}
