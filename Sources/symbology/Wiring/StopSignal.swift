import Glibc
import Synchronization

/// Turns SIGTERM and SIGINT into something a thread can wait for, so that everything is taken down in order.
///
/// Handlers rather than a blocked mask: what `dev` starts would inherit the mask and could then not be stopped.
enum StopSignal {
    /// The write end of the pipe; a signal handler may touch nothing but an atomic and `write`.
    private static let writeEnd = Atomic<Int32>(-1)
    private static let received = Atomic<Int32>(0)
    fileprivate static let reloadsRequested = Atomic<Int>(0)

    /// Call once, before the first thread starts. Returns the end to wait on.
    /// - Parameter reloads: SIGHUP asks for a reload; otherwise it does what it always does.
    static func install(reloads: Bool = false) throws(CommandFailure) -> StopWait {
        let numbers = reloads ? [SIGTERM, SIGINT, SIGHUP] : [SIGTERM, SIGINT]
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw CommandFailure.systemError("cannot make a pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        writeEnd.store(ends[1], ordering: .releasing)
        for number in numbers {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { StopSignal.note($0) }
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        // Whoever started us may have blocked them, and a blocked signal is inherited.
        var stopping = sigset_t()
        sigemptyset(&stopping)
        for number in numbers { sigaddset(&stopping, number) }
        pthread_sigmask(SIG_UNBLOCK, &stopping, nil)
        // A client that goes away must not take the server with it.
        _ = signal(SIGPIPE, SIG_IGN)
        return StopWait(readEnd: ends[0])
    }

    private static func note(_ number: Int32) {
        let saved = errno
        defer { errno = saved }
        var byte: UInt8 = 1
        if number == SIGHUP {
            reloadsRequested.add(1, ordering: .sequentiallyConsistent)
            _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
            return
        }
        // The second signal means now: whoever asks twice does not want to wait for anything.
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
        _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
    }

    static var name: String? {
        switch received.load(ordering: .relaxed) {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        default: nil
        }
    }
}

/// Waits for the signal to stop.
struct StopWait: Sendable {
    let readEnd: Int32

    var isRequested: Bool { StopSignal.name != nil }

    /// Returns when a signal to stop has arrived, or after `milliseconds`; negative waits for ever.
    @discardableResult
    func wait(milliseconds: Int32 = -1) -> Bool {
        var polled = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        while !isRequested {
            let readyCount = poll(&polled, 1, milliseconds)
            if readyCount == 0 { return false }
            if readyCount < 0, errno != EINTR { return false }
        }
        return true
    }

    /// Returns when a signal to stop has arrived.
    /// - Parameter onReload: called for SIGHUP; several that arrive meanwhile are one.
    func wait(onReload: () -> Void) {
        var reloadCount = 0
        var polled = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        while !isRequested {
            let readyCount = poll(&polled, 1, -1)
            if readyCount < 0 {
                if errno == EINTR { continue }
                return
            }
            // Emptied before the count is looked at: a signal that comes after this look fills it again.
            var bytes: (UInt64, UInt64) = (0, 0)
            _ = withUnsafeMutableBytes(of: &bytes) { read(readEnd, $0.baseAddress, $0.count) }
            let requestedCount = StopSignal.reloadsRequested.load(ordering: .sequentiallyConsistent)
            guard requestedCount > reloadCount, !isRequested else { continue }
            reloadCount = requestedCount
            onReload()
        }
    }
}
