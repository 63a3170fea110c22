import CUV

/// What all handles share: the block of memory libuv works on, freed only in its close callback.
///
/// An open handle keeps itself (and its loop) alive; `close()` is what lets go. So acquire and release pair up:
/// whoever makes a handle closes it, or closes its loop.
public class Handle {
    let raw: UnsafeMutableRawPointer
    /// The loop this handle belongs to.
    public let loop: Loop
    /// True from `close()` on: nothing more is reported but the end of closing itself.
    public private(set) final var isClosing = false
    private final var onClosed: (() -> Void)?

    init(
        _ type: uv_handle_type, on loop: Loop, operation: StaticString, target: @autoclosure () -> String,
        initialize: (UnsafeMutablePointer<uv_loop_t>, UnsafeMutableRawPointer) -> Int32
    ) throws(EventLoopError) {
        self.loop = loop
        raw = UnsafeMutableRawPointer.allocate(byteCount: uv_handle_size(type), alignment: 16)
        let code = initialize(loop.raw, raw)
        guard code == 0 else {
            raw.deallocate()
            throw EventLoopError(code: code, operation: "\(operation)", target: target())
        }
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    final var handle: UnsafeMutablePointer<uv_handle_t> { raw.assumingMemoryBound(to: uv_handle_t.self) }

    /// Ends the handle; its memory is freed in libuv's close callback. Calling it twice does nothing.
    /// - Parameter whenClosed: runs on the loop's thread once libuv has let go of the handle.
    public final func close(_ whenClosed: (() -> Void)? = nil) {
        guard !isClosing else { return }
        isClosing = true
        onClosed = whenClosed
        willClose()
        uv_close(handle) { handle in
            guard let handle, let data = handle.pointee.data else { return }
            let owner = Unmanaged<Handle>.fromOpaque(data).takeRetainedValue()
            owner.didClose()
            owner.raw.deallocate()
            let onClosed = owner.onClosed
            owner.onClosed = nil
            onClosed?()
        }
        didStop()
    }

    /// Before libuv closes the handle: last chance to stop other threads from using the handle.
    func willClose() {}

    /// libuv reports nothing more, and touches no descriptor of the handle any more; its memory is still in use.
    func didStop() {}

    /// After libuv let go: drops the callbacks, which may hold their owner.
    func didClose() {}
}

extension UnsafeMutableRawPointer {
    /// The wrapper that `Handle.init` stored in a handle's `data`.
    @inline(__always)
    func owner<Owner: Handle>(as type: Owner.Type) -> Owner {
        unsafeDowncast(Unmanaged<Handle>.fromOpaque(self).takeUnretainedValue(), to: type)
    }
}
