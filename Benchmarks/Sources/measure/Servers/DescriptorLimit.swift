import Glibc
import Measuring

/// The limit of open files, of this process and of the servers that it starts, which inherit it.
enum DescriptorLimit {
    /// What a process needs beside the connections.
    private static let reserve = 64

    /// Takes what the hard limit allows, as far as it is needed.
    /// - Returns: how many of the connections can be made; the report says it where that is not all of them.
    static func raise(for connectionCount: Int, _ report: inout Report) throws -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw BenchmarkError("getrlimit: \(errorText(errno))")
        }
        let wanted = rlim_t(connectionCount + 2 * reserve)
        if limit.rlim_cur < wanted {
            var raised = limit
            // Root may go above the hard limit.
            for hard in [max(limit.rlim_max, wanted), limit.rlim_max] {
                raised.rlim_max = hard
                raised.rlim_cur = min(wanted, hard)
                if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { break }
            }
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        let allowed = Int(clamping: limit.rlim_cur)
        let count = min(connectionCount, allowed - reserve)
        if count < connectionCount {
            report.notes.append(
                "The limit of open files is \(allowed) here, so only \(grouped(count)) connections were made "
                    + "instead of \(grouped(connectionCount)); `ulimit -Hn` must allow more.")
        }
        return count
    }
}
