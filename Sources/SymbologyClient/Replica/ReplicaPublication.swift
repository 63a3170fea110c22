import Platform
import ReferenceData
import Synchronization

/// Hands the snapshot from the feed thread to the readers, behind a version counter, and the figures that need no
/// snapshot, as plain numbers.
///
/// Thread-safe: all that changes is atomic or behind a mutex.
final class ReplicaPublication: Sendable {
    struct Published {
        var snapshot: Snapshot
        /// Whether every answer from it carries the flag `fromFile`.
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
    private let confirmedNanoseconds = Atomic<Int64>(ReplicaPublication.unknownAge)
    /// Whether the server said last that its connection to the database stands.
    private let isDatabaseConnected = Atomic<Bool>(false)
    private let published: Mutex<Published>
    private let details = Mutex(ReplicaStatus())

    private let condition = MonotonicCondition()

    init(_ snapshot: Snapshot, state: ReplicaState) {
        published = Mutex(Published(snapshot: snapshot, isFromFile: state == .fromFile, version: 1))
        stateValue = Atomic(state.rawValue)
    }

    // MARK: Readers

    func current() -> Published { published.withLock { $0 } }

    /// The state, with the silence up to this moment: the feed thread need not have noticed it.
    var state: ReplicaState {
        let state = ReplicaState(rawValue: stateValue.load(ordering: .acquiring)) ?? .stale
        let limit = silenceNanosecondsMax.load(ordering: .relaxed)
        guard state == .live, limit > 0 else { return state }
        let heard = heardNanoseconds.load(ordering: .relaxed)
        let now = MonotonicClock.nanoseconds()
        return now > heard && now - heard > limit ? .stale : .live
    }

    var ageNanoseconds: UInt64? {
        let confirmed = confirmedNanoseconds.load(ordering: .relaxed)
        guard confirmed != Self.unknownAge else { return nil }
        let now = Int64(clamping: MonotonicClock.nanoseconds())
        return UInt64(clamping: now.subtractingReportingOverflow(confirmed).partialValue)
    }

    func isFresh(within limit: Duration) -> Bool {
        guard state == .live, isDatabaseConnected.load(ordering: .relaxed), let ageNanoseconds else { return false }
        return .nanoseconds(ageNanoseconds) <= limit
    }

    var status: ReplicaStatus {
        var status = details.withLock { $0 }
        let current = self.current()
        status.state = state
        (status.epoch, status.generation) = (current.snapshot.epoch, current.snapshot.generation)
        status.asOf = current.snapshot.asOf
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

    /// What the server says of its database; nil while there is no server.
    func set(isDatabaseConnected isConnected: Bool?) {
        isDatabaseConnected.store(isConnected == true, ordering: .relaxed)
        note { $0.isDatabaseConnected = isConnected }
    }

    /// Changes what `status` says besides, and lets those who wait look.
    func note(_ change: (inout ReplicaStatus) -> Void) {
        details.withLock { change(&$0) }
        wakeWaiting()
    }

    /// Lets those who wait look again.
    func wakeWaiting() { condition.broadcast() }

    // MARK: Waiting

    /// Whether something came true before the deadline.
    func wait(by deadline: Deadline, until isTrue: (ReplicaStatus) -> Bool) -> Bool {
        condition.wait(by: deadline) { isTrue(status) }
    }
}
