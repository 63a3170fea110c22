import ReferenceData

// What compares venues: from the newest snapshot, in the process. Makes Strings, and so allocates.
extension ReplicaReader: SymbolDiscovering {
    public func pairs(venueCountMin: Int, activeOnly: Bool, limit: Int) -> PairPage {
        var page = resolver.pairs(venueCountMin: venueCountMin, activeOnly: activeOnly, limit: limit)
        for index in page.pairs.indices { page.pairs[index].symbols = flagged(page.pairs[index].symbols) }
        return page
    }

    public func assets(exchange: String?, activeOnly: Bool, after: String?, limit: Int) -> AssetPage {
        resolver.assets(exchange: exchange, activeOnly: activeOnly, after: after, limit: limit)
    }

    public func symbols(
        exchange: String?, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) -> SymbolPage {
        flagged(
            resolver.symbols(
                exchange: exchange, notSeenSince: notSeenSince, activeOnly: activeOnly, afterSymbolId: afterSymbolId,
                limit: limit))
    }
}
