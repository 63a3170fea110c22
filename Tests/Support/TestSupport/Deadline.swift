import Glibc
import Platform

/// How long to wait for what should come: a limit that only decides how long a failing test takes, and so a generous
/// one. Under a sanitizer everything takes some ten times as long; `SYMBOLOGY_TEST_PATIENCE=3` gives a machine that is
/// slower still three times as much.
public let patienceMilliseconds: Int = {
    let factor = getenv("SYMBOLOGY_TEST_PATIENCE").flatMap { Int(String(cString: $0)) } ?? 1
    return (Sanitizer.current == nil ? 20_000 : 200_000) * max(1, factor)
}()

/// A moment on the monotonic clock by which something must have happened.
public struct Deadline: Sendable {
    private let moment: Platform.Deadline

    public init() { moment = .after(milliseconds: patienceMilliseconds) }

    /// For what has a bound of its own, as a soak's faults have.
    public init(seconds: Double) { moment = .after(milliseconds: Int(seconds * 1e3)) }

    public var isOver: Bool { moment.isOver }

    /// Rounded up, 0 when over: a timeout for poll(2).
    public var remainingMilliseconds: Int32 { moment.pollMilliseconds }

    /// For what waits until a moment of CLOCK_MONOTONIC.
    public var absolute: timespec {
        timespec(
            tv_sec: Int(moment.nanoseconds / 1_000_000_000), tv_nsec: Int(moment.nanoseconds % 1_000_000_000))
    }

    /// For what offers no event to wait for (another process, a file): asks every 2 ms. There is nothing to wake it, so
    /// it must ask; what the pause decides is how busy it is, never the outcome.
    /// - Returns: whether it came true in time.
    public func poll(until condition: () throws -> Bool) rethrows -> Bool {
        while true {
            if try condition() { return true }
            if isOver { return false }
            usleep(2_000)
        }
    }
}

/// CLOCK_MONOTONIC.
public func monotonicNanoseconds() -> UInt64 { MonotonicClock.nanoseconds() }
