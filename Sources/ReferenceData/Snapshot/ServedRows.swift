/// The rows that are served, in id order: of one exchange, or of all (0). Allocates and retains nothing, so whoever
/// uses it holds the snapshot.
struct ServedRows: IteratorProtocol {
    private var rows: MergeJoin<MainRows, OverlayRows>

    init(_ snapshot: Snapshot, exchangeId: UInt16 = 0, afterId: UInt32 = 0) {
        rows = MergeJoin(
            MainRows(
                snapshot.mainRows, superseded: snapshot.supersededIds, exchangeId: exchangeId, afterId: afterId),
            OverlayRows(snapshot.overlayRows, exchangeId: exchangeId, afterId: afterId))
    }

    @inline(__always)
    mutating func next() -> RowLocation? { rows.next().flatMap { $0.right ?? $0.left } }
}

/// Rows of a main image in id order, but for those that are superseded.
struct MainRows: IteratorProtocol {
    private let view: RowView
    private let superseded: UnsafeBufferPointer<UInt32>
    private let isOfOneExchange: Bool
    private var position: Int
    private let end: Int
    private var supersededPosition: Int

    init(
        _ view: RowView, superseded: UnsafeBufferPointer<UInt32> = UnsafeBufferPointer(start: nil, count: 0),
        exchangeId: UInt16 = 0, afterId: UInt32 = 0
    ) {
        self.view = view
        self.superseded = superseded
        isOfOneExchange = exchangeId != 0
        if isOfOneExchange {
            let members = view.members(exchangeId: exchangeId).positions
            let passed = partitionPoint(members.count) { offset in
                view.id(at: view.rowIndex(in: view.exchangeMembers, at: members.lowerBound + offset)) <= afterId
            }
            (position, end) = (members.lowerBound + passed, members.upperBound)
        } else {
            (position, end) = (view.rowIndex(afterId: afterId), view.rowCount)
        }
        supersededPosition = partitionPoint(superseded.count) { superseded[$0] <= afterId }
    }

    @inline(__always)
    mutating func next() -> RowLocation? {
        while position < end {
            let index = isOfOneExchange ? view.rowIndex(in: view.exchangeMembers, at: position) : position
            let id = view.id(at: index)
            position += 1
            while supersededPosition < superseded.count, superseded[supersededPosition] < id { supersededPosition += 1 }
            if supersededPosition < superseded.count, superseded[supersededPosition] == id { continue }
            return RowLocation(id: id, isInOverlay: false, index: index)
        }
        return nil
    }
}

/// Rows of an overlay in id order. It has no index by exchange, so rows of others are passed over.
struct OverlayRows: IteratorProtocol {
    private let view: RowView
    private let exchangeId: UInt16
    private var index: Int

    init(_ view: RowView, exchangeId: UInt16 = 0, afterId: UInt32 = 0) {
        self.view = view
        self.exchangeId = exchangeId
        index = view.rowIndex(afterId: afterId)
    }

    @inline(__always)
    mutating func next() -> RowLocation? {
        while index < view.rowCount {
            defer { index += 1 }
            if exchangeId != 0, view.exchangeId(at: index) != exchangeId { continue }
            return RowLocation(id: view.id(at: index), isInOverlay: true, index: index)
        }
        return nil
    }
}
