import Platform

/// Runs as many threads to their end.
func withThreads(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let threads = (0..<count).map { number in
        guard let thread = try? SystemThread({ body(number) }) else { fatalError("no thread") }
        return thread
    }
    for thread in threads { thread.join() }
}
