import Glibc

/// A moment of the monotonic clock by which something must have happened.
package struct Deadline: Sendable {
    /// The moment, as `MonotonicClock` counts; `UInt64.max` never comes.
    package let nanoseconds: UInt64
    /// How long the wait was to be, for the error that says so; 0 where nobody waits for that long.
    package let milliseconds: Int

    package init(nanoseconds: UInt64, milliseconds: Int = 0) {
        self.nanoseconds = nanoseconds
        self.milliseconds = milliseconds
    }

    /// The moment so long after another, now by default. What is too far away to be counted never comes.
    package static func after(milliseconds: Int, since start: UInt64 = MonotonicClock.nanoseconds()) -> Deadline {
        let (product, overflow) = UInt64(max(0, milliseconds)).multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflows) = start.addingReportingOverflow(product)
        return Deadline(nanoseconds: overflow || overflows ? .max : sum, milliseconds: milliseconds)
    }

    /// A wait without end.
    package static let never = Deadline(nanoseconds: .max)

    package func earlier(_ other: Deadline) -> Deadline { nanoseconds <= other.nanoseconds ? self : other }

    /// The end of an equal share of what is left, where `count` attempts use it one after another.
    package func share(among count: Int, at now: UInt64 = MonotonicClock.nanoseconds()) -> Deadline {
        guard nanoseconds != .max, nanoseconds > now, count > 1 else { return self }
        return Deadline(nanoseconds: now + (nanoseconds - now) / UInt64(count), milliseconds: milliseconds)
    }

    package var isOver: Bool { nanoseconds != .max && MonotonicClock.nanoseconds() >= nanoseconds }

    /// The timeout for poll(2): −1 for a wait without end, and a rest below a millisecond is rounded up, so that nobody
    /// spins through it.
    package var pollMilliseconds: Int32 {
        guard nanoseconds != .max else { return -1 }
        let now = MonotonicClock.nanoseconds()
        guard now < nanoseconds else { return 0 }
        return Int32(clamping: (nanoseconds - now - 1) / 1_000_000 + 1)
    }
}
