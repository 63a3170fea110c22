import Glibc

/// Events on their way from any thread to a waiting test.
public final class EventQueue<Event: Sendable>: @unchecked Sendable {
    // Guarded by the mutex; pthread wants stable addresses.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var events: [Event] = []

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

    public func push(_ event: Event) {
        pthread_mutex_lock(mutex)
        events.append(event)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Takes the oldest event, waiting for one; nil when the deadline passes first.
    public func next(_ deadline: Deadline = Deadline()) -> Event? { first(deadline) { _ in true } }

    /// Takes events, dropping them, until one satisfies `isWanted`; nil when the deadline passes first.
    public func first(_ deadline: Deadline = Deadline(), where isWanted: (Event) throws -> Bool) rethrows -> Event? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            while !events.isEmpty {
                let event = events.removeFirst()
                if try isWanted(event) { return event }
            }
            var end = deadline.absolute
            if pthread_cond_timedwait(condition, mutex, &end) == ETIMEDOUT, events.isEmpty { return nil }
        }
    }

    /// Takes everything that has arrived, without waiting.
    public func drain() -> [Event] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        defer { events.removeAll() }
        return events
    }
}
