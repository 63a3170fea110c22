import Platform

/// A subscription that a new connection can take over: what was asked for, how far it got, and when to try again.
struct ResumableSubscription {
    var withRecords: Bool
    /// Where a new connection resumes.
    var position: PushPosition
    var heartbeatMilliseconds: Int
    /// Pushes of connections that are gone, and about the subscription itself, that wait to be taken.
    var notices = PushQueue()
    /// When the last push was taken, on the monotonic clock, and whether the silence since was reported.
    var lastHeard = MonotonicClock.nanoseconds()
    var isSilent = false
    /// Paces connecting again for pushes, from call to call; begins anew with a push.
    var backoff: Backoff
    /// Before it no connection is tried for pushes.
    var attemptDue = Deadline(nanoseconds: 0)
}
