/// How a page of symbols ended.
public struct PageEnd: Sendable, Hashable {
    public var hasMore: Bool
    /// The symbol behind which the next page begins; 0 for the start.
    public var lastSymbolId: UInt32

    public init(hasMore: Bool, lastSymbolId: UInt32) {
        self.hasMore = hasMore
        self.lastSymbolId = lastSymbolId
    }
}

// Questions about the tables as a whole. Pages of one list belong together only within one snapshot.

extension Snapshot {
    /// Calls `body` with the symbols of the pairs that at least `venueCountMin` exchanges list, at most `limit`; nil
    /// when `afterSymbolId` is no symbol that is served.
    ///
    /// In order of base, quote (each with ASCII case folded, then byte for byte) and exchange id: the symbols of a pair
    /// follow one another, but a page may end within a pair. With `activeOnly` symbols that are inactive or on an
    /// inactive exchange neither count nor come.
    ///
    /// The page begins behind the symbol `afterSymbolId`; 0 is the start. After some `examinedCountMax` symbols of
    /// candidate pairs the page ends, full or not. O(log n + n / 64 + examined + overlay · log n), and with an overlay
    /// it allocates.
    public func pairs(
        venueCountMin: Int, activeOnly: Bool, afterSymbolId: UInt32, limit: Int, examinedCountMax: Int = .max,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> PageEnd? {
        var start: PairName?
        // Of the pair that the page before ended in only what follows is given.
        var passedExchangeId: UInt16 = 0
        if afterSymbolId != 0 {
            guard let (view, index) = held(id: afterSymbolId) else { return nil }
            start = PairName(view, index)
            passedExchangeId = view.exchangeId(at: index)
        }
        var walk = PairWalk(self, from: start)
        var end = PageEnd(hasMore: false, lastSymbolId: afterSymbolId)
        var count = 0
        var examinedCount = 0
        while walk.next(rowCountMin: venueCountMin) {
            var passed: UInt16?
            if let first = walk.rows.first, let startedIn = start {
                if PairName(view(of: first), first.index) == startedIn { passed = passedExchangeId }
                start = nil
            }
            // Nothing is left of it; to stop here would not get on.
            if let passed, let last = walk.rows.last, exchangeId(of: last) <= passed { continue }
            examinedCount += walk.rows.count
            let venueCount = activeOnly ? walk.rows.count { isTradable(flags(of: $0)) } : walk.rows.count
            if venueCount >= venueCountMin {
                for row in walk.rows {
                    let flags = flags(of: row)
                    if activeOnly, !isTradable(flags) { continue }
                    if let passed, exchangeId(of: row) <= passed { continue }
                    if count >= limit {
                        end.hasMore = true
                        return end
                    }
                    body(record(of: row), flags)
                    count += 1
                    end.lastSymbolId = id(of: row)
                }
            }
            if examinedCount >= examinedCountMax, let last = walk.rows.last {
                return PageEnd(hasMore: true, lastSymbolId: id(of: last))
            }
        }
        return end
    }

    /// Calls `body` with assets and their counts of symbols, as bases and as quotes, at most `limit`; says whether more
    /// follow.
    ///
    /// In order, ASCII case folded, then byte for byte; those after `after`, which may be empty. `exchangeId` 0 is
    /// every exchange. With `activeOnly` symbols that are inactive or on an inactive exchange do not count.
    ///
    /// O(log n + symbols passed over + overlay · log overlay); texts are read only of the assets given.
    public func assets(
        exchangeId: UInt16, activeOnly: Bool, after: AssetText = AssetText(), limit: Int,
        _ body: (_ asset: AssetText, _ baseSymbolCount: Int, _ quoteSymbolCount: Int) -> Void
    ) -> Bool {
        var walk = AssetWalk(self, exchangeId: exchangeId, activeOnly: activeOnly, after: after)
        var count = 0
        while let next = walk.next() {
            if count >= limit { return true }
            body(next.name.text, next.base, next.quote)
            count += 1
        }
        return false
    }

    /// Calls `body` with symbols that their venue has not listed since a time, in id order, those after
    /// `afterSymbolId`, at most `limit`.
    ///
    /// What counts is `lastSeen` or, where that is absent, `createdAt`; a symbol with neither is given. The image knows
    /// `lastSeen` as of the row's last change or the last full reconcile. `exchangeId` 0 is every exchange.
    ///
    /// After `examinedCountMax` symbols the page ends, full or not. O(log n + examined); allocates nothing.
    public func symbols(
        exchangeId: UInt16, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int,
        examinedCountMax: Int = .max, _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> PageEnd {
        var cursor = HeldRowCursor(self, exchangeId: exchangeId, afterId: afterSymbolId)
        var end = PageEnd(hasMore: false, lastSymbolId: afterSymbolId)
        var count = 0
        var examinedCount = 0
        while let (view, index) = cursor.next() {
            let isStale = view.seenAt(index) < notSeenSince || view.seenAt(index).isAbsent
            let flags = flags(view, index)
            if isStale, !activeOnly || isTradable(flags) {
                if count >= limit {
                    end.hasMore = true
                    return end
                }
                body(view.record(at: index), flags)
                count += 1
            }
            end.lastSymbolId = view.id(at: index)
            examinedCount += 1
            if examinedCount >= examinedCountMax {
                end.hasMore = true
                return end
            }
        }
        return end
    }
}

extension RowView {
    /// When the venue last listed the symbol; of one never seen, when it was created.
    func seenAt(_ index: Int) -> Timestamp {
        let lastSeen = row(index).load(fromByteOffset: RowLayout.lastSeenOffset, as: Int64.self)
        if lastSeen != Timestamp.absent.microsecondsSince1970 { return Timestamp(microsecondsSince1970: lastSeen) }
        return Timestamp(
            microsecondsSince1970: row(index).load(fromByteOffset: RowLayout.createdAtOffset, as: Int64.self))
    }
}
