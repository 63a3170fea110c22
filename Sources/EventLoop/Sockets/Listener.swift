import Glibc

/// How a `Listener` listens.
public struct ListenerOptions: Sendable {
    /// How many connections the kernel keeps until they are accepted (it caps this at `net.core.somaxconn`).
    public var backlog: Int32 = 1_024
    /// TCP: several listeners, one a thread, share the port. The first one must name itself with `isFirstOnPort`.
    public var sharesPort = false
    /// TCP with `sharesPort`: refuse a port that another server shares already, which the kernel would allow.
    public var isFirstOnPort = true
    /// Unix: permissions of the socket file; 0600 lets only its owner connect, 0660 its group too.
    public var unixPermissions: UInt32 = 0o600
    /// Unix: create a missing parent folder with mode 0700.
    public var makesFolder = false

    public init() {}
}

/// Accepts connections on one TCP or Unix address.
///
/// The listening socket is watched rather than given to libuv: a failed `uv_accept` would stop its listener for good,
/// and closing a bound `uv_pipe_t` removes the path even when a successor owns it by then.
public final class Listener {
    /// How many connections one turn of the loop accepts at most, so that a flood of them does not starve the others.
    public static let acceptsPerTurnMax = 64
    /// How long accepting pauses after the process ran out of descriptors or memory: long enough not to spin.
    public static let acceptRetryMilliseconds: UInt64 = 100

    /// The address it really listens on: port 0 has been replaced by the port the kernel chose.
    public let address: SocketAddress

    private let bound: BoundSocket
    private let poll: Poll
    private let retry: Timer
    private var onAccept: ((AcceptedSocket) -> Void)?
    private var onFailure: ((EventLoopError, Bool) -> Void)?
    private var isClosed = false
    /// Accepting has failed, which was reported, and has not succeeded since.
    private var isFailing = false
    /// `accept`; tests replace it by failures that are hard to provoke.
    var acceptOne: (Int32) -> Int32 = { accept($0, nil, nil) }

    /// Binds and listens; connections are accepted from the loop's next turn on.
    /// - Parameters:
    ///   - onAccept: runs on the loop's thread for each connection.
    ///   - onFailure: runs on the loop's thread whenever accepting had to pause (no descriptors, no memory), and says
    ///     whether that is news: the first time since a connection was accepted. The listener goes on by itself after
    ///     `acceptRetryMilliseconds`.
    /// - Throws: kind `addressInUse`, `obstructed`, `invalidAddress` or `system`.
    public convenience init(
        on loop: Loop, address: SocketAddress, options: ListenerOptions = ListenerOptions(),
        onAccept: @escaping (AcceptedSocket) -> Void,
        onFailure: @escaping (_ error: EventLoopError, _ isNews: Bool) -> Void
    ) throws(EventLoopError) {
        let bound = try BoundSocket(address, options)
        guard listen(bound.descriptor, options.backlog) == 0 else {
            let number = errno
            bound.close()
            throw EventLoopError(errno: number, operation: "listen on", target: address.description)
        }
        let real = bound.isUnix ? address : ResolvedAddress(boundTo: bound.descriptor)?.numeric ?? address
        try self.init(on: loop, bound: bound, address: real, onAccept: onAccept, onFailure: onFailure)
    }

    /// Accepts on a socket that listens already. Closing the listener closes this process's hold of it: its file stays,
    /// and whoever bound it goes on listening.
    public convenience init(
        on loop: Loop, adopting socket: InheritedSocket, onAccept: @escaping (AcceptedSocket) -> Void,
        onFailure: @escaping (_ error: EventLoopError, _ isNews: Bool) -> Void
    ) throws(EventLoopError) {
        try self.init(
            on: loop, bound: BoundSocket(descriptor: socket.descriptor, isUnix: socket.isUnix, file: nil),
            address: socket.address, onAccept: onAccept, onFailure: onFailure)
    }

    private init(
        on loop: Loop, bound: BoundSocket, address: SocketAddress, onAccept: @escaping (AcceptedSocket) -> Void,
        onFailure: @escaping (_ error: EventLoopError, _ isNews: Bool) -> Void
    ) throws(EventLoopError) {
        let box = Box()
        do throws(EventLoopError) {
            poll = try Poll(on: loop, descriptor: bound.descriptor) { _, error in box.listener?.didPoll(error) }
            do throws(EventLoopError) {
                retry = try Timer(on: loop) { box.listener?.resume() }
            } catch {
                poll.close()
                throw error
            }
        } catch {
            bound.close()
            throw error
        }
        self.address = address
        self.bound = bound
        self.onAccept = onAccept
        self.onFailure = onFailure
        box.listener = self
        do throws(EventLoopError) {
            try poll.start(.readable)
        } catch {
            close()
            throw error
        }
    }

    /// The handles' callbacks reach the listener through this, so that the listener can be freed once closed.
    private final class Box {
        weak var listener: Listener?
    }

    deinit { precondition(isClosed, "a listener is closed before it is freed") }

    /// Stops listening; connections not yet accepted are refused by the kernel. A Unix socket's file is removed if it
    /// is still this listener's own. Calling it twice does nothing.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        onAccept = nil
        onFailure = nil
        poll.close()
        retry.close()
        bound.close()
    }

    /// The socket is ready, or can no longer be watched: then the retry watches it anew.
    func didPoll(_ error: EventLoopError?) {
        if let error { pause(error) } else { acceptAll() }
    }

    private func acceptAll() {
        for _ in 0..<Listener.acceptsPerTurnMax {
            guard !isClosed else { return }
            let accepted = acceptOne(bound.descriptor)
            if accepted >= 0 {
                isFailing = false
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                onAccept?(AcceptedSocket(descriptor: accepted, isUnix: bound.isUnix))
                continue
            }
            switch errno {
            case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH, EOPNOTSUPP:
                continue  // that one connection is gone already
            case EAGAIN:
                return
            default:
                return pause(EventLoopError(errno: errno, operation: "accept on", target: address.description))
            }
        }
    }

    /// The connection stays in the backlog, so watching on would report it again at once, for ever.
    private func pause(_ error: EventLoopError) {
        guard !isClosed else { return }
        poll.stop()
        retry.start(afterMilliseconds: Listener.acceptRetryMilliseconds)
        let isNews = !isFailing
        isFailing = true
        onFailure?(error, isNews)
    }

    private func resume() {
        guard !isClosed else { return }
        do {
            try poll.start(.readable)
        } catch {
            pause(error)
        }
    }
}
