import Glibc

/// Runs as many threads to their end.
func withThreads(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    final class Work: Sendable {
        let number: Int
        let body: @Sendable (Int) -> Void
        init(_ number: Int, _ body: @escaping @Sendable (Int) -> Void) { (self.number, self.body) = (number, body) }
    }
    let threads = (0..<count).map { number in
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(number, body)).toOpaque()
        let error = pthread_create(
            &thread, nil,
            {
                let work = Unmanaged<Work>.fromOpaque($0!).takeRetainedValue()
                work.body(work.number)
                return nil
            }, work)
        precondition(error == 0)
        return thread
    }
    for thread in threads { pthread_join(thread, nil) }
}
