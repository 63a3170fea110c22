import Glibc
import PostgreSQL
import ReferenceData
import ReferenceFeed
import TestSupport

/// A running feed and everything it said, to wait on.
final class FeedProbe {
    let feed: SnapshotFeed
    private let log = FeedLog()

    init(
        conninfo: String, initial: Snapshot = .empty(epoch: 9), confirmedAt: Timestamp = .absent,
        _ configure: (inout FeedConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = FeedConfiguration(target: try ConnectionTarget(conninfo: conninfo))
        // Long enough that only doorbells can be what a test sees, unless it says otherwise.
        configuration.refresh.pollMilliseconds = 600_000
        configuration.refresh.reconcileMilliseconds = 600_000
        configuration.refresh.backoffMillisecondsMin = 10
        configuration.refresh.backoffMillisecondsMax = 50
        configuration.refresh.rereadMillisecondsMax = 50
        configure(&configuration)
        feed = try SnapshotFeed(
            configuration, initial: initial, confirmedAt: confirmedAt,
            onUpdate: { [log] update in log.note { $0.allUpdates.append(update) } },
            onEvent: { [log] event in log.note { $0.allEvents.append(event) } })
        feed.start()
    }

    deinit { feed.stop() }

    var updates: [SnapshotUpdate] { log.locked { $0.allUpdates } }
    var events: [FeedEvent] { log.locked { $0.allEvents } }
    var latest: SnapshotUpdate? { updates.last }

    /// The first of the updates from number `start` on that fits, and the number after it.
    func update(
        from start: Int = 0, where fits: (SnapshotUpdate) -> Bool
    ) throws -> (update: SnapshotUpdate, next: Int) {
        let (value, number) = try log.wait({ $0.allUpdates }, from: start, fits)
        return (value, number + 1)
    }

    /// The number after the first of the events from number `start` on that fits.
    @discardableResult
    func event(from start: Int = 0, where fits: (FeedEvent) -> Bool) throws -> Int {
        try log.wait({ $0.allEvents }, from: start, fits).number + 1
    }

    func loaded(from start: Int = 0) throws -> Int {
        try event(from: start) { if case .loaded = $0 { true } else { false } }
    }
}

/// What the feed's thread said, guarded for the test's.
private final class FeedLog: @unchecked Sendable {
    struct TimedOut: Error, CustomStringConvertible {
        let description: String
    }

    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var allUpdates: [SnapshotUpdate] = []
    var allEvents: [FeedEvent] = []

    init() {
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    func note(_ body: (FeedLog) -> Void) {
        locked(body)
        pthread_cond_broadcast(changed)
    }

    func locked<Value>(_ body: (FeedLog) -> Value) -> Value {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(self)
    }

    func wait<Value>(
        _ list: (FeedLog) -> [Value], from start: Int, _ fits: (Value) -> Bool
    ) throws -> (value: Value, number: Int) {
        var deadline = Deadline().absolute
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        var number = start
        while true {
            let values = list(self)
            while number < values.count {
                if fits(values[number]) { return (values[number], number) }
                number += 1
            }
            if pthread_cond_timedwait(changed, lock, &deadline) == ETIMEDOUT {
                let tail = allEvents.suffix(12).map(\.description).joined(separator: "\n")
                throw TimedOut(description: "not seen by the deadline; the last events were:\n\(tail)")
            }
        }
    }
}
