import Glibc

/// Lets one thread wait until others have arrived. Thread-safe.
public final class Countdown: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let count: Int

    /// - Parameter count: how many arrivals `wait` waits for.
    public init(_ count: Int) {
        self.count = count
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    public func arrive() { sem_post(semaphore) }

    /// To be called once, by one thread.
    public func wait() {
        for _ in 0..<count { while sem_wait(semaphore) != 0 {} }
    }
}
