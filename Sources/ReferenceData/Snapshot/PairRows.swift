/// The rows of pairs in order, main image and overlay joined, each with whether a list gives it: its pair must be on so
/// many exchanges.
///
/// Pairs that the overlay does not concern are found by their bits: those of fewer exchanges than wanted are passed
/// over sixty-four at a time.
struct PairRows: IteratorProtocol {
    private let snapshot: Snapshot
    private let venueCountMin: Int
    private let activeOnly: Bool
    private var pairs: MergeJoin<MainPairs, IndexingIterator<[ChangedPair]>>
    private var start: (name: PairName, exchangeId: UInt16)?
    /// Of the pair at hand, in order of exchange id.
    private var rows: [RowLocation] = []
    private var position = 0
    private var isPairWanted = false

    /// - Parameter start: of its pair only what follows it comes.
    init(_ snapshot: Snapshot, venueCountMin: Int, activeOnly: Bool, after start: RowLocation?) {
        self.snapshot = snapshot
        self.venueCountMin = venueCountMin
        self.activeOnly = activeOnly
        self.start = start.map { (snapshot.pairName(of: $0), snapshot.exchangeId(of: $0)) }
        pairs = MergeJoin(
            MainPairs(snapshot.mainRows, rowCountMin: venueCountMin, from: self.start?.name),
            ChangedPair.all(snapshot, from: self.start?.name).makeIterator())
    }

    mutating func next() -> (row: RowLocation, isWanted: Bool)? {
        while position == rows.count {
            guard let pair = pairs.next() else { return nil }
            if let changed = pair.right {
                rows = changed.rows(snapshot)
            } else if let entries = pair.left?.entries {
                rows.removeAll(keepingCapacity: true)
                for entry in entries { rows.append(snapshot.mainRows.location(atPairEntry: entry)) }
            }
            beginPair()
        }
        defer { position += 1 }
        let row = rows[position]
        return (row, isPairWanted && (!activeOnly || snapshot.isTradable(row)))
    }

    private mutating func beginPair() {
        position = 0
        let snapshot = snapshot
        isPairWanted = (activeOnly ? rows.count { snapshot.isTradable($0) } : rows.count) >= venueCountMin
        guard let first = rows.first, let start else { return }
        if snapshot.pairName(of: first) == start.name {
            position = rows.firstIndex { snapshot.exchangeId(of: $0) > start.exchangeId } ?? rows.count
        }
        self.start = nil
    }
}

/// The pairs of a main image in order, passing over those of fewer rows than wanted as far as bits tell.
struct MainPairs: IteratorProtocol {
    /// A pair by its entries in the pair order.
    struct Pair: Keyed {
        let entries: Range<Int>
        /// Leaves room before it for a pair that only the overlay has.
        var key: Int { entries.lowerBound * 2 + 1 }
    }

    private let view: RowView
    private let rowCountMin: Int
    private var entry: Int
    private let end: Int

    init(_ view: RowView, rowCountMin: Int, from start: PairName?) {
        self.view = view
        self.rowCountMin = rowCountMin
        end = view.hasOrders ? view.rowCount : 0
        entry = start.map { view.pairEntry(from: $0) } ?? 0
    }

    mutating func next() -> Pair? {
        if rowCountMin > 1, entry < end { entry = view.search.sharedPair(from: entry, before: end) }
        guard entry < end else { return nil }
        let start = entry
        entry = view.search.pairEnd(after: start)
        return Pair(entries: start..<entry)
    }
}

/// A pair that has or had rows in the overlay.
struct ChangedPair: Keyed {
    /// In the order of `MainPairs.Pair.key`; odd when the main image has the pair too.
    let key: Int
    /// Indexes of its rows in the overlay.
    private let overlayIndexes: [Int]

    private init(_ snapshot: Snapshot, _ name: PairName, overlayIndexes: [Int]) {
        let view = snapshot.mainRows
        let entry = view.pairEntry(from: name)
        let isInMain = view.hasOrders && entry < view.rowCount && PairName(view, view.pairRowIndex(at: entry)) == name
        key = entry * 2 + (isInMain ? 1 : 0)
        self.overlayIndexes = overlayIndexes
    }

    /// One pair, whether or not the overlay concerns it. O(log n + overlay).
    init(_ snapshot: Snapshot, _ name: PairName) {
        let overlay = snapshot.overlayRows
        let indexes = (0..<overlay.rowCount).filter {
            overlay.baseText(at: $0) == name.base.text && overlay.quoteText(at: $0) == name.quote.text
        }
        self.init(snapshot, name, overlayIndexes: indexes)
    }

    /// All pairs that the overlay concerns, in order, from `start` on. O(overlay · log n).
    static func all(_ snapshot: Snapshot, from start: PairName?) -> [ChangedPair] {
        var entries: [(name: PairName, overlayIndex: Int?)] = []
        func add(_ view: RowView, _ index: Int, overlayIndex: Int?) {
            let name = PairName(view, index)
            if let start, name < start { return }
            entries.append((name, overlayIndex))
        }
        let overlay = snapshot.overlayRows
        for index in 0..<overlay.rowCount { add(overlay, index, overlayIndex: index) }
        for id in snapshot.supersededIds {
            if let index = snapshot.mainRows.rowIndex(id: id) { add(snapshot.mainRows, index, overlayIndex: nil) }
        }
        entries.sort { $0.name < $1.name }

        var pairs: [ChangedPair] = []
        var rest = entries[...]
        while let name = rest.first?.name {
            let same = rest.prefix { $0.name == name }
            rest = rest.dropFirst(same.count)
            pairs.append(ChangedPair(snapshot, name, overlayIndexes: same.compactMap(\.overlayIndex)))
        }
        return pairs
    }

    /// The rows that are served, in order of exchange id.
    /// - Parameter isOfPair: whether a row of the main image has the pair; asked where the bits that divide the pair
    ///   order may have been forged in an image file, so that neither rows of other pairs come nor all rows are read.
    func rows(_ snapshot: Snapshot, while isOfPair: (Int) -> Bool = { _ in true }) -> [RowLocation] {
        let (main, overlay) = (snapshot.mainRows, snapshot.overlayRows)
        var rows = overlayIndexes.map { RowLocation(id: overlay.id(at: $0), isInOverlay: true, index: $0) }
        if key & 1 != 0 {
            for entry in key / 2..<main.search.pairEnd(after: key / 2) {
                let row = main.location(atPairEntry: entry)
                guard isOfPair(row.index) else { break }
                if !snapshot.isSuperseded(row.id) { rows.append(row) }
            }
        }
        rows.sort { snapshot.exchangeId(of: $0) < snapshot.exchangeId(of: $1) }
        return rows
    }
}

extension RowView {
    /// The first entry of the pair order whose pair does not stand before this one. O(log n).
    fileprivate func pairEntry(from name: PairName) -> Int {
        hasOrders ? partitionPoint(rowCount) { name.isBehind(self, pairRowIndex(at: $0)) } : 0
    }

    fileprivate func location(atPairEntry entry: Int) -> RowLocation {
        let index = pairRowIndex(at: entry)
        return RowLocation(id: id(at: index), isInOverlay: false, index: index)
    }
}

extension Snapshot {
    fileprivate func pairName(of row: RowLocation) -> PairName { PairName(rows(of: row), row.index) }

    fileprivate func isTradable(_ row: RowLocation) -> Bool { isTradable(flags(of: row)) }
}
