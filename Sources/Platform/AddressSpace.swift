import Glibc

/// The address space of the process, where it has a limit (`ulimit -v`): beyond it no memory is to be had.
package struct AddressSpace {
    package let byteCountMax: Int
    package let usedByteCount: Int

    /// As it is now; nil where there is no limit, or the system does not say what is used.
    package init?() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, let max = Int(exactly: limit.rlim_cur),
            let pageCount = SystemFile.text("/proc/self/statm")?.split(separator: " ").first.flatMap({ Int($0) })
        else { return nil }
        byteCountMax = max
        usedByteCount = pageCount * sysconf(Int32(_SC_PAGESIZE))
    }
}
