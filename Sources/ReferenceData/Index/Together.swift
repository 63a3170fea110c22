import Glibc

/// Runs two pieces of work at once, the second on a thread of its own, and returns when both are done. For work of some
/// milliseconds and more: a thread costs some ten microseconds. Without a thread they run one after the other.
func runTogether(_ first: () -> Void, _ second: () -> Void) {
    withoutActuallyEscaping(second) { second in
        let work = Unmanaged.passRetained(ThreadWork(run: second))
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil, { Unmanaged<ThreadWork>.fromOpaque($0!).takeUnretainedValue().start() },
            work.toOpaque())
        first()
        if error == 0 { pthread_join(thread, nil) } else { second() }
        work.release()
    }
}

/// Work handed to a thread; whoever handed it over waits, so nothing in it needs to be sendable.
private final class ThreadWork {
    private let run: () -> Void

    init(run: @escaping () -> Void) { self.run = run }

    func start() -> UnsafeMutableRawPointer? {
        run()
        return nil
    }
}
