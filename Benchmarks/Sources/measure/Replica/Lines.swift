import CLoad

/// What lookups in batches cannot be faster than: lines of memory, as many as a table of symbols has slots.
struct Lines {
    private let count: Int
    private let start: UnsafePointer<UInt8>

    init(symbolCount: Int) throws {
        count = symbolCount * 10 / 9
        guard let start = load_lines_make(count) else { throw BenchmarkError("no memory for \(count) lines") }
        self.start = start
    }

    /// Reads a line for each key; see `load.h`.
    func read<Key: BitwiseCopyable>(_ keys: [Key]) -> UInt64 {
        keys.withUnsafeBytes { load_lines_read(start, count, $0.baseAddress, MemoryLayout<Key>.stride, keys.count) }
    }
}
