import Glibc

/// Owns the bytes of an image: memory of its own, or a read-only mapping of a file.
///
/// The bytes never change after whoever built them has handed the block on, so any thread may read them.
final class MemoryBlock: @unchecked Sendable {
    private enum Origin {
        case allocated
        case mapped
    }

    /// Cache lines, which slots must not straddle.
    static let alignment = 64

    /// From this size on the kernel is asked for 2 MB pages: random probes into small pages miss the TLB each time.
    private static let hugePageByteCountMin = 8 << 20

    let start: UnsafeMutableRawPointer
    let byteCount: Int
    private let origin: Origin

    /// Zeroed memory, aligned to a cache line.
    init(zeroedByteCount byteCount: Int) {
        let isHuge = byteCount >= Self.hugePageByteCountMin
        var memory: UnsafeMutableRawPointer?
        let alignment = isHuge ? 2 << 20 : Self.alignment
        let outcome = posix_memalign(&memory, alignment, max(byteCount, Self.alignment))
        guard outcome == 0, let memory else { fatalError("out of memory: an image of \(byteCount) bytes") }
        if isHuge { madvise(memory, byteCount, MADV_HUGEPAGE) }
        memset(memory, 0, max(byteCount, Self.alignment))
        start = memory
        self.byteCount = byteCount
        origin = .allocated
    }

    /// Takes over a mapping made by `mmap`.
    init(mapping: UnsafeMutableRawPointer, byteCount: Int) {
        start = mapping
        self.byteCount = byteCount
        origin = .mapped
    }

    deinit {
        switch origin {
        case .allocated: free(start)
        case .mapped: munmap(start, byteCount)
        }
    }
}
