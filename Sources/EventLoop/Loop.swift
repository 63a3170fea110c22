import CUV
import Glibc

/// One libuv loop. It belongs to one thread at a time: everything here and on its handles is called on that thread,
/// except where a type says it is thread-safe (`AsyncSignal.send()`, `LoopThread`).
public final class Loop {
    let raw: UnsafeMutablePointer<uv_loop_t>
    private var isClosed = false
    private var isStopRequested = false

    /// - Throws: `EventLoopError` when the kernel gives no epoll descriptor.
    public init() throws(EventLoopError) {
        Loop.ignoreBrokenPipes
        raw = UnsafeMutablePointer<uv_loop_t>.allocate(capacity: 1)
        let code = uv_loop_init(raw)
        guard code == 0 else {
            raw.deallocate()
            throw EventLoopError(code: code, operation: "create", target: "event loop")
        }
    }

    deinit {
        // Every open handle holds its loop strongly, so none is open here.
        if !isClosed {
            let code = uv_loop_close(raw)
            precondition(code == 0, "a loop is freed only when all its handles are closed")
        }
        raw.deallocate()
    }

    /// libuv writes without MSG_NOSIGNAL: a peer that hangs up in mid-write would end the process.
    private static let ignoreBrokenPipes: Void = {
        _ = signal(SIGPIPE, SIG_IGN)
    }()

    /// Runs until `stop()` is called or no active handle is left.
    /// - Parameter busyPoll: spin instead of sleeping in the kernel: the lowest latency, at the price of one core.
    public func run(busyPoll: Bool = false) {
        if busyPoll {
            while !isStopRequested && uv_run(raw, UV_RUN_NOWAIT) != 0 {}
        } else if !isStopRequested {
            uv_run(raw, UV_RUN_DEFAULT)
        }
        isStopRequested = false
    }

    /// Runs one turn: waits for at least one event, or takes only what is there already.
    /// - Returns: whether active handles are left.
    @discardableResult
    public func runOnce(waiting: Bool = true) -> Bool {
        uv_run(raw, waiting ? UV_RUN_ONCE : UV_RUN_NOWAIT) != 0
    }

    /// Makes `run` return after the current turn.
    public func stop() {
        isStopRequested = true
        uv_stop(raw)
    }

    /// The loop's own monotonic clock in milliseconds, as of the start of the turn.
    public var nowMilliseconds: UInt64 { uv_now(raw) }

    /// Reads the clock again; needed before starting timers after long work in one callback.
    public func updateTime() { uv_update_time(raw) }

    /// Closes every handle that is still open, runs their close callbacks and frees the loop's resources.
    /// Not to be called from inside a callback of this loop.
    public func close() {
        guard !isClosed else { return }
        uv_walk(
            raw,
            { handle, _ in
                guard let handle, let data = handle.pointee.data else { return }
                Unmanaged<Handle>.fromOpaque(data).takeUnretainedValue().close()
            }, nil)
        while uv_run(raw, UV_RUN_DEFAULT) != 0 {}
        let code = uv_loop_close(raw)
        precondition(code == 0, "all handles were closed")
        isClosed = true
    }
}
