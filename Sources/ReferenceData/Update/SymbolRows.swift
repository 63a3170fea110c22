/// Symbols one behind another, as a load reads them.
///
/// Like an array, but it grows without copying what is there, and gives its memory back while an image is made of it
/// (`SymbolBlock`): fresh memory is what a large load waits for. A copy shares the rows until one of both is changed.
public struct SymbolRows: Sendable {
    private var block = SymbolBlock()

    /// No rows.
    public init() {}

    /// Some rows. O(rows).
    public init(_ rows: some Collection<SymbolRecord>) {
        reserveCapacity(rows.count)
        for row in rows { append(row) }
    }

    /// The rows in place, for as long as somebody holds them and nobody changes them.
    var rows: UnsafeBufferPointer<SymbolRecord> { block.rows }

    /// The memory of the rows, where nobody else holds it: whoever asks may take it to pieces.
    mutating func blockHeldAlone() -> SymbolBlock? { isKnownUniquelyReferenced(&block) ? block : nil }

    /// Adds a row. O(1) on average; O(rows) where the rows are shared.
    public mutating func append(_ row: SymbolRecord) {
        if block.count == block.capacity || !isKnownUniquelyReferenced(&block) { makeRoom(count: block.count + 1) }
        block.append(row)
    }

    /// Adds the row that `fill` makes of an empty one, in the place where it is to stay; none where that says false. As
    /// `append`.
    package mutating func append(_ fill: (inout SymbolRecord) -> Bool) -> Bool {
        if block.count == block.capacity || !isKnownUniquelyReferenced(&block) { makeRoom(count: block.count + 1) }
        return block.append(fill)
    }

    /// Adds some rows. O(their number), as `append`.
    public mutating func append(contentsOf rows: some Sequence<SymbolRecord>) { for row in rows { append(row) } }

    /// Adds some rows.
    public static func += (rows: inout SymbolRows, more: some Sequence<SymbolRecord>) { rows.append(contentsOf: more) }

    /// Has room for so many rows in all: memory costs nothing before it is written to.
    public mutating func reserveCapacity(_ count: Int) {
        if count > block.capacity { makeRoom(count: count) }
    }

    private mutating func makeRoom(count: Int) {
        let capacity = Swift.max(count, block.count + block.count / 2, 4)
        if isKnownUniquelyReferenced(&block) {
            block.grow(to: capacity)
        } else {
            block = SymbolBlock(block.rows, capacity: capacity)
        }
    }
}

extension SymbolRows: RandomAccessCollection, MutableCollection, ExpressibleByArrayLiteral, Equatable {
    public init(arrayLiteral rows: SymbolRecord...) { self.init(rows) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { block.count }

    /// A row; traps where there is none.
    public subscript(position: Int) -> SymbolRecord {
        get { block[position] }
        set {
            if !isKnownUniquelyReferenced(&block) { makeRoom(count: block.count) }
            block[position] = newValue
        }
    }

    public static func == (left: SymbolRows, right: SymbolRows) -> Bool { left.elementsEqual(right) }
}

extension SymbolRows {
    /// The greatest id, 0 without rows.
    package var greatestId: UInt32 { rows.reduce(0) { Swift.max($0, $1.id) } }

    /// Whether each id is greater than the one before.
    var areAscending: Bool {
        var previousId: UInt32?
        for index in rows.indices {
            let id = rows[index].id
            if let previousId, previousId >= id { return false }
            previousId = id
        }
        return true
    }

    /// Without the rows at these indexes, which ascend.
    func removing(_ indexes: [Int]) -> SymbolRows {
        var kept = SymbolRows()
        kept.reserveCapacity(count - indexes.count)
        var start = 0
        for index in indexes + [count] {
            kept.append(contentsOf: self[start..<index])
            start = index + 1
        }
        return kept
    }
}
