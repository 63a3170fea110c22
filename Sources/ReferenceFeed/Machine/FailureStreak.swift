import Platform

/// Failures in a row, and the pause after each.
struct FailureStreak: Sendable {
    private(set) var count: UInt32 = 0
    /// Why it last failed; nil where that is over, though the pauses do not begin short again yet.
    private(set) var last: FeedFailure?
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
    mutating func fail(_ failure: FeedFailure, using generator: inout SplitMix64) -> UInt32 {
        last = failure
        count = count == .max ? .max : count + 1
        return UInt32(clamping: backoff.nextMilliseconds(using: &generator))
    }

    mutating func getOver() { last = nil }
}
