import Glibc

/// A point on the monotonic clock: the wall clock may jump, waiting must not.
package struct Deadline {
    package let nanoseconds: UInt64
    /// How long was to be waited for it, for the error that says so; 0 where nobody waits for that long.
    package let milliseconds: Int

    package init(nanoseconds: UInt64, milliseconds: Int = 0) {
        self.nanoseconds = nanoseconds
        self.milliseconds = milliseconds
    }

    package static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }

    package static func after(milliseconds: Int, since start: UInt64 = now()) -> Deadline {
        let (product, overflow) = UInt64(max(0, milliseconds)).multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflows) = start.addingReportingOverflow(product)
        return Deadline(nanoseconds: overflow || overflows ? .max : sum, milliseconds: milliseconds)
    }

    static let never = Deadline(nanoseconds: .max)

    func earlier(_ other: Deadline) -> Deadline { nanoseconds <= other.nanoseconds ? self : other }

    /// The end of an equal share of what is left, where so many have to make do with it one after another.
    func share(among count: Int, at now: UInt64 = now()) -> Deadline {
        guard nanoseconds != .max, nanoseconds > now, count > 1 else { return self }
        return Deadline(nanoseconds: now + (nanoseconds - now) / UInt64(count), milliseconds: milliseconds)
    }

    package var isOver: Bool { nanoseconds != .max && Deadline.now() >= nanoseconds }

    /// For poll(2): −1 waits for ever, and a rest below a millisecond is rounded up so that nobody spins through it.
    var pollMilliseconds: Int32 {
        guard nanoseconds != .max else { return -1 }
        let now = Deadline.now()
        guard now < nanoseconds else { return 0 }
        return Int32(clamping: (nanoseconds - now - 1) / 1_000_000 + 1)
    }
}
