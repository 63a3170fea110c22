import CMalloc
import Platform

/// Has glibc's malloc give back to the system what the server frees.
///
/// Left alone, malloc raises its thresholds with the first large block that is freed, and from then on a server that
/// changes all day keeps the most that it ever had in use at once: four times what it needs, in steps that whoever
/// watches its memory cannot tell from a leak. A block from the system costs a few page faults more, and only the
/// threads that build images ask for one: answering allocates nothing.
enum MemoryReturn {
    /// Blocks of so many bytes and more come from the system each by itself, and go back when they are freed.
    private static let ownBlockByteCount: Int32 = 64 << 10
    /// So many free bytes at the end of the heap are given back.
    private static let trimByteCount: Int32 = 128 << 10

    /// For the whole process; call before the first thread starts. An environment that sets `MALLOC_…_` is overruled.
    static func enable() {
        // 0 means that this malloc knows no such setting: then it does as it always does.
        _ = mallopt(M_MMAP_THRESHOLD, ownBlockByteCount)
        _ = mallopt(M_TRIM_THRESHOLD, trimByteCount)
        // Each thread would take 64 MB of addresses for blocks of its own, and the last of them would find none for a
        // few bytes, which ends the process.
        if AddressSpace() != nil { _ = mallopt(M_ARENA_MAX, 1) }
    }
}
