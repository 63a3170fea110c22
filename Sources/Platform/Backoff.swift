import Glibc

/// Pauses between attempts: each twice as long as the one before, up to a maximum. Chance shortens each by up to half,
/// so that many who lost one server at the same moment do not come back at the same moment.
package struct Backoff: Sendable {
    private let millisecondsMin: Int
    private let millisecondsMax: Int
    private var milliseconds: Int

    /// A day: a longer pause is a mistake, and could not be doubled.
    private static let pauseMillisecondsMax = 86_400_000

    /// Both are brought into the range from one millisecond to a day.
    package init(millisecondsMin: Int, millisecondsMax: Int) {
        self.millisecondsMin = min(max(1, millisecondsMin), Self.pauseMillisecondsMax)
        self.millisecondsMax = min(max(1, millisecondsMax), Self.pauseMillisecondsMax)
        milliseconds = self.millisecondsMin
    }

    /// The next pause in milliseconds; the one after it is longer. A seeded generator gives the same pauses again.
    package mutating func nextMilliseconds(using generator: inout some RandomNumberGenerator) -> Int {
        let length = Int.random(in: (milliseconds + 1) / 2...milliseconds, using: &generator)
        milliseconds = min(millisecondsMax, milliseconds * 2)
        return length
    }

    /// When the next attempt is due; the pause after it is longer.
    package mutating func next() -> Deadline {
        var generator = SystemRandomNumberGenerator()
        return .after(milliseconds: nextMilliseconds(using: &generator))
    }

    /// Begins again with the shortest pause: an attempt succeeded.
    package mutating func reset() { milliseconds = millisecondsMin }

    /// Sleeps before the next attempt. False, at once, when the deadline has passed or would pass meanwhile.
    package mutating func pause(by deadline: Deadline) -> Bool {
        let end = next()
        guard end.nanoseconds < deadline.nanoseconds else { return false }
        while !end.isOver { poll(nil, 0, end.pollMilliseconds) }
        return true
    }
}
