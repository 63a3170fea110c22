import CUV

/// A timer on the loop's monotonic clock, in milliseconds.
public final class Timer: CallbackHandle {
    /// - Parameter onFire: runs on the loop's thread each time the timer falls due.
    public init(on loop: Loop, onFire: @escaping () -> Void) throws(EventLoopError) {
        try super.init(UV_TIMER, on: loop, operation: "create", target: "timer", callback: onFire) { loop, raw in
            uv_timer_init(loop, raw.assumingMemoryBound(to: uv_timer_t.self))
        }
    }

    private var timer: UnsafeMutablePointer<uv_timer_t> { raw.assumingMemoryBound(to: uv_timer_t.self) }

    /// Starts, or starts again.
    /// - Parameters:
    ///   - afterMilliseconds: time to the first firing, counted from the start of the loop's turn.
    ///   - everyMilliseconds: time between further firings; 0 fires once.
    public func start(afterMilliseconds: UInt64, everyMilliseconds: UInt64 = 0) {
        guard !isClosing else { return }
        let code = uv_timer_start(
            timer, { CallbackHandle.call($0?.pointee.data) }, afterMilliseconds, everyMilliseconds)
        precondition(code == 0, "uv_timer_start fails only on a closing handle")
    }

    public func stop() {
        guard !isClosing else { return }
        uv_timer_stop(timer)
    }
}
