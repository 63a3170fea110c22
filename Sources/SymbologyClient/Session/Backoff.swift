import Glibc

/// Pauses that double, each shortened by chance, so that clients which lost one server do not come back in step.
struct Backoff {
    private var milliseconds: Int
    private let millisecondsMax: Int

    /// A day: what is longer is a mistake, and could not be doubled.
    private static let pauseMillisecondsMax = 86_400_000

    init(_ options: ClientOptions) {
        milliseconds = min(max(1, options.backoffMillisecondsMin), Self.pauseMillisecondsMax)
        millisecondsMax = min(max(1, options.backoffMillisecondsMax), Self.pauseMillisecondsMax)
    }

    /// When the next attempt is due, and the pause after it longer.
    mutating func next() -> Deadline {
        let length = Int.random(in: (milliseconds + 1) / 2...milliseconds)
        milliseconds = min(millisecondsMax, milliseconds * 2)
        return Deadline.after(milliseconds: length)
    }

    /// Sleeps before the next attempt. False, at once, when the deadline has passed or would pass meanwhile.
    mutating func pause(by deadline: Deadline) -> Bool {
        let end = next()
        guard end.nanoseconds < deadline.nanoseconds else { return false }
        while !end.isOver { poll(nil, 0, end.pollMilliseconds) }
        return true
    }
}
