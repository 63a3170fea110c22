import ReferenceData

extension SnapshotOracle {
    struct AssetAnswer: Hashable {
        var asset: AssetText
        var baseCount: Int
        var quoteCount: Int
    }

    /// Nil when `afterSymbolId` is nobody.
    func pairs(
        venueCountMin: Int, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) -> (answers: [Answer], hasMore: Bool)? {
        let counted = rows.values.filter { !activeOnly || isTradable(flags($0)) }
        let pairs = Dictionary(grouping: counted) { [$0.record.baseAsset, $0.record.quoteAsset] }
        var listed = counted.filter {
            Set(pairs[[$0.record.baseAsset, $0.record.quoteAsset]]!.map(\.record.exchangeId)).count >= venueCountMin
        }
        let places = assetPlaces
        if afterSymbolId != 0 {
            guard let after = rows[afterSymbolId] else { return nil }
            listed = listed.filter { pairOrder(after, $0, places) }
        }
        listed.sort { pairOrder($0, $1, places) }
        return (listed.prefix(limit).map { Answer(id: $0.record.id, flags: flags($0)) }, listed.count > limit)
    }

    /// The place of each asset among all, once for many comparisons.
    private var assetPlaces: [AssetText: Int] {
        let assets = Set(rows.values.flatMap { [$0.record.baseAsset, $0.record.quoteAsset] })
        return Dictionary(uniqueKeysWithValues: assets.sorted(by: assetOrder).enumerated().map { ($1, $0) })
    }

    private func pairOrder(_ left: Row, _ right: Row, _ places: [AssetText: Int]) -> Bool {
        let (a, b) = (left.record, right.record)
        if a.baseAsset != b.baseAsset { return places[a.baseAsset]! < places[b.baseAsset]! }
        if a.quoteAsset != b.quoteAsset { return places[a.quoteAsset]! < places[b.quoteAsset]! }
        return isBefore(a, b)
    }

    private func assetOrder(_ left: AssetText, _ right: AssetText) -> Bool {
        let (a, b) = (folded(left.description), folded(right.description))
        if a != b { return a.lexicographicallyPrecedes(b) }
        return Array(left.description.utf8).lexicographicallyPrecedes(Array(right.description.utf8))
    }

    func assets(
        exchangeId: UInt16, activeOnly: Bool, after: AssetText, limit: Int
    ) -> (answers: [AssetAnswer], hasMore: Bool) {
        var counts: [AssetText: AssetAnswer] = [:]
        for row in rows.values where exchangeId == 0 || row.record.exchangeId == exchangeId {
            if activeOnly, !isTradable(flags(row)) { continue }
            let (base, quote) = (row.record.baseAsset, row.record.quoteAsset)
            counts[base, default: AssetAnswer(asset: base, baseCount: 0, quoteCount: 0)].baseCount += 1
            counts[quote, default: AssetAnswer(asset: quote, baseCount: 0, quoteCount: 0)].quoteCount += 1
        }
        let listed = counts.values.filter { after.isEmpty || assetOrder(after, $0.asset) }
            .sorted { assetOrder($0.asset, $1.asset) }
        return (Array(listed.prefix(limit)), listed.count > limit)
    }

    func stale(
        exchangeId: UInt16, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) -> (answers: [Answer], hasMore: Bool) {
        let listed = rows.values.filter { row in
            let seen = row.record.lastSeen.isAbsent ? row.record.createdAt : row.record.lastSeen
            return row.record.id > afterSymbolId && (exchangeId == 0 || row.record.exchangeId == exchangeId)
                && (!activeOnly || isTradable(flags(row))) && (seen.isAbsent || seen < notSeenSince)
        }
        .sorted { $0.record.id < $1.record.id }
        return (listed.prefix(limit).map { Answer(id: $0.record.id, flags: flags($0)) }, listed.count > limit)
    }
}
