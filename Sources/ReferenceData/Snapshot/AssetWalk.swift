/// Walks assets in order with their counts of symbols, as bases and as quotes; base and overlay merged.
struct AssetWalk {
    struct Count: BitwiseCopyable {
        var name: AssetName
        var base: Int
        var quote: Int
    }

    private let snapshot: Snapshot
    private let view: RowView
    private let exchangeId: UInt16
    private let activeOnly: Bool
    private var basePlace: Int
    private var quotePlace: Int
    private var nextBase: Count?
    private var nextQuote: Count?
    /// What the overlay adds and takes away.
    private var adjustments: ArraySlice<Count>

    init(_ snapshot: Snapshot, exchangeId: UInt16, activeOnly: Bool, after: AssetText) {
        self.snapshot = snapshot
        self.exchangeId = exchangeId
        self.activeOnly = activeOnly
        view = snapshot.base
        adjustments = []
        basePlace = 0
        quotePlace = 0
        let name = AssetName(after)
        if view.hasOrders, !after.isEmpty {
            let view = view
            basePlace = partitionPoint(view.rowCount) { !(name < Self.name(view, .base, at: $0)) }
            quotePlace = partitionPoint(view.rowCount) { !(name < Self.name(view, .quote, at: $0)) }
        }
        adjustments = overlayCounts(after: after.isEmpty ? nil : name)[...]
        nextBase = takeRun(.base)
        nextQuote = takeRun(.quote)
    }

    /// The next asset that has symbols, or nil at the end.
    mutating func next() -> Count? {
        while true {
            var name: AssetName?
            for candidate in [nextBase, nextQuote, adjustments.first] {
                if let candidate, name.map({ candidate.name < $0 }) ?? true { name = candidate.name }
            }
            guard let name else { return nil }
            var count = Count(name: name, base: 0, quote: 0)
            if let run = nextBase, run.name.text == name.text {
                count.base += run.base
                nextBase = takeRun(.base)
            }
            if let run = nextQuote, run.name.text == name.text {
                count.quote += run.quote
                nextQuote = takeRun(.quote)
            }
            if let change = adjustments.first, change.name.text == name.text {
                count.base += change.base
                count.quote += change.quote
                adjustments.removeFirst()
            }
            if count.base + count.quote > 0 { return count }
        }
    }

    private enum Side {
        case base
        case quote
    }

    private static func text(_ view: RowView, _ side: Side, at place: Int) -> AssetText {
        switch side {
        case .base: view.baseText(at: view.pairRowIndex(at: place))
        case .quote: view.quoteText(at: view.quoteRowIndex(at: place))
        }
    }

    private static func name(_ view: RowView, _ side: Side, at place: Int) -> AssetName {
        AssetName(text(view, side, at: place))
    }

    /// The next asset of one side that symbols of the base count for. Texts are read only of those.
    private mutating func takeRun(_ side: Side) -> Count? {
        guard view.hasOrders else { return nil }
        var place = side == .base ? basePlace : quotePlace
        while place < view.rowCount, !isCounted(place, side) { place += 1 }
        guard place < view.rowCount else {
            if side == .base { basePlace = place } else { quotePlace = place }
            return nil
        }
        let text = Self.text(view, side, at: place)
        let end = runEnd(text, side, from: place)
        var counted = 0
        for entry in place..<end where isCounted(entry, side) { counted += 1 }
        if side == .base { basePlace = end } else { quotePlace = end }
        return Count(name: AssetName(text), base: side == .base ? counted : 0, quote: side == .quote ? counted : 0)
    }

    private func isCounted(_ place: Int, _ side: Side) -> Bool {
        if exchangeId == 0, !activeOnly { return true }
        let position = view.rowIndex(in: side == .base ? view.pairOrder : view.quoteOrder, at: place)
        let exchange = view.search.exchangeId(at: position)
        guard exchangeId == 0 || exchange == exchangeId else { return false }
        return !activeOnly
            || view.search.isActive(at: position)
                && snapshot.exchangeBits(exchange) & ExchangeDirectory.FlagBits.active != 0
    }

    /// The end of the entries with a text, which begin here: by doubling steps, then by halving.
    private func runEnd(_ text: AssetText, _ side: Side, from place: Int) -> Int {
        var step = 1
        while place + step < view.rowCount, Self.text(view, side, at: place + step) == text { step *= 2 }
        let low = place + step / 2
        let high = min(place + step, view.rowCount)
        return low + partitionPoint(high - low) { Self.text(view, side, at: low + $0) == text }
    }

    private func overlayCounts(after: AssetName?) -> [Count] {
        var counts: [AssetText: (base: Int, quote: Int)] = [:]
        func add(_ view: RowView, _ index: Int, _ change: Int) {
            guard exchangeId == 0 || view.exchangeId(at: index) == exchangeId,
                !activeOnly || snapshot.isTradable(snapshot.flags(view, index))
            else { return }
            counts[view.baseText(at: index), default: (0, 0)].base += change
            counts[view.quoteText(at: index), default: (0, 0)].quote += change
        }
        for index in 0..<snapshot.overlayRows.rowCount { add(snapshot.overlayRows, index, 1) }
        for id in snapshot.supersededIds {
            if let index = view.rowIndex(id: id) { add(view, index, -1) }
        }
        let names = counts.map { Count(name: AssetName($0.key), base: $0.value.base, quote: $0.value.quote) }
        return names.filter { count in after.map { $0 < count.name } ?? true }.sorted { $0.name < $1.name }
    }
}
