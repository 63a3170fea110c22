/// How many symbols have an asset on each side.
struct AssetCount: Keyed, BitwiseCopyable {
    var name: AssetName
    var base: Int
    var quote: Int

    var key: AssetName { name }
}

/// Assets in order with their counts of symbols. An asset that the overlay took all symbols from comes with zeros.
struct AssetCounts: IteratorProtocol {
    private var counts: AssetCountSums<AssetCountSums<AssetRuns, AssetRuns>, IndexingIterator<[AssetCount]>>

    init(_ snapshot: Snapshot, exchangeId: UInt16, activeOnly: Bool, after: AssetText) {
        let filter = Filter(snapshot: snapshot, exchangeId: exchangeId, activeOnly: activeOnly)
        let name = after.isEmpty ? nil : AssetName(after)
        counts = AssetCountSums(
            AssetCountSums(AssetRuns(.base, filter, after: name), AssetRuns(.quote, filter, after: name)),
            filter.overlayCounts(after: name).makeIterator())
    }

    mutating func next() -> AssetCount? { counts.next() }

    /// Selects the symbols that count.
    fileprivate struct Filter {
        let snapshot: Snapshot
        let exchangeId: UInt16
        let activeOnly: Bool

        /// Whether a symbol of the main image counts.
        func isCounted(searchPosition position: Int) -> Bool {
            let search = snapshot.mainRows.search
            let exchange = search.exchangeId(at: position)
            guard exchangeId == 0 || exchange == exchangeId else { return false }
            return !activeOnly
                || search.isActive(at: position)
                    && snapshot.exchangeBits(exchange) & ExchangeDirectory.FlagBits.active != 0
        }

        /// The counts that the overlay adds to those of the main image, or takes away from them.
        func overlayCounts(after: AssetName?) -> [AssetCount] {
            var counts: [AssetText: (base: Int, quote: Int)] = [:]
            func add(_ view: RowView, _ index: Int, _ change: Int) {
                guard exchangeId == 0 || view.exchangeId(at: index) == exchangeId,
                    !activeOnly || snapshot.isTradable(snapshot.flags(view, index))
                else { return }
                counts[view.baseText(at: index), default: (0, 0)].base += change
                counts[view.quoteText(at: index), default: (0, 0)].quote += change
            }
            let (main, overlay) = (snapshot.mainRows, snapshot.overlayRows)
            for position in 0..<snapshot.changedIds.count {
                let changed = snapshot.changedIds[position]
                if let index = changed.rowIndex { add(overlay, index, 1) }
                if let index = main.rowIndex(id: changed.id) { add(main, index, -1) }
            }
            let names = counts.map { AssetCount(name: AssetName($0.key), base: $0.value.base, quote: $0.value.quote) }
            return names.filter { count in after.map { $0 < count.name } ?? true }.sorted { $0.name < $1.name }
        }
    }
}

/// Adds up what two sequences count of one asset.
private struct AssetCountSums<Left: IteratorProtocol, Right: IteratorProtocol>: IteratorProtocol
where Left.Element == AssetCount, Right.Element == AssetCount {
    private var join: MergeJoin<Left, Right>

    init(_ left: Left, _ right: Right) { join = MergeJoin(left, right) }

    mutating func next() -> AssetCount? {
        guard let (left, right) = join.next() else { return nil }
        guard var sum = left else { return right }
        sum.base += right?.base ?? 0
        sum.quote += right?.quote ?? 0
        return sum
    }
}

/// The assets that symbols of the main image have on one side. Texts are read only of those that count.
private struct AssetRuns: IteratorProtocol {
    enum Side {
        case base
        case quote
    }

    private let side: Side
    private let filter: AssetCounts.Filter
    private let view: RowView
    private let countsAll: Bool
    private var entry: Int
    private let end: Int

    init(_ side: Side, _ filter: AssetCounts.Filter, after: AssetName?) {
        self.side = side
        self.filter = filter
        let view = filter.snapshot.mainRows
        self.view = view
        countsAll = filter.exchangeId == 0 && !filter.activeOnly
        let end = view.hasOrders ? view.rowCount : 0
        self.end = end
        entry = after.map { name in partitionPoint(end) { !(name < AssetName(Self.text(view, side, at: $0))) } } ?? 0
    }

    private static func text(_ view: RowView, _ side: Side, at entry: Int) -> AssetText {
        switch side {
        case .base: view.baseText(at: view.pairRowIndex(at: entry))
        case .quote: view.quoteText(at: view.quoteRowIndex(at: entry))
        }
    }

    mutating func next() -> AssetCount? {
        while entry < end, !isCounted(entry) { entry += 1 }
        guard entry < end else { return nil }
        let text = Self.text(view, side, at: entry)
        let endOfRun = runEnd(entry, before: end) { Self.text(view, side, at: $0) == text }
        var count = 0
        for entry in entry..<endOfRun where isCounted(entry) { count += 1 }
        entry = endOfRun
        return AssetCount(name: AssetName(text), base: side == .base ? count : 0, quote: side == .quote ? count : 0)
    }

    private func isCounted(_ entry: Int) -> Bool {
        if countsAll { return true }
        let order = side == .base ? view.pairOrder : view.quoteOrder
        return filter.isCounted(searchPosition: view.rowIndex(in: order, at: entry))
    }
}
