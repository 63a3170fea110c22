import ReferenceData

/// When to look again whether something expired or was delisted: `expires_at` and `delists_at` come to pass without
/// anybody writing a row. Pure: no clock.
///
/// What is effective follows from the wall clock alone, and a timer runs by the monotonic one. So the wall clock is
/// looked at when the next one is due, and often enough that a step of it is noticed: forwards what is due by then has
/// expired, backwards what had is active again.
enum DueSchedule {
    /// How late a step of the wall clock is noticed, at most.
    static let lookMillisecondsMax: UInt32 = 1_000
    /// Two judgements that changed something are this far apart: where thousands expire one shortly after another, they
    /// cost a few pushes.
    static let spacingMilliseconds: UInt32 = 100

    /// Whether a snapshot shows another moment than this one.
    static func isDue(_ snapshot: Snapshot, at now: Timestamp) -> Bool {
        guard isWatched(snapshot) else { return false }
        return now < snapshot.judgedAt || snapshot.nextDue.map { $0 <= now } ?? false
    }

    /// Whether time passes in a snapshot: in one of the past it does not.
    static func isWatched(_ snapshot: Snapshot) -> Bool { snapshot.isLoaded && snapshot.asOf.isAbsent }

    /// Milliseconds from `now` to the next look, rounded up: a timer that is early finds nothing.
    static func delay(until nextDue: Timestamp?, at now: Timestamp, hasChanged: Bool) -> UInt32 {
        let least = hasChanged ? spacingMilliseconds : 1
        guard let nextDue else { return lookMillisecondsMax }
        guard nextDue > now else { return least }
        let (distance, isOverflow) =
            nextDue.microsecondsSince1970.subtractingReportingOverflow(now.microsecondsSince1970)
        guard !isOverflow else { return lookMillisecondsMax }
        return max(least, min(lookMillisecondsMax, UInt32(clamping: (distance - 1) / 1_000 + 1)))
    }
}
