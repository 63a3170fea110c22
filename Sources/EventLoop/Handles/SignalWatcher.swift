import CUV

/// Turns a process signal (SIGTERM, SIGINT, SIGHUP) into a callback on a loop.
public final class SignalWatcher: CallbackHandle {
    /// Starts watching at once; the signal's default action is off until the watcher is closed.
    /// - Parameter onSignal: runs on the loop's thread.
    public init(on loop: Loop, signal number: Int32, onSignal: @escaping () -> Void) throws(EventLoopError) {
        let target = "signal \(number)"
        try super.init(UV_SIGNAL, on: loop, operation: "watch", target: target, callback: onSignal) { loop, raw in
            uv_signal_init(loop, raw.assumingMemoryBound(to: uv_signal_t.self))
        }
        let code = uv_signal_start(
            raw.assumingMemoryBound(to: uv_signal_t.self), { handle, _ in CallbackHandle.call(handle?.pointee.data) },
            number)
        guard code == 0 else {
            close()
            throw EventLoopError(code: code, operation: "watch", target: target)
        }
    }
}
