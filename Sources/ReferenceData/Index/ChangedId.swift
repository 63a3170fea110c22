/// An id whose row is another one than in the main image, or none.
struct ChangedId: Keyed, BitwiseCopyable {
    let id: UInt32
    /// Of its row in the overlay, or `noRow`.
    let row: UInt32

    static let noRow = UInt32.max

    var key: UInt32 { id }

    /// The index of its row in the overlay; nil where it has none any more.
    @inline(__always)
    var rowIndex: Int? { row == Self.noRow ? nil : Int(row) }
}

/// The changed ids of an overlay, ascending: read in place, so whoever uses it holds the overlay.
struct ChangedIds: @unchecked Sendable, BitwiseCopyable {
    private let first: UnsafeRawPointer
    let count: Int

    /// None.
    static let none = ChangedIds(first: UnsafeRawPointer(SlotTable.emptyBlock.start), count: 0)

    private init(first: UnsafeRawPointer, count: Int) {
        self.first = first
        self.count = count
    }

    @inline(__always)
    subscript(position: Int) -> ChangedId { first.load(fromByteOffset: position &* 8, as: ChangedId.self) }

    /// The first position of a greater id. O(log count).
    func position(after id: UInt32) -> Int { partitionPoint(count) { self[$0].id <= id } }

    /// What became of an id; nil where it did not change. O(log count).
    @inline(__always)
    func entry(_ id: UInt32) -> ChangedId? {
        if count == 0 { return nil }
        // Without a branch that depends on an id: half of those would be mispredicted.
        var (first, rest) = (0, count)
        while rest > 1 {
            let half = rest &>> 1
            first = self[first &+ half].id <= id ? first &+ half : first
            rest &-= half
        }
        let entry = self[first]
        return entry.id == id ? entry : nil
    }

    /// O(log count).
    @inline(__always)
    func contains(_ id: UInt32) -> Bool { entry(id) != nil }

    /// The indexes of the rows of the overlay that are served, in order of their ids.
    var rowIndexes: some Sequence<Int> { (0..<count).lazy.compactMap { self[$0].rowIndex } }

    /// These with some more, and the memory that they stand in.
    ///
    /// - Parameters:
    ///   - changed: ascending; their rows stand in the overlay from `firstRow` on.
    ///   - main: an id that is in neither is none.
    ///
    /// O(count + changed · log main), of which the first is a copy.
    func changing(_ changed: [RowChange], firstRow: Int, over main: RowView) -> (ids: ChangedIds, block: MemoryBlock) {
        let block = MemoryBlock.unfilled(byteCount: (count + changed.count) * 8)
        var (end, start) = (block.start, 0)
        func copy(upTo position: Int) {
            end.copyMemory(from: first + start * 8, byteCount: (position - start) * 8)
            end += (position - start) * 8
            start = position
        }
        var row = UInt32(firstRow)
        for change in changed {
            copy(upTo: start + partitionPoint(count - start) { self[start + $0].id < change.id })
            if start < count, self[start].id == change.id { start += 1 }
            let entry = ChangedId(id: change.id, row: change.after == nil ? ChangedId.noRow : row)
            if change.after != nil { row += 1 }
            if entry.row == ChangedId.noRow, main.rowIndex(id: change.id) == nil { continue }
            end.storeBytes(of: entry, as: ChangedId.self)
            end += 8
        }
        copy(upTo: count)
        return (ChangedIds(first: UnsafeRawPointer(block.start), count: (end - block.start) / 8), block)
    }
}
