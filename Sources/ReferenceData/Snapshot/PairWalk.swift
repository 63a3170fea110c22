/// Walks pairs in order, base and overlay merged, and gives the rows of one after the other.
///
/// Pairs that the overlay does not concern are found by their bits: those of a single exchange are passed over
/// sixty-four at a time.
struct PairWalk {
    struct Row: BitwiseCopyable {
        let isInOverlay: Bool
        let index: Int
    }

    private let snapshot: Snapshot
    /// Always at the beginning of a pair.
    private var place: Int
    private var touched: ArraySlice<TouchedPair>
    /// The first entry of the base's pair order that does not precede the next touched pair; the end without one.
    private var touchedPlace: Int
    /// The rows of the pair at hand, in order of exchange id.
    private(set) var rows: [Row] = []

    /// A pair that has or had rows in the overlay.
    private struct TouchedPair {
        let name: PairName
        let rows: [Row]
    }

    /// Begins with the pair of a row that is served, or at the start.
    init(_ snapshot: Snapshot, from start: PairName?) {
        self.snapshot = snapshot
        place = start.map { Self.lowerBound($0, snapshot) } ?? 0
        touched = Self.touchedPairs(snapshot, from: start)[...]
        touchedPlace = 0
        findTouchedPlace()
    }

    private mutating func findTouchedPlace() {
        touchedPlace =
            touched.first.map { Self.lowerBound($0.name, snapshot) }
            ?? (snapshot.base.hasOrders ? snapshot.base.rowCount : 0)
    }

    /// Goes on to the next pair that may have so many rows; false at the end.
    mutating func next(rowCountMin: Int) -> Bool {
        let view = snapshot.base
        let end = view.hasOrders ? view.rowCount : 0
        rows.removeAll(keepingCapacity: true)
        let limit = touchedPlace
        if rowCountMin > 1, place < limit { place = view.search.sharedPair(from: place, before: limit) }
        if place < limit {
            let pairEnd = view.search.pairEnd(after: place)
            for entry in place..<pairEnd { rows.append(Row(isInOverlay: false, index: view.pairRowIndex(at: entry))) }
            place = pairEnd
            return true
        }
        guard let pair = touched.popFirst() else { return false }
        if place < end, PairName(view, view.pairRowIndex(at: place)) == pair.name {
            let pairEnd = view.search.pairEnd(after: place)
            for entry in place..<pairEnd {
                let index = view.pairRowIndex(at: entry)
                if !snapshot.isSuperseded(view.id(at: index)) { rows.append(Row(isInOverlay: false, index: index)) }
            }
            place = pairEnd
        }
        rows += pair.rows
        let snapshot = snapshot
        rows.sort { snapshot.exchangeId(of: $0) < snapshot.exchangeId(of: $1) }
        findTouchedPlace()
        return true
    }

    private static func lowerBound(_ name: PairName, _ snapshot: Snapshot) -> Int {
        let view = snapshot.base
        guard view.hasOrders else { return 0 }
        return partitionPoint(view.rowCount) { name.isBehind(view, view.pairRowIndex(at: $0)) }
    }

    private static func touchedPairs(_ snapshot: Snapshot, from start: PairName?) -> [TouchedPair] {
        var entries: [(name: PairName, row: Row?)] = []
        func add(_ view: RowView, _ index: Int, _ row: Row?) {
            let name = PairName(view, index)
            if let start, name < start { return }
            entries.append((name, row))
        }
        let overlay = snapshot.overlayRows
        for index in 0..<overlay.rowCount { add(overlay, index, Row(isInOverlay: true, index: index)) }
        for id in snapshot.supersededIds {
            if let index = snapshot.base.rowIndex(id: id) { add(snapshot.base, index, nil) }
        }
        entries.sort { $0.name < $1.name }

        var pairs: [TouchedPair] = []
        var rest = entries[...]
        while let name = rest.first?.name {
            let same = rest.prefix { $0.name == name }
            rest = rest.dropFirst(same.count)
            pairs.append(TouchedPair(name: name, rows: same.compactMap(\.row)))
        }
        return pairs
    }
}

extension Snapshot {
    func view(of row: PairWalk.Row) -> RowView { row.isInOverlay ? overlayRows : base }

    func exchangeId(of row: PairWalk.Row) -> UInt16 {
        row.isInOverlay ? overlayRows.exchangeId(at: row.index) : base.exchangeId(at: row.index)
    }

    func flags(of row: PairWalk.Row) -> ResolutionFlags {
        row.isInOverlay ? flags(overlayRows, row.index) : flags(base, row.index)
    }

    func id(of row: PairWalk.Row) -> UInt32 {
        row.isInOverlay ? overlayRows.id(at: row.index) : base.id(at: row.index)
    }

    func record(of row: PairWalk.Row) -> SymbolRecord {
        row.isInOverlay ? overlayRows.record(at: row.index) : base.record(at: row.index)
    }
}
