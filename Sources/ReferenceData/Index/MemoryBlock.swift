import Glibc

/// Owns the bytes of an image: memory of its own, or a read-only mapping of a file.
///
/// What any thread may read of it never changes: of most blocks all, once whoever built them has handed them on; of an
/// overlay's, which is appended to, what the overlays made so far know of (`OverlayStore`).
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

    /// Zeroed memory, aligned to a cache line; nil when there is none.
    ///
    /// Large blocks are mapped: the kernel hands out zeroed pages, so that nothing is written twice.
    init?(zeroedByteCount: Int) {
        let byteCount = max(zeroedByteCount, Self.alignment)
        if byteCount >= Self.hugePageByteCountMin {
            let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let memory, memory != MAP_FAILED else { return nil }
            madvise(memory, byteCount, MADV_HUGEPAGE)
            start = memory
            origin = .mapped
        } else {
            var memory: UnsafeMutableRawPointer?
            guard posix_memalign(&memory, Self.alignment, byteCount) == 0, let memory else { return nil }
            memset(memory, 0, byteCount)
            start = memory
            origin = .allocated
        }
        self.byteCount = byteCount
    }

    /// Zeroed memory, aligned to a cache line, for what cannot go on without it: whoever has a snapshot to keep has
    /// asked before (`Snapshot+Memory`), as for the arrays that are made beside it.
    static func zeroed(byteCount: Int) -> MemoryBlock {
        guard let block = MemoryBlock(zeroedByteCount: byteCount) else {
            fatalError("out of memory: an image of \(byteCount) bytes")
        }
        return block
    }

    /// Zeroed memory of which a page costs nothing before it is written to.
    static func reserved(byteCount: Int) -> MemoryBlock {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let memory, memory != MAP_FAILED else { fatalError("out of memory: \(byteCount) bytes to append to") }
        madvise(memory, byteCount, MADV_NOHUGEPAGE)
        return MemoryBlock(mapping: memory, byteCount: byteCount)
    }

    /// Memory with anything in it, aligned to a cache line, for whoever fills all of it.
    static func unfilled(byteCount: Int) -> MemoryBlock { MemoryBlock(unfilledByteCount: max(byteCount, alignment)) }

    /// The same bytes in other memory.
    func copied() -> MemoryBlock {
        let copy = Self.unfilled(byteCount: byteCount)
        copy.start.copyMemory(from: start, byteCount: byteCount)
        return copy
    }

    private init(unfilledByteCount byteCount: Int) {
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, Self.alignment, byteCount) == 0, let memory else {
            fatalError("out of memory: \(byteCount) bytes")
        }
        start = memory
        self.byteCount = byteCount
        origin = .allocated
    }

    /// A block of its own for some numbers, which lookups read without touching a reference count.
    static func holding(_ numbers: [UInt32]) -> (block: MemoryBlock, numbers: UnsafeBufferPointer<UInt32>) {
        let block = zeroed(byteCount: numbers.count * 4)
        let start = block.start.bindMemory(to: UInt32.self, capacity: numbers.count)
        for (position, number) in numbers.enumerated() { start[position] = number }
        return (block, UnsafeBufferPointer(start: start, count: numbers.count))
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
