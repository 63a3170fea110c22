import Glibc

/// CLOCK_MONOTONIC: what deadlines, ages and order are measured by, because the wall clock may jump.
package enum MonotonicClock {
    /// Nanoseconds since some moment before the process began. Allocates nothing.
    package static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
