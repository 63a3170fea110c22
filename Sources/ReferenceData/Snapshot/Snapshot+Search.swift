extension Snapshot {
    /// The most symbols one search gives.
    public static let searchLimitMax = 1 << 20

    /// Calls `body` with symbols whose string, base or quote match the text, best first, at most `limit`.
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
    @discardableResult
    public func search(
        text: UnsafeRawBufferPointer, mode: SearchMode, exchangeId: UInt16, activeOnly: Bool, limit: Int,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> PageEnd {
        guard let needle = SearchNeedle(text) else { return PageEnd() }
        let limit = min(max(limit, 0), Self.searchLimitMax)
        // One more than wanted, to know whether more follow.
        let question = SearchQuestion(
            needle: needle, mode: mode, exchangeId: exchangeId, activeOnly: activeOnly, keptCount: limit + 1)
        let (found, mainCount) = MainImageSearch(self, question).matches()
        let changed = OverlaySearch(self, question).matches(besides: found)
        let rows = found.map { MainImageSearch.MatchedRow($0, mainRows) }
        let matches = MergeJoin(rows.makeIterator(), changed.makeIterator())
        var end = PageEnd(reading: matches, limit: limit) { match in
            guard let row = match.right?.row ?? match.left?.row else { return }
            body(record(of: row), flags(of: row))
        }
        end.examinedCount = mainCount + changedIds.count
        return end
    }
}
