/// Looks at every row of the overlay.
struct OverlaySearch {
    private let snapshot: Snapshot
    private let question: SearchQuestion
    private var kept: [Match] = []

    struct Match: Keyed {
        let key: MatchKey
        let row: RowLocation

        init(_ key: MatchKey, index: Int) {
            self.key = key
            row = RowLocation(id: key.id, isInOverlay: true, index: index)
        }
    }

    init(_ snapshot: Snapshot, _ question: SearchQuestion) {
        self.snapshot = snapshot
        self.question = question
    }

    /// The best matches, best first; those in the main image, where they are enough, say what need not be looked at.
    consuming func matches(besides found: [MainImageSearch.Match]) -> [Match] {
        let view = snapshot.overlayRows
        guard snapshot.changedIds.count > 0 else { return [] }
        var bound =
            found.count < question.keptCount
            ? nil : found.last.map { MainImageSearch.MatchedRow($0, snapshot.mainRows).key }
        for index in snapshot.changedIds.rowIndexes {
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
            let key = MatchKey(
                rank: rank, isTradable: isTradable, symbol: view.symbolText(at: index), id: view.id(at: index))
            if let bound, !(key < bound) { continue }
            kept.append(Match(key, index: index))
            if kept.count >= question.keptCount * 2 {
                cut()
                bound = kept.last?.key
            }
        }
        cut()
        return kept
    }

    private mutating func cut() {
        kept.sort { $0.key < $1.key }
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
