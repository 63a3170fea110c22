import CUV

/// A handle that has one thing to report.
public class CallbackHandle: Handle {
    private final var callback: (() -> Void)?

    /// - Parameter callback: runs on the loop's thread; let go of when the handle is closed.
    init(
        _ type: uv_handle_type, on loop: Loop, operation: StaticString, target: @autoclosure () -> String,
        callback: @escaping () -> Void, initialize: (UnsafeMutablePointer<uv_loop_t>, UnsafeMutableRawPointer) -> Int32
    ) throws(EventLoopError) {
        try super.init(type, on: loop, operation: operation, target: target(), initialize: initialize)
        self.callback = callback
    }

    /// For libuv's callbacks, with the handle's `data`.
    static func call(_ data: UnsafeMutableRawPointer?) { data?.owner(as: CallbackHandle.self).callback?() }

    override final func didClose() { callback = nil }
}
