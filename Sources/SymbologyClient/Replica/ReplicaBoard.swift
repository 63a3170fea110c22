import Glibc
import ReferenceData
import Synchronization

/// What the feed thread publishes and the readers take: the snapshot behind a version counter, and the figures that
/// need no snapshot as plain numbers.
///
/// Unchecked: all that changes is atomic or behind the mutex; pthread's condition wants a stable address.
final class ReplicaBoard: @unchecked Sendable {
    struct Published {
        var snapshot: Snapshot
        /// Whether every answer from it carries the flag.
        var isFromFile: Bool
        var version: UInt64
    }

    static let unknownAge = Int64.min

    /// Moves with each publication; a reader that holds the same one has nothing to take.
    let version = Atomic<UInt64>(1)
    private let stateValue: Atomic<UInt8>
    /// When all that the server sent had last been read, on the monotonic clock.
    private let heardNanoseconds = Atomic<UInt64>(0)
    /// Silence from which on nothing is live; 0 is none.
    private let silenceNanosecondsMax = Atomic<UInt64>(0)
    /// When the snapshot was last known equal to the tables, on the monotonic clock, before which it may lie.
    private let confirmedNanoseconds = Atomic<Int64>(ReplicaBoard.unknownAge)
    private let published: Mutex<Published>
    private let details = Mutex(ReplicaStatus())

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ snapshot: Snapshot, state: ReplicaState) {
        published = Mutex(Published(snapshot: snapshot, isFromFile: state == .fromFile, version: 1))
        stateValue = Atomic(state.rawValue)
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

    // MARK: Readers

    func current() -> Published { published.withLock { $0 } }

    /// The state, with the silence up to this moment: the feed thread need not have noticed it.
    var state: ReplicaState {
        let state = ReplicaState(rawValue: stateValue.load(ordering: .acquiring)) ?? .stale
        let limit = silenceNanosecondsMax.load(ordering: .relaxed)
        guard state == .live, limit > 0 else { return state }
        let heard = heardNanoseconds.load(ordering: .relaxed)
        let now = Deadline.now()
        return now > heard && now - heard > limit ? .stale : .live
    }

    var ageNanoseconds: UInt64? {
        let confirmed = confirmedNanoseconds.load(ordering: .relaxed)
        guard confirmed != Self.unknownAge else { return nil }
        return UInt64(clamping: Int64(clamping: Deadline.now()).subtractingReportingOverflow(confirmed).partialValue)
    }

    var status: ReplicaStatus {
        var status = details.withLock { $0 }
        let current = self.current()
        status.state = state
        (status.epoch, status.generation) = (current.snapshot.epoch, current.snapshot.generation)
        status.symbolCount = current.snapshot.symbolCount
        status.ageMilliseconds = ageNanoseconds.map { $0 / 1_000_000 }
        return status
    }

    // MARK: The feed thread

    /// Makes a snapshot the one that readers take; returns the one before.
    func publish(_ snapshot: Snapshot, isFromFile: Bool) -> Snapshot {
        published.withLock { published in
            let before = published.snapshot
            published.snapshot = snapshot
            published.isFromFile = isFromFile
            published.version &+= 1
            version.store(published.version, ordering: .releasing)
            return before
        }
    }

    /// Whether it is another one than before.
    func set(_ state: ReplicaState) -> Bool {
        stateValue.exchange(state.rawValue, ordering: .acquiringAndReleasing) != state.rawValue
    }

    func set(silenceMillisecondsMax milliseconds: Int) {
        silenceNanosecondsMax.store(UInt64(clamping: milliseconds) &* 1_000_000, ordering: .relaxed)
    }

    func heard(at now: UInt64) { heardNanoseconds.store(now, ordering: .relaxed) }

    func confirmed(ageMilliseconds: UInt64?, at now: UInt64) {
        let age = ageMilliseconds.map { Int64(clamping: $0).multipliedReportingOverflow(by: 1_000_000) }
        guard let age, !age.overflow else { return confirmedNanoseconds.store(Self.unknownAge, ordering: .relaxed) }
        confirmedNanoseconds.store(Int64(clamping: now) - age.partialValue, ordering: .relaxed)
    }

    /// Changes what `status` says besides, and lets those who wait look.
    func note(_ change: (inout ReplicaStatus) -> Void) {
        details.withLock { change(&$0) }
        wakeWaiting()
    }

    /// Lets those who wait look again.
    func wakeWaiting() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    // MARK: Waiting

    /// Whether something came true before the deadline.
    func wait(by deadline: Deadline, until isTrue: (ReplicaStatus) -> Bool) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isTrue(status) {
            guard !deadline.isOver else { return false }
            var end = deadline.time
            pthread_cond_timedwait(condition, mutex, &end)
        }
        return true
    }
}

extension Deadline {
    /// For pthread; "never" is a day.
    fileprivate var time: timespec {
        let end = min(nanoseconds, Deadline.now() &+ 86_400_000_000_000)
        return timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    }
}
