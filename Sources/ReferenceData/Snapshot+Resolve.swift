extension Snapshot {
    /// The ids of a venue's own symbol string.
    ///
    /// `ok`; `inactive` with the ids; `refused`; `unknownSymbol`; `unknownExchange`; `notLoaded`. O(1), allocates nothing.
    public func resolve(_ key: SymbolKey) -> SymbolResolution {
        if let id = model.bySymbol[key] { return answer(id, []) }
        if model.refused.values.contains(where: { $0.symbolKey == key }) { return miss(.refused, key.exchangeId) }
        if model.exchanges[key.exchangeId] != nil, let id = model.aliases[key], model.rows[id] != nil {
            return answer(id, .alias)
        }
        return miss(.unknownSymbol, key.exchangeId)
    }

    /// The ids of a pair; as `resolve` of a symbol key.
    public func resolve(_ key: PairKey) -> SymbolResolution {
        if let id = model.byPair[key] { return answer(id, []) }
        if model.refused.values.contains(where: { $0.pairKey == key }) { return miss(.refused, key.exchangeId) }
        return miss(.unknownSymbol, key.exchangeId)
    }

    /// As `resolve`, for the 52 bytes of a key as they stand in a ResolveSymbol frame, at any alignment.
    public func resolveSymbol(frameBytes: UnsafeRawPointer) -> SymbolResolution {
        resolve(SymbolKey(frameBytes: frameBytes))
    }

    /// As `resolve`, for the 52 bytes of a key as they stand in a ResolvePair frame, at any alignment.
    public func resolvePair(frameBytes: UnsafeRawPointer) -> SymbolResolution {
        resolve(PairKey(frameBytes: frameBytes))
    }

    /// Resolves `count` symbol keys at once, overlapping the cache misses that single lookups would wait for in turn.
    ///
    /// Key `n` is the 52 bytes at `symbolKeys + n * strideByteCount`, at any alignment (frames in a read buffer, or an
    /// array of `SymbolKey`); answer `n` goes to `results[n]`. Allocates nothing.
    public func resolve(
        symbolKeys: UnsafeRawPointer, strideByteCount: Int, count: Int,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        for index in 0..<count {
            (results + index).initialize(to: resolveSymbol(frameBytes: symbolKeys + index * strideByteCount))
        }
    }

    /// As the batch form for symbol keys, for pair keys.
    public func resolve(
        pairKeys: UnsafeRawPointer, strideByteCount: Int, count: Int,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        for index in 0..<count {
            (results + index).initialize(to: resolvePair(frameBytes: pairKeys + index * strideByteCount))
        }
    }

    /// The record of an id. `inactive` gives the record too; otherwise, unless `ok`, it is `SymbolRecord.empty`.
    public func symbolRecord(
        id: UInt32
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, record: SymbolRecord) {
        if let row = model.rows[id] {
            let flags = model.flags(row)
            return (isTradable(flags) ? .ok : .inactive, flags, row.record)
        }
        if !isLoaded { return (.notLoaded, [], .empty) }
        let isRefused = model.refused[ReferenceModel.RefusedId(table: .symbol, id: Int64(id))] != nil
        return (isRefused ? .refused : .unknownSymbol, [], .empty)
    }

    private func answer(_ id: UInt32, _ extra: ResolutionFlags) -> SymbolResolution {
        let row = model.rows[id]!
        let flags = model.flags(row).union(extra)
        return SymbolResolution(
            status: isTradable(flags) ? .ok : .inactive, flags: flags, exchangeId: row.record.exchangeId, symbolId: id,
            precisionPrice: row.record.precisionPrice, precisionBase: row.record.precisionBase,
            precisionQuote: row.record.precisionQuote, generation: generation)
    }

    private func miss(_ status: ResolutionStatus, _ exchangeId: UInt16) -> SymbolResolution {
        var status = status
        if status == .unknownSymbol, model.exchanges[exchangeId] == nil { status = .unknownExchange }
        return SymbolResolution(
            status: isLoaded ? status : .notLoaded, exchangeId: exchangeId, generation: generation)
    }
}
