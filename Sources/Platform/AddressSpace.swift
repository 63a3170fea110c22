import Glibc
import Synchronization

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

    private static let reservedByteCount = Atomic<Int>(0)

    /// Keeps so many bytes of what is left for those who take little at a time, and cannot wait; a negative number
    /// gives them back. Thread-safe.
    package static func reserve(_ byteCount: Int) { reservedByteCount.add(byteCount, ordering: .relaxed) }

    /// Whether so many bytes more are to be had beside those that are kept for others. Else as `hasRoom`.
    package static func hasRoomBesideReserve(for byteCount: Int) -> Bool {
        byteCount <= 0 || hasRoom(for: byteCount + reservedByteCount.load(ordering: .relaxed))
    }

    /// Bytes that may be taken beside those that are kept for others; nil where there is no limit.
    package static var leftByteCount: Int? {
        AddressSpace().map { $0.byteCountMax - $0.usedByteCount - reservedByteCount.load(ordering: .relaxed) }
    }

    /// Whether so many bytes more are to be had: the kernel is asked for them, in one piece, and given them back.
    ///
    /// Swift ends the process where an array gets no memory, so who has a state to go on with asks before it makes the
    /// next one. Two system calls, some microseconds; no page is touched.
    package static func hasRoom(for byteCount: Int) -> Bool {
        if byteCount <= 0 { return true }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let memory, memory != MAP_FAILED else { return false }
        munmap(memory, byteCount)
        return true
    }
}
