import CScheduling
import Glibc

/// How soon the system is to let a thread run when others want the core that it runs on.
///
/// Where every thread has a core of its own it makes no difference. Where a server has one core, what computes for a
/// hundred milliseconds would otherwise keep each answer waiting for a slice of some milliseconds. A thread that wakes
/// is let run at once if its slice is shorter than that of the one that runs and it has had no more than its share
/// (EEVDF, Linux 6.12 and later); so answering threads have short slices, and the others a smaller share.
public enum ThreadUrgency: Sendable {
    /// Whose caller waits: answers.
    case answering
    /// Makes what the others answer from: soon, but behind them.
    case following
    /// Nobody waits for it.
    case background

    /// In steps of nice(2): at 10, two runnable threads share a core 9 to 1; at 15, 28 to 1.
    ///
    /// What follows has work of a hundred milliseconds where twenty thousand symbols expire at once. A thread that
    /// wakes beside it on its core is not always let run before the next tick of the clock, 4 ms later: beside one at 3
    /// some 50 round trips of 16,000 were not, beside one at 10 some 5 of 20,000 (Linux 6.18).
    var niceness: Int32 {
        switch self {
        case .answering: 0
        case .following: 10
        case .background: 15
        }
    }

    /// In nanoseconds, 0 for the system's own: the shortest that Linux takes, or its rule.
    private var slice: UInt64 {
        switch self {
        case .answering, .following: 100_000
        case .background: 0
        }
    }

    /// Gives it to the calling thread, and to those that it starts.
    ///
    /// It asks for nothing that needs a privilege and takes nothing away: who runs the server at a priority of its own,
    /// real time for one, has decided. A kernel that knows no slices, or a sandbox that forbids the question, leaves
    /// the niceness alone.
    func apply() {
        guard sched_getscheduler(0) == SCHED_OTHER else { return }
        let this = __priority_which_t(PRIO_PROCESS.rawValue)
        let niceness = Self.niceness(niceness, from: getpriority(this, 0))
        if set_thread_slice(slice, niceness) != 0 { _ = setpriority(this, 0, niceness) }
    }

    /// The niceness of a thread of a process that has one: so much behind it where the process comes before others, and
    /// no nicer than it is where it comes behind them.
    static func niceness(_ niceness: Int32, from inherited: Int32) -> Int32 {
        inherited < 0 ? inherited + niceness : max(inherited, niceness)
    }
}
