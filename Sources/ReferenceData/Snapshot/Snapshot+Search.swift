extension Snapshot {
    /// Calls `body` with symbols whose string, base or quote match the text, best first, at most `limit`; says whether
    /// more follow, and how much was looked at to know it.
    ///
    /// ASCII case is folded. First what equals the text, then what begins with it, then (in that mode) what contains
    /// it; within each the active ones first, then in order of symbol string (folded), then of id. `exchangeId` 0 is
    /// every exchange; `activeOnly` leaves out what is inactive or on an inactive exchange. Text that is empty, longer
    /// than 50 bytes or contains NUL matches nothing.
    ///
    /// O(log n + n / 64 + overlay + examined). Exact matches and prefixes are looked at until the page is full: a few
    /// more than `limit`, where what matches is wanted. Where it is not, because it is inactive or on other exchanges,
    /// that can be as many as match, which is nearly all symbols for a quote that they share. What contains the text is
    /// looked for only when there is room left behind exact matches and prefixes: then the text of all symbols, some
    /// ten bytes each, is read as far as it takes to fill the page. Allocates n / 4 bytes and some for the page.
    @inline(never)
    public func search(
        text: UnsafeRawBufferPointer, mode: SearchMode, exchangeId: UInt16, activeOnly: Bool, limit: Int,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> (hasMore: Bool, examinedCount: Int) {
        guard let needle = SearchNeedle(text) else { return (false, 0) }
        let limit = min(max(limit, 0), Self.searchLimitMax)
        // One more than wanted, to know whether more follow.
        let question = SearchQuestion(
            needle: needle, mode: mode, exchangeId: exchangeId, activeOnly: activeOnly, keptCount: limit + 1)
        let (found, baseCount) = BaseSearch(self, question).matches()
        let examinedCount = baseCount + overlayRows.rowCount
        let changed = OverlaySearch(self, question).matches(besides: found)
        var count = 0
        var (next, nextChanged) = (0, 0)
        while next < found.count || nextChanged < changed.count {
            if count == limit { return (true, examinedCount) }
            count += 1
            let isChanged: Bool
            if nextChanged == changed.count {
                isChanged = false
            } else if next == found.count {
                isChanged = true
            } else {
                isChanged = changed[nextChanged].precedes(RankedRow(found[next], self))
            }
            if isChanged {
                let index = changed[nextChanged].index
                nextChanged += 1
                body(overlayRows.record(at: index), flags(overlayRows, index))
            } else {
                let index = base.rowIndex(in: base.symbolOrder, at: Int(found[next].position))
                next += 1
                body(base.record(at: index), flags(base, index))
            }
        }
        return (false, examinedCount)
    }

    /// The most symbols one search gives.
    public static let searchLimitMax = 1 << 20
}

/// What is looked for.
struct SearchQuestion {
    let needle: SearchNeedle
    let mode: SearchMode
    /// 0 is any.
    let exchangeId: UInt16
    let activeOnly: Bool
    /// How many of the best matches are wanted, at least 1.
    let keptCount: Int
}

/// A match in the overlay, or one to compare with such.
struct RankedRow {
    let rank: UInt8
    let isTradable: Bool
    let symbol: FoldedText
    let id: UInt32
    /// In the image it comes from.
    let index: Int

    init(rank: UInt8, isTradable: Bool, _ view: RowView, _ index: Int) {
        self.rank = rank
        self.isTradable = isTradable
        symbol = FoldedText(view.symbolText(at: index))
        id = view.id(at: index)
        self.index = index
    }

    init(_ match: BaseSearch.Match, _ snapshot: Snapshot) {
        let view = snapshot.base
        self.init(
            rank: match.rank, isTradable: match.isTradable, view,
            view.rowIndex(in: view.symbolOrder, at: Int(match.position)))
    }

    func precedes(_ other: RankedRow) -> Bool {
        if rank != other.rank { return rank < other.rank }
        if isTradable != other.isTradable { return isTradable }
        if symbol == other.symbol { return id < other.id }
        return symbol < other.symbol
    }
}

/// Looks at every row of the overlay.
struct OverlaySearch {
    private let snapshot: Snapshot
    private let question: SearchQuestion
    private var kept: [RankedRow] = []

    init(_ snapshot: Snapshot, _ question: SearchQuestion) {
        self.snapshot = snapshot
        self.question = question
    }

    /// The best matches, best first; those of the base, where they are enough, say what need not be looked at.
    consuming func matches(besides found: [BaseSearch.Match]) -> [RankedRow] {
        let view = snapshot.overlayRows
        guard view.rowCount > 0 else { return [] }
        var bound = found.count < question.keptCount ? nil : found.last.map { RankedRow($0, snapshot) }
        for index in 0..<view.rowCount {
            let rank = rank(view, index)
            guard rank != SearchNeedle.Rank.none, rank <= bound?.rank ?? rank,
                question.exchangeId == 0 || view.exchangeId(at: index) == question.exchangeId
            else { continue }
            let isTradable = snapshot.isTradable(snapshot.flags(view, index))
            guard isTradable || !question.activeOnly else { continue }
            if let bound, bound.rank == rank, bound.isTradable == isTradable {
                // Most are told apart by their first letters.
                let letters = (view.symbolSlot(at: index) + 2).loadUnaligned(as: UInt64.self)
                if foldedASCII(letters).byteSwapped > bound.symbol.words[0] { continue }
            }
            let row = RankedRow(rank: rank, isTradable: isTradable, view, index)
            if let bound, !row.precedes(bound) { continue }
            kept.append(row)
            if kept.count >= question.keptCount * 2 {
                cut()
                bound = kept.last
            }
        }
        cut()
        return kept
    }

    private mutating func cut() {
        kept.sort { $0.precedes($1) }
        if kept.count > question.keptCount { kept.removeLast(kept.count - question.keptCount) }
    }

    private func rank(_ view: RowView, _ index: Int) -> UInt8 {
        let symbol = view.symbolSlot(at: index) + 2
        let base = view.pairSlot(at: index) + 2
        let quote = base + AssetText.byteCountMax
        var rank = question.needle.prefixRank(symbol, byteCountMax: SymbolText.byteCountMax)
        rank = min(rank, question.needle.prefixRank(base, byteCountMax: AssetText.byteCountMax))
        rank = min(rank, question.needle.prefixRank(quote, byteCountMax: AssetText.byteCountMax))
        if rank != SearchNeedle.Rank.none || question.mode == .prefix { return rank }
        let isInside =
            question.needle.isInside(symbol, byteCountMax: SymbolText.byteCountMax)
            || question.needle.isInside(base, byteCountMax: AssetText.byteCountMax)
            || question.needle.isInside(quote, byteCountMax: AssetText.byteCountMax)
        return isInside ? SearchNeedle.Rank.substring : SearchNeedle.Rank.none
    }
}
