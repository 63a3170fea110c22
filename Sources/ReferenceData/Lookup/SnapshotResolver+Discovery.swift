extension SnapshotResolver: SymbolDiscovering {
    public func pairs(venueCountMin: Int, activeOnly: Bool, limit: Int) -> PairPage {
        var page = PairPage(status: snapshot.isLoaded ? .ok : .notLoaded)
        guard limit > 0 else { return page }
        // One walk, which gets on whatever the orders of the image are; pages begin where the last symbol of the one
        // before is found, which in a forged image may be before it.
        var walk = PairWalk(snapshot, from: nil)
        while page.pairs.count <= limit, walk.next(rowCountMin: venueCountMin) {
            let rows = activeOnly ? walk.rows.filter { snapshot.isTradable(snapshot.flags(of: $0)) } : walk.rows
            if rows.count < venueCountMin { continue }
            for row in rows { page.append(Symbol(snapshot.record(of: row), flags: snapshot.flags(of: row))) }
        }
        page.cut(to: limit)
        return page
    }

    public func assets(exchange: String?, activeOnly: Bool, after: String? = nil, limit: Int = .max) -> AssetPage {
        var page = AssetPage(status: snapshot.isLoaded ? .ok : .notLoaded)
        guard let exchangeId = scope(exchange, &page.status), limit > 0 else { return page }
        guard let after = AssetText(after ?? "") else {
            page.status = .malformed
            return page
        }
        page.hasMore = snapshot.assets(exchangeId: exchangeId, activeOnly: activeOnly, after: after, limit: limit) {
            page.assets.append(
                AssetListing(asset: $0.description, baseSymbolCount: $1, quoteSymbolCount: $2))
        }
        return page
    }

    public func symbols(
        exchange: String?, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) -> SymbolPage {
        var page = SymbolPage(status: snapshot.isLoaded ? .ok : .notLoaded)
        guard let exchangeId = scope(exchange, &page.status), limit > 0 else { return page }
        page.hasMore =
            snapshot.symbols(
                exchangeId: exchangeId, notSeenSince: notSeenSince, activeOnly: activeOnly,
                afterSymbolId: afterSymbolId, limit: limit
            ) { page.symbols.append(Symbol($0, flags: $1)) }.hasMore
        return page
    }

    /// The exchange that a list is about, 0 for every one; nil, with the status to answer, when there is none.
    private func scope(_ code: String?, _ status: inout ResolutionStatus) -> UInt16? {
        guard let code else { return 0 }
        let found = exchange(code: code)
        if found.exchange == nil { status = found.status }
        return found.exchange?.id
    }
}
