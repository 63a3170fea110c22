/// The rows that are served, in id order: of one exchange, or of all (0). Allocates and retains nothing, so whoever
/// uses it holds the snapshot.
struct ServedRows: IteratorProtocol {
    private var rows: MergeJoin<MainRows, OverlayRows>

    init(_ snapshot: Snapshot, exchangeId: UInt16 = 0, afterId: UInt32 = 0) {
        rows = MergeJoin(
            MainRows(
                snapshot.mainRows, besides: snapshot.changedIds, exchangeId: exchangeId, afterId: afterId),
            OverlayRows(snapshot.overlayRows, snapshot.changedIds, exchangeId: exchangeId, afterId: afterId))
    }

    @inline(__always)
    mutating func next() -> RowLocation? { rows.next().flatMap { $0.right ?? $0.left } }
}

/// Rows of a main image in id order, but for those of changed ids.
struct MainRows: IteratorProtocol {
    private let view: RowView
    private let changed: ChangedIds
    private let isOfOneExchange: Bool
    private var position: Int
    private let end: Int
    private var changedPosition: Int

    init(
        _ view: RowView, besides changed: ChangedIds = .none, exchangeId: UInt16 = 0, afterId: UInt32 = 0
    ) {
        self.view = view
        self.changed = changed
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
        changedPosition = changed.position(after: afterId)
    }

    @inline(__always)
    mutating func next() -> RowLocation? {
        while position < end {
            let index = isOfOneExchange ? view.rowIndex(in: view.exchangeMembers, at: position) : position
            let id = view.id(at: index)
            position += 1
            while changedPosition < changed.count, changed[changedPosition].id < id { changedPosition += 1 }
            if changedPosition < changed.count, changed[changedPosition].id == id { continue }
            return RowLocation(id: id, isInOverlay: false, index: index)
        }
        return nil
    }
}

/// Rows of an overlay in id order. It has no index by exchange, so rows of others are passed over.
struct OverlayRows: IteratorProtocol {
    private let view: RowView
    private let ids: ChangedIds
    private let exchangeId: UInt16
    private var position: Int

    init(_ view: RowView, _ ids: ChangedIds, exchangeId: UInt16 = 0, afterId: UInt32 = 0) {
        self.view = view
        self.ids = ids
        self.exchangeId = exchangeId
        position = ids.position(after: afterId)
    }

    @inline(__always)
    mutating func next() -> RowLocation? {
        while position < ids.count {
            let changed = ids[position]
            position += 1
            guard let index = changed.rowIndex else { continue }
            if exchangeId != 0, view.exchangeId(at: index) != exchangeId { continue }
            return RowLocation(id: changed.id, isInOverlay: true, index: index)
        }
        return nil
    }
}
