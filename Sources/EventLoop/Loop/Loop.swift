import CUV
import Glibc

/// One libuv loop. It belongs to one thread at a time: everything here and on its handles is called on that thread,
/// except where a type says it is thread-safe (`AsyncSignal.send()`, `LoopThread`).
public final class Loop {
    let raw: UnsafeMutablePointer<uv_loop_t>
    private var isClosed = false
    private var isStopRequested = false
    private var isSpinning = false
    private(set) var directReads = DirectReads()

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
            isSpinning = true
            while !isStopRequested && uv_run(raw, UV_RUN_NOWAIT) != 0 {
                if !directReads.isEmpty { readDirectly() }
            }
            isSpinning = false
        } else if !isStopRequested {
            uv_run(raw, UV_RUN_DEFAULT)
        }
        isStopRequested = false
    }

    /// Between two turns: reads the streams that were busy lately, in turn, until one of them had much to say or all of
    /// them together had nothing for a while.
    private func readDirectly() {
        var readsLeft = DirectReads.readCountMax
        var index = 0
        while readsLeft > 0, !isStopRequested {
            guard let stream = directReads.stream(at: index) else {
                if index == 0 { return }
                index = 0
                continue
            }
            // A stream that is closed here is freed by the loop's next turn, not before.
            let byteCount = stream._withUnsafeGuaranteedRef { $0.readDirectly() }
            directReads.note(at: index, foundSomething: byteCount > 0)
            if byteCount > DirectReads.readByteCountMax { return }
            readsLeft &-= 1
            index &+= 1
        }
    }

    /// A stream has just had something to read.
    @inline(__always)
    func didRead(_ stream: Stream) {
        if isSpinning { directReads.add(stream) }
    }

    /// A stream stops reading or is closed.
    func willStopReading(_ stream: Stream) { directReads.remove(stream) }

    /// Makes `run` return after the current turn.
    public func stop() {
        isStopRequested = true
        uv_stop(raw)
    }

    /// The loop's own monotonic clock in milliseconds, as of the start of the turn.
    public var nowMilliseconds: UInt64 { raw.pointee.time }

    /// The same clock for whoever reads it once a request: a plain pointer, of use as long as the loop is.
    public var clock: LoopClock { LoopClock(raw: raw) }

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

/// A loop's clock without the loop: reading it retains nothing. Of use as long as the loop is, on its thread.
public struct LoopClock: @unchecked Sendable, BitwiseCopyable {
    let raw: UnsafeMutablePointer<uv_loop_t>

    /// As `Loop.nowMilliseconds`.
    @inline(__always)
    public var nowMilliseconds: UInt64 { raw.pointee.time }
}
