extension Snapshot {
    /// Calls `body` with symbols in id order, those after `afterSymbolId`, at most `limit`; says whether more follow.
    ///
    /// `exchangeId` 0 is every exchange. `activeOnly` leaves out what is inactive or on an inactive exchange.
    /// O(log n + what is passed over); allocates nothing.
    public func symbols(
        exchangeId: UInt16, activeOnly: Bool, afterSymbolId: UInt32, limit: Int,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> Bool {
        symbols(
            exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit,
            examinedCountMax: .max, body
        ).end.hasMore
    }

    /// The same in bounded time: after `examinedCountMax` symbols the page ends, full or not, and nothing may follow it
    /// although it says so. Also says how many symbols were looked at.
    ///
    /// O(log n + examined + overlay); allocates nothing.
    public func symbols(
        exchangeId: UInt16, activeOnly: Bool, afterSymbolId: UInt32, limit: Int, examinedCountMax: Int,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> (end: PageEnd, examinedCount: Int) {
        var cursor = HeldRowCursor(self, exchangeId: exchangeId, afterId: afterSymbolId)
        var end = PageEnd(hasMore: false, lastSymbolId: afterSymbolId)
        var count = 0
        var examinedCount = 0
        while let (view, index) = cursor.next() {
            let flags = self.flags(view, index)
            if !activeOnly || isTradable(flags) {
                if count >= limit {
                    end.hasMore = true
                    break
                }
                body(view.record(at: index), flags)
                count += 1
            }
            end.lastSymbolId = view.id(at: index)
            examinedCount += 1
            if examinedCount >= examinedCountMax {
                end.hasMore = true
                break
            }
        }
        return (end, examinedCount)
    }

    /// Calls `body` with the symbols that trade a pair, one per exchange that lists it, in order of exchange id.
    ///
    /// O(log n + found + overlay).
    public func find(base: AssetText, quote: AssetText, _ body: (SymbolRecord, ResolutionFlags) -> Void) {
        let (wantedBase, wantedQuote) = (FoldedText(base), FoldedText(quote))
        var changed: [Int] = []
        for index in 0..<overlayRows.rowCount
        where overlayRows.baseText(at: index) == base && overlayRows.quoteText(at: index) == quote {
            changed.append(index)
        }
        changed.sort { overlayRows.exchangeId(at: $0) < overlayRows.exchangeId(at: $1) }
        var pending = changed[...]

        func emitChanged(before exchangeId: Int) {
            while let index = pending.first, Int(overlayRows.exchangeId(at: index)) < exchangeId {
                body(overlayRows.record(at: index), flags(overlayRows, index))
                pending = pending.dropFirst()
            }
        }

        let view = self.base
        if view.hasOrders {
            var position = partitionPoint(view.rowCount) { position in
                let index = view.pairRowIndex(at: position)
                return pairPrecedes(
                    (view.baseText(at: index), view.quoteText(at: index)), (base, quote),
                    folded: (wantedBase, wantedQuote))
            }
            while position < view.rowCount {
                let index = view.pairRowIndex(at: position)
                guard view.baseText(at: index) == base, view.quoteText(at: index) == quote else { break }
                position += 1
                if isSuperseded(view.id(at: index)) { continue }
                emitChanged(before: Int(view.exchangeId(at: index)))
                body(view.record(at: index), flags(view, index))
            }
        }
        emitChanged(before: .max)
    }
}

/// Whether a pair stands before another in a base's pair order: by base, then by quote, each folded and then by bytes.
private func pairPrecedes(
    _ pair: (AssetText, AssetText), _ other: (AssetText, AssetText), folded: (FoldedText, FoldedText)
) -> Bool {
    if pair.0 != other.0 {
        let mine = FoldedText(pair.0)
        return mine == folded.0 ? pair.0.precedes(other.0) : mine < folded.0
    }
    if pair.1 == other.1 { return false }
    let mine = FoldedText(pair.1)
    return mine == folded.1 ? pair.1.precedes(other.1) : mine < folded.1
}

/// Walks the served rows in id order, overlay and base merged; of one exchange, or of all (0).
struct HeldRowCursor {
    private let base: RowView
    private let overlay: RowView
    private let supersededIds: UnsafeBufferPointer<UInt32>
    private let exchangeId: UInt16
    private var basePosition: Int
    private let baseEnd: Int
    private var overlayIndex: Int
    private var supersededPosition: Int

    init(_ snapshot: Snapshot, exchangeId: UInt16, afterId: UInt32) {
        let view = snapshot.base
        base = view
        overlay = snapshot.overlayRows
        supersededIds = snapshot.supersededIds
        self.exchangeId = exchangeId
        if exchangeId == 0 {
            basePosition = view.rowIndex(afterId: afterId)
            baseEnd = view.rowCount
        } else {
            let positions = view.members(exchangeId: exchangeId).positions
            let passed = partitionPoint(positions.count) { offset in
                view.id(at: view.rowIndex(in: view.exchangeMembers, at: positions.lowerBound + offset)) <= afterId
            }
            basePosition = positions.lowerBound + passed
            baseEnd = positions.upperBound
        }
        overlayIndex = snapshot.overlayRows.rowIndex(afterId: afterId)
        let superseded = snapshot.supersededIds
        supersededPosition = partitionPoint(superseded.count) { superseded[$0] <= afterId }
    }

    /// The next row, or nil at the end.
    mutating func next() -> (view: RowView, index: Int)? {
        skipSuperseded()
        skipOtherExchanges()
        let baseIndex = basePosition < baseEnd ? indexOfBasePosition : nil
        let hasOverlay = overlayIndex < overlay.rowCount
        guard let baseIndex else {
            return hasOverlay ? takeOverlay() : nil
        }
        if hasOverlay, overlay.id(at: overlayIndex) < base.id(at: baseIndex) { return takeOverlay() }
        basePosition += 1
        return (base, baseIndex)
    }

    private var indexOfBasePosition: Int {
        exchangeId == 0 ? basePosition : base.rowIndex(in: base.exchangeMembers, at: basePosition)
    }

    private mutating func takeOverlay() -> (view: RowView, index: Int) {
        overlayIndex += 1
        return (overlay, overlayIndex - 1)
    }

    private mutating func skipSuperseded() {
        while basePosition < baseEnd, supersededPosition < supersededIds.count {
            let id = base.id(at: indexOfBasePosition)
            let superseded = supersededIds[supersededPosition]
            if superseded > id { return }
            supersededPosition += 1
            if superseded == id { basePosition += 1 }
        }
    }

    private mutating func skipOtherExchanges() {
        guard exchangeId != 0 else { return }
        while overlayIndex < overlay.rowCount, overlay.exchangeId(at: overlayIndex) != exchangeId { overlayIndex += 1 }
    }
}
