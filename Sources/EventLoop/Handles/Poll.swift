import CUV
import Glibc

/// What a descriptor is ready for, or should be watched for.
public struct PollEvents: OptionSet, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let readable = PollEvents(rawValue: Int32(UV_READABLE.rawValue))
    public static let writable = PollEvents(rawValue: Int32(UV_WRITABLE.rawValue))
    public static let disconnect = PollEvents(rawValue: Int32(UV_DISCONNECT.rawValue))
}

/// Watches a descriptor that somebody else owns (libpq's socket, a listening socket). Level-triggered.
///
/// The descriptor is made non-blocking. Close the watch before the descriptor: a descriptor number that is closed and
/// used again while watched would report another socket's events. Where its owner cannot be told, watch a duplicate.
public final class Poll: Handle {
    /// The descriptor watched.
    public let descriptor: Int32
    /// The descriptor is a duplicate of the watch's own, closed with it.
    private var isOwned = false
    private var onEvents: ((PollEvents, EventLoopError?) -> Void)?

    /// - Parameter onEvents: runs on the loop's thread with what is ready, or with the error that ended the watch.
    /// - Throws: `EEXIST` when the loop watches the descriptor already, `EPERM` when it cannot be watched (a plain
    ///   file).
    public init(
        on loop: Loop, descriptor: Int32, onEvents: @escaping (PollEvents, EventLoopError?) -> Void
    ) throws(EventLoopError) {
        self.descriptor = descriptor
        try super.init(UV_POLL, on: loop, operation: "watch", target: "descriptor \(descriptor)") { loop, raw in
            uv_poll_init(loop, raw.assumingMemoryBound(to: uv_poll_t.self), descriptor)
        }
        self.onEvents = onEvents
    }

    /// Watches a duplicate of the descriptor, so that its owner may close it, or put another in its place, at any time:
    /// libpq does so in the middle of its calls, and its number may be another thread's socket the moment after. What
    /// befalls the socket is seen until the watch is closed.
    ///
    /// - Throws: as `init`, and `EMFILE` when there is no descriptor left.
    public convenience init(
        on loop: Loop, duplicating descriptor: Int32, onEvents: @escaping (PollEvents, EventLoopError?) -> Void
    ) throws(EventLoopError) {
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard duplicate >= 0 else {
            throw EventLoopError(errno: errno, operation: "duplicate", target: "descriptor \(descriptor)")
        }
        do {
            try self.init(on: loop, descriptor: duplicate, onEvents: onEvents)
        } catch {
            Glibc.close(duplicate)
            throw error
        }
        isOwned = true
    }

    private var poll: UnsafeMutablePointer<uv_poll_t> { raw.assumingMemoryBound(to: uv_poll_t.self) }

    /// Watches for these events from now on (and no longer for others); an empty set is `stop()`.
    public func start(_ events: PollEvents) throws(EventLoopError) {
        guard !isClosing else { return }
        guard !events.isEmpty else { return stop() }
        let code = uv_poll_start(poll, events.rawValue) { handle, status, events in
            guard let data = handle?.pointee.data else { return }
            let owner = data.owner(as: Poll.self)
            let error =
                status < 0
                ? EventLoopError(code: status, operation: "watch", target: "descriptor \(owner.descriptor)") : nil
            owner.onEvents?(PollEvents(rawValue: events), error)
        }
        guard code == 0 else {
            throw EventLoopError(code: code, operation: "watch", target: "descriptor \(descriptor)")
        }
    }

    public func stop() {
        guard !isClosing else { return }
        uv_poll_stop(poll)
    }

    override func didStop() {
        if isOwned { Glibc.close(descriptor) }
    }

    override func didClose() { onEvents = nil }
}
