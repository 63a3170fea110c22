/// The rows of pairs in order, main image and overlay joined, each with whether a list gives it: its pair must be on so
/// many exchanges, however many rows it has on each of them.
///
/// Pairs that the overlay does not concern are found by their bits: those of fewer rows than it takes are passed over
/// sixty-four at a time. A pair on too few exchanges comes as its last row alone, so that a page can end behind it.
struct PairRows: IteratorProtocol {
    struct Entry {
        let row: RowLocation
        let isWanted: Bool
        /// What it counts for in a page: one, and one more for each 64 rows that were read to come to it.
        let examinedCount: Int
    }

    private let snapshot: Snapshot
    private let venueCountMin: Int
    private let activeOnly: Bool
    private var pairs: MergeJoin<MainPairs, IndexingIterator<[ChangedPair]>>
    /// The pair at hand or, at first, the one to begin in.
    private var name: PairName?
    /// What of that one came before.
    private var start: ContractPlace?
    private var members: PairMembers?
    private var scannedCount = 0

    /// - Parameter start: of its pair only what follows it comes.
    init(_ snapshot: Snapshot, venueCountMin: Int, activeOnly: Bool, after start: RowLocation?) {
        self.snapshot = snapshot
        self.venueCountMin = venueCountMin
        self.activeOnly = activeOnly
        if let start {
            let view = snapshot.rows(of: start)
            name = PairName(view, start.index)
            self.start = view.contractPlace(at: start.index)
        }
        pairs = MergeJoin(
            MainPairs(snapshot.mainRows, rowCountMin: venueCountMin, from: name),
            ChangedPair.all(snapshot, from: name).makeIterator())
    }

    mutating func next() -> Entry? {
        while true {
            if let row = members?.next()?.row {
                return entry(row, isWanted: !activeOnly || snapshot.isTradable(snapshot.flags(of: row)))
            }
            members = nil
            guard let next = pairs.next(),
                let pair = next.right?.pair(snapshot) ?? next.left.map({ ServedPair(snapshot, entries: $0.entries) })
            else { return nil }
            // In an image that somebody forged the order may lead back; then the list ends.
            if let name, start == nil ? !(name < pair.name) : pair.name < name { return nil }
            let after = pair.name == name ? start ?? .start : .start
            (name, start) = (pair.name, nil)
            if isOnEnoughExchanges(pair) {
                members = PairMembers(pair, ContractRange(after: after))
            } else if let last = pair.last, after < last.place {
                return entry(last.row, isWanted: false)
            }
        }
    }

    private mutating func isOnEnoughExchanges(_ pair: ServedPair) -> Bool {
        if venueCountMin <= 1 { return true }
        let venues = pair.venues(atMost: venueCountMin, activeOnly: activeOnly)
        scannedCount = venues.scannedCount
        return venues.count >= venueCountMin
    }

    private mutating func entry(_ row: RowLocation, isWanted: Bool) -> Entry {
        defer { scannedCount = 0 }
        return Entry(
            row: row, isWanted: isWanted, examinedCount: 1 + scannedCount / SearchIndex.blockRowCount)
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
    private let name: PairName
    /// Indexes of its rows in the overlay.
    private let overlayIndexes: [Int]

    private init(_ snapshot: Snapshot, _ name: PairName, overlayIndexes: [Int]) {
        let view = snapshot.mainRows
        let entry = view.pairEntry(from: name)
        let isInMain = view.hasOrders && entry < view.rowCount && name.isName(of: view, view.pairRowIndex(at: entry))
        key = entry * 2 + (isInMain ? 1 : 0)
        self.name = name
        self.overlayIndexes = overlayIndexes
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
        for position in 0..<snapshot.changedIds.count {
            let changed = snapshot.changedIds[position]
            if let index = changed.rowIndex { add(overlay, index, overlayIndex: index) }
            if let index = snapshot.mainRows.rowIndex(id: changed.id) {
                add(snapshot.mainRows, index, overlayIndex: nil)
            }
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

    func pair(_ snapshot: Snapshot) -> ServedPair {
        let entry = key / 2
        let end = key & 1 == 0 ? entry : snapshot.mainRows.search.pairEnd(after: entry)
        return ServedPair(snapshot, name, entries: entry..<end, overlayIndexes: overlayIndexes)
    }
}
