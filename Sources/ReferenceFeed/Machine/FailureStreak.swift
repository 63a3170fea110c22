import Platform

/// Failures in a row, and the pause after each.
struct FailureStreak: Sendable {
    private(set) var count: UInt32 = 0
    private var backoff: Backoff

    /// None so far.
    init(_ settings: RefreshSettings) { self.init(settings, settings.backoffMillisecondsMax) }

    /// None so far, of attempts each of which reads every row.
    init(rereading settings: RefreshSettings) { self.init(settings, settings.rereadMillisecondsMax) }

    private init(_ settings: RefreshSettings, _ millisecondsMax: UInt32) {
        backoff = Backoff(
            millisecondsMin: Int(settings.backoffMillisecondsMin), millisecondsMax: Int(millisecondsMax))
    }

    /// One more. Returns the milliseconds until the next attempt.
    mutating func fail(using generator: inout SplitMix64) -> UInt32 {
        count = count == .max ? .max : count + 1
        return UInt32(clamping: backoff.nextMilliseconds(using: &generator))
    }
}
