import Glibc

/// A moment on the monotonic clock by which something must have happened.
public struct Deadline: Sendable {
    private let endNanoseconds: UInt64

    /// Generous by default: a deadline only decides how long a failing test takes.
    public init(seconds: Double = 20) { endNanoseconds = monotonicNanoseconds() + UInt64(seconds * 1e9) }

    public var isOver: Bool { monotonicNanoseconds() >= endNanoseconds }

    /// Rounded up, 0 when over: a timeout for poll(2).
    public var remainingMilliseconds: Int32 {
        let now = monotonicNanoseconds()
        return now >= endNanoseconds ? 0 : Int32(clamping: (endNanoseconds - now + 999_999) / 1_000_000)
    }

    var absolute: timespec {
        timespec(tv_sec: Int(endNanoseconds / 1_000_000_000), tv_nsec: Int(endNanoseconds % 1_000_000_000))
    }

    /// For what offers no event to wait for (another process, a file): asks every 2 ms.
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
public func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}
