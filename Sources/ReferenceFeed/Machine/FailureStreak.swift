import Platform

/// Failures in a row, and the pause after each.
struct FailureStreak: Sendable {
    private(set) var count: UInt32 = 0
    private var backoff: Backoff

    /// None so far.
    init(_ settings: RefreshSettings) {
        backoff = Backoff(
            millisecondsMin: Int(settings.backoffMillisecondsMin),
            millisecondsMax: Int(settings.backoffMillisecondsMax))
    }

    /// One more. Returns the milliseconds until the next attempt.
    mutating func fail(using generator: inout SplitMix64) -> UInt32 {
        count = count == .max ? .max : count + 1
        return UInt32(clamping: backoff.nextMilliseconds(using: &generator))
    }
}
