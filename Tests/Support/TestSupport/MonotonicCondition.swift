import Glibc

/// A lock with a condition whose waits end by the monotonic clock: the wall clock may jump while a test waits.
///
/// Thread-safe.
public final class MonotonicCondition: @unchecked Sendable {
    // pthread wants stable addresses.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    public func withLock<Value>(_ body: () throws -> Value) rethrows -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    public func broadcast() { pthread_cond_broadcast(condition) }

    /// Waits for `broadcast`, inside `withLock`; false when the deadline passed first. May return true for nothing.
    public func wait(until deadline: Deadline) -> Bool {
        var end = deadline.absolute
        return pthread_cond_timedwait(condition, mutex, &end) != ETIMEDOUT
    }
}
