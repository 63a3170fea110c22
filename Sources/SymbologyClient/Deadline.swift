import Glibc

/// A point on the monotonic clock: the wall clock may jump, waiting must not.
package struct Deadline {
    package let nanoseconds: UInt64

    package static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    package static func after(milliseconds: Int, since start: UInt64 = now()) -> Deadline {
        let (product, overflow) = UInt64(max(0, milliseconds)).multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflows) = start.addingReportingOverflow(product)
        return Deadline(nanoseconds: overflow || overflows ? .max : sum)
    }

    static let never = Deadline(nanoseconds: .max)

    func earlier(_ other: Deadline) -> Deadline { nanoseconds <= other.nanoseconds ? self : other }

    package var isOver: Bool { nanoseconds != .max && Deadline.now() >= nanoseconds }

    /// For poll(2): −1 waits for ever, and a rest below a millisecond is rounded up so that nobody spins through it.
    var pollMilliseconds: Int32 {
        guard nanoseconds != .max else { return -1 }
        let now = Deadline.now()
        guard now < nanoseconds else { return 0 }
        return Int32(clamping: (nanoseconds - now - 1) / 1_000_000 + 1)
    }
}
