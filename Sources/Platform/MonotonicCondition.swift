import Glibc

/// A lock with a condition whose waits end by the monotonic clock. All members are thread-safe.
///
/// Unchecked: the two never change, and lie where pthread wants them, at addresses that stay.
package final class MonotonicCondition: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// The longest single wait, a day, in nanoseconds: what never comes has no place in a timespec.
    private static let waitNanosecondsMax: UInt64 = 86_400_000_000_000

    package init() {
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

    /// Lets all who wait look again, each after what it is looking at now.
    package func broadcast() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits until something is true, and says whether it was in time. Looks at once, and after each broadcast.
    package func wait(by deadline: Deadline, until isTrue: () -> Bool) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isTrue() {
            guard !deadline.isOver else { return false }
            let end = min(deadline.nanoseconds, MonotonicClock.nanoseconds() &+ Self.waitNanosecondsMax)
            var time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
            pthread_cond_timedwait(condition, mutex, &time)
        }
        return true
    }
}
