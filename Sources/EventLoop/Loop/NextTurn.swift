import CUV

/// Runs a callback once, in the loop's next turn. Between two turns the loop looks at every socket, so work that is put
/// off from turn to turn keeps nobody else waiting.
///
/// A timer of 0 ms would not do: libuv before 1.45 runs one that its own callback starts again within the same turn,
/// again and again, and looks at no socket meanwhile.
public final class NextTurn: CallbackHandle {
    /// - Parameter onTurn: runs on the loop's thread, once for each turn that it was asked for.
    public init(on loop: Loop, onTurn: @escaping () -> Void) throws(EventLoopError) {
        try super.init(UV_IDLE, on: loop, operation: "create", target: "next turn", callback: onTurn) { loop, raw in
            uv_idle_init(loop, raw.assumingMemoryBound(to: uv_idle_t.self))
        }
    }

    /// Asks for the next turn; asking again before it has come changes nothing.
    public func request() {
        guard !isClosing else { return }
        let code = uv_idle_start(raw.assumingMemoryBound(to: uv_idle_t.self)) { handle in
            uv_idle_stop(handle)
            CallbackHandle.call(handle?.pointee.data)
        }
        precondition(code == 0, "uv_idle_start fails only without a callback")
    }
}
