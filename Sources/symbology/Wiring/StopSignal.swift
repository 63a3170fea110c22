import EventLoop
import Glibc
import Platform
import Synchronization

/// Turns SIGTERM and SIGINT into something a thread can wait for, so that everything is taken down in order.
///
/// They are watched on a loop and a thread of their own: the main thread has no loop, and the second signal has to be
/// seen while it stops everything. Handlers rather than a blocked mask: what `dev` starts would inherit the mask and
/// could then not be stopped.
enum StopSignal {
    private static let received = Atomic<Int32>(0)
    fileprivate static let reloadsRequested = Atomic<Int>(0)
    fileprivate static let arrivals = Semaphore()

    /// Call once, before the first thread starts.
    /// - Parameter reloads: SIGHUP asks for a reload; otherwise it does what it always does.
    static func install(reloads: Bool = false) throws(CommandFailure) -> StopWait {
        let numbers = reloads ? [SIGTERM, SIGINT, SIGHUP] : [SIGTERM, SIGINT]
        // Whoever started us may have blocked them, and a blocked signal is inherited.
        var watched = sigset_t()
        sigemptyset(&watched)
        for number in numbers { sigaddset(&watched, number) }
        do {
            // Runs to the end of the process.
            let thread = try LoopThread(.answering)
            try thread.performAndWait { loop in
                for number in numbers { _ = try SignalWatcher(on: loop, signal: number) { note(number) } }
            }
        } catch {
            throw CommandFailure(.system, "cannot watch for signals: \(error)")
        }
        // Only now: a signal that waited would otherwise do what it does to a program that does not watch for it.
        pthread_sigmask(SIG_UNBLOCK, &watched, nil)
        return StopWait()
    }

    private static func note(_ number: Int32) {
        if number == SIGHUP {
            reloadsRequested.add(1, ordering: .relaxed)
        } else if received.exchange(number, ordering: .relaxed) != 0 {
            // The second signal means now: whoever asks twice does not want to wait for anything.
            _exit(128 + number)
        }
        arrivals.signal()
    }

    static var name: String? {
        switch received.load(ordering: .relaxed) {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        default: nil
        }
    }
}

/// Waits for the signal to stop; for one thread.
struct StopWait: Sendable {
    var isRequested: Bool { StopSignal.name != nil }

    /// How many times a reload was asked for so far.
    var reloadCount: Int { StopSignal.reloadsRequested.load(ordering: .relaxed) }

    /// Returns true when a signal to stop has arrived, false after `milliseconds`.
    @discardableResult
    func wait(milliseconds: Int32) -> Bool {
        let deadline = Platform.Deadline.after(milliseconds: Int(milliseconds))
        while !isRequested {
            guard StopSignal.arrivals.wait(by: deadline) else { return false }
        }
        return true
    }

    /// Returns when a signal to stop has arrived.
    /// - Parameter onReload: called for SIGHUP; several that arrive meanwhile are one.
    func wait(onReload: () -> Void) {
        var reloadCount = 0
        while !isRequested {
            StopSignal.arrivals.wait()
            let requestedCount = self.reloadCount
            guard requestedCount > reloadCount, !isRequested else { continue }
            reloadCount = requestedCount
            onReload()
        }
    }
}
