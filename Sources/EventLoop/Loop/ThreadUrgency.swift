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

    /// In steps of nice(2): at 5, two runnable threads share a core 3 to 1; at 10, 9 to 1.
    var niceness: Int32 {
        switch self {
        case .answering: 0
        case .following: 5
        case .background: 10
        }
    }

    /// In nanoseconds, 0 for the system's own: the shortest that Linux takes, or its rule.
    private var slice: UInt64 {
        switch self {
        case .answering, .following: 100_000
        case .background: 0
        }
    }

    /// Gives it to the calling thread, and to those that it starts. It asks for nothing that needs a privilege; where a
    /// sandbox forbids the question or the process is nicer already, the thread stays as it is.
    func apply() {
        let inherited = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        _ = set_thread_slice(slice, max(inherited, niceness))
    }
}
