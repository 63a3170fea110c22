import Glibc

/// A thread of the operating system that runs one closure. All members are thread-safe.
///
/// It is joined or detached exactly once. The closure, and what it holds, lives until it has run.
package final class SystemThread: Sendable {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    /// The system has no thread to give.
    package struct StartFailure: Error {
        /// What pthread_create(3) returned.
        package let code: Int32
    }

    /// Starts the thread.
    /// - Parameter receivesSignals: whether signals of the process may arrive on it; otherwise they go to its others.
    package init(receivesSignals: Bool = true, _ body: @escaping @Sendable () -> Void) throws(StartFailure) {
        thread = try Self.start(receivesSignals: receivesSignals, body)
    }

    private static func start(
        receivesSignals: Bool, _ body: @escaping () -> Void
    ) throws(StartFailure) -> pthread_t {
        var signalsBefore = sigset_t()
        if !receivesSignals {
            // A new thread inherits the mask of the one that makes it.
            var everySignal = sigset_t()
            sigfillset(&everySignal)
            pthread_sigmask(SIG_SETMASK, &everySignal, &signalsBefore)
        }
        defer { if !receivesSignals { pthread_sigmask(SIG_SETMASK, &signalsBefore, nil) } }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Body(body))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw StartFailure(code: code)
        }
        return thread
    }

    /// Waits for the end. On the thread itself it only lets go of it.
    package func join() {
        if pthread_equal(pthread_self(), thread) != 0 {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }

    /// Lets it run on by itself: nobody will wait for it.
    package func detach() { pthread_detach(thread) }

    /// Runs two pieces of work at once, the second on a thread of its own, and returns when both are done. For work of
    /// some milliseconds and more: a thread costs some ten microseconds. Without a thread they run one after the other.
    package static func concurrently(_ first: () -> Void, _ second: () -> Void) {
        withoutActuallyEscaping(second) { second in
            let thread = try? start(receivesSignals: false, second)
            first()
            if let thread { pthread_join(thread, nil) } else { second() }
        }
    }
}
