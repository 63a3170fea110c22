import Glibc

/// The memory of some symbols. Whoever changes it holds it alone.
final class SymbolBlock: @unchecked Sendable {
    private var start: UnsafeMutablePointer<SymbolRecord>?
    private(set) var count = 0
    private(set) var capacity = 0

    init() {}

    /// A copy of some rows, with room for more.
    init(_ rows: UnsafeBufferPointer<SymbolRecord>, capacity: Int) {
        grow(to: max(capacity, rows.count))
        if let source = rows.baseAddress { start?.initialize(from: source, count: rows.count) }
        count = rows.count
    }

    deinit { free(start) }

    var rows: UnsafeBufferPointer<SymbolRecord> { UnsafeBufferPointer(start: start, count: count) }

    subscript(index: Int) -> SymbolRecord {
        get {
            precondition(index >= 0 && index < count, "there is no such symbol")
            return start![index]
        }
        set {
            precondition(index >= 0 && index < count, "there is no such symbol")
            start![index] = newValue
        }
    }

    /// There must be room.
    func append(_ row: SymbolRecord) {
        precondition(count < capacity, "no room")
        (start! + count).initialize(to: row)
        count += 1
    }

    /// The same of a row that `fill` makes of an empty one; false where it does not.
    func append(_ fill: (inout SymbolRecord) -> Bool) -> Bool {
        precondition(count < capacity, "no room")
        let row = start! + count
        row.initialize(to: Self.empty)
        guard fill(&row.pointee) else { return false }
        count += 1
        return true
    }

    private static let empty = SymbolRecord.empty

    /// A block of some size is moved with its pages, not copied.
    func grow(to newCapacity: Int) {
        let byteCount = newCapacity * MemoryLayout<SymbolRecord>.stride
        guard let memory = realloc(start, byteCount) else { fatalError("out of memory: \(byteCount) bytes of symbols") }
        start = memory.bindMemory(to: SymbolRecord.self, capacity: newCapacity)
        capacity = newCapacity
    }

    /// Gives the memory of some rows back, all pages that hold nothing else: they say nothing from then on. Any threads
    /// may do so with rows of their own.
    func giveBack(_ range: Range<Int>) {
        guard let start else { return }
        let pageByteCount = UInt(sysconf(Int32(_SC_PAGESIZE)))
        let first = (UInt(bitPattern: start + range.lowerBound) + pageByteCount - 1) / pageByteCount * pageByteCount
        let end = UInt(bitPattern: start + range.upperBound) / pageByteCount * pageByteCount
        if first < end { madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED) }
    }
}
