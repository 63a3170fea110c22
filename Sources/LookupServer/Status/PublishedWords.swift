import Synchronization

/// Numbers that one thread counts and any thread reads, without a locked instruction.
struct PublishedWords: @unchecked Sendable {
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    let count: Int

    /// All are 0. The owner frees them with `deallocate`.
    init(count: Int) {
        self.count = count
        words = .allocate(capacity: count)
        for index in 0..<count { (words + index).initialize(to: Atomic(0)) }
    }

    func deallocate() {
        words.deinitialize(count: count)
        words.deallocate()
    }

    /// Stores only by the thread that counts.
    @inline(__always)
    subscript(index: Int) -> UInt64 {
        get { words[index].load(ordering: .relaxed) }
        nonmutating set { words[index].store(newValue, ordering: .relaxed) }
    }
}
