import CUV

/// A timer on the loop's monotonic clock, in milliseconds.
public final class Timer: Handle {
    private var onFire: (() -> Void)?

    /// - Parameter onFire: runs on the loop's thread each time the timer falls due.
    public init(on loop: Loop, onFire: @escaping () -> Void) throws(EventLoopError) {
        try super.init(UV_TIMER, on: loop, operation: "create", target: "timer") { loop, raw in
            uv_timer_init(loop, raw.assumingMemoryBound(to: uv_timer_t.self))
        }
        self.onFire = onFire
    }

    private var timer: UnsafeMutablePointer<uv_timer_t> { raw.assumingMemoryBound(to: uv_timer_t.self) }

    /// Starts, or starts again.
    /// - Parameters:
    ///   - afterMilliseconds: time to the first firing, counted from the start of the loop's turn.
    ///   - everyMilliseconds: time between further firings; 0 fires once.
    public func start(afterMilliseconds: UInt64, everyMilliseconds: UInt64 = 0) {
        guard !isClosing else { return }
        let code = uv_timer_start(
            timer,
            { handle in
                guard let data = handle?.pointee.data else { return }
                data.owner(as: Timer.self).onFire?()
            }, afterMilliseconds, everyMilliseconds)
        precondition(code == 0, "uv_timer_start fails only on a closing handle")
    }

    public func stop() {
        guard !isClosing else { return }
        uv_timer_stop(timer)
    }

    /// Whether it is running.
    public var isActive: Bool { !isClosing && uv_is_active(handle) != 0 }

    override func didClose() { onFire = nil }
}
