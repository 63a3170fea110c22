import ReferenceData

// Questions about the tables as a whole. Each answer is of one generation: a list that a change overtakes starts again.
extension LookupClient: SymbolDiscovering {
    public func pairs(venueCountMin: Int, activeOnly: Bool, limit: Int) throws(ClientError) -> PairPage {
        guard limit > 0 else { return PairPage() }
        return try perform { (session, deadline) throws(ClientError) in
            try session.pairs(venueCountMin: venueCountMin, activeOnly: activeOnly, limit: limit, by: deadline)
        }
    }

    public func assets(
        exchange: String?, activeOnly: Bool, after: String? = nil, limit: Int = .max
    ) throws(ClientError) -> AssetPage {
        guard limit > 0 else { return AssetPage() }
        return try perform { (session, deadline) throws(ClientError) in
            while true {
                let scope = try session.exchangeScope(exchange, by: deadline)
                guard scope.status == .ok else { return AssetPage(status: scope.status) }
                let (page, generation) = try session.assets(
                    exchangeId: scope.exchangeId, activeOnly: activeOnly, after: after ?? "", limit: limit,
                    by: deadline)
                if scope.generation == nil || scope.generation == generation { return page }
                session.exchangeIds.removeAll(keepingCapacity: true)
                if deadline.isOver {
                    throw .timeout(address, operation: "list assets", milliseconds: deadline.milliseconds)
                }
            }
        }
    }

    public func symbols(
        exchange: String?, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32 = 0, limit: Int = .max
    ) throws(ClientError) -> SymbolPage {
        guard limit > 0 else { return SymbolPage() }
        return try perform { (session, deadline) throws(ClientError) in
            while true {
                let scope = try session.exchangeScope(exchange, by: deadline)
                guard scope.status == .ok else { return SymbolPage(status: scope.status) }
                let (page, generation) = try session.staleSymbols(
                    exchangeId: scope.exchangeId, notSeenSince: notSeenSince, activeOnly: activeOnly,
                    afterSymbolId: afterSymbolId, limit: limit, by: deadline)
                if scope.generation == nil || scope.generation == generation { return page }
                session.exchangeIds.removeAll(keepingCapacity: true)
                if deadline.isOver {
                    throw .timeout(address, operation: "list stale symbols", milliseconds: deadline.milliseconds)
                }
            }
        }
    }
}
