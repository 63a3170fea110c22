// The lookups by key. They are never inlined into their callers: inside a method the caller is bound to hold the
// snapshot, whereas inlined pointer reads could be moved behind the release of the caller's last reference.

extension Snapshot {
    /// The ids of a venue's own symbol string.
    ///
    /// `ok`; `inactive` with the ids; `refused`; `unknownSymbol`; `unknownExchange`; `notLoaded`. O(1), allocates
    /// nothing.
    @inline(never)
    public func resolve(_ key: SymbolKey) -> SymbolResolution {
        lookUp(key.words, symbolTables)
    }

    /// The ids of a pair; as `resolve` of a symbol key. Aliases are symbol strings, so a pair never matches one.
    @inline(never)
    public func resolve(_ key: PairKey) -> SymbolResolution {
        lookUp(key.words, pairTables)
    }

    /// As `resolve`, for the 52 bytes of a key as they stand in a ResolveSymbol frame, at any alignment.
    @inline(never)
    public func resolveSymbol(frameBytes: UnsafeRawPointer) -> SymbolResolution {
        lookUp(KeyWords(bytes: frameBytes), symbolTables)
    }

    /// As `resolve`, for the 52 bytes of a key as they stand in a ResolvePair frame, at any alignment.
    @inline(never)
    public func resolvePair(frameBytes: UnsafeRawPointer) -> SymbolResolution {
        lookUp(KeyWords(bytes: frameBytes), pairTables)
    }

    @inline(__always)
    func lookUp(_ key: KeyWords, _ tables: LookupTables) -> SymbolResolution {
        let hash = seed.hash(key)
        return lookUp(key, hash: hash, homeTail: SlotTable.tail(at: tables.base.home(hash)), tables)
    }

    @inline(__always)
    func lookUp(_ key: KeyWords, hash: UInt64, homeTail: SlotTail, _ tables: LookupTables) -> SymbolResolution {
        if tables.filter.mayContain(hash) { return lookUpChanged(key, hash: hash, tables) }
        if let slot = tables.base.slot(of: key, hash: hash, homeTail: homeTail) {
            return answer(slot, exchangeId: key.exchangeId, extraFlags: 0)
        }
        return miss(key, hash: hash, tables)
    }

    /// For a key that the overlay may concern.
    @inline(never)
    private func lookUpChanged(_ key: KeyWords, hash: UInt64, _ tables: LookupTables) -> SymbolResolution {
        if let slot = tables.overlay.slot(of: key, hash: hash) {
            return answer(slot, exchangeId: key.exchangeId, extraFlags: 0)
        }
        if let slot = tables.base.slot(of: key, hash: hash), !isSuperseded(SlotTable.symbolId(at: slot)) {
            return answer(slot, exchangeId: key.exchangeId, extraFlags: 0)
        }
        return miss(key, hash: hash, tables)
    }

    @inline(__always)
    private func miss(_ key: KeyWords, hash: UInt64, _ tables: LookupTables) -> SymbolResolution {
        if tables.hasFallback, let answer = fallback(key, hash: hash, tables) { return answer }
        let isKnown = exchangeBits(key.exchangeId) & ExchangeDirectory.FlagBits.known != 0
        let status: ResolutionStatus = isKnown ? .unknownSymbol : isLoaded ? .unknownExchange : .notLoaded
        return SymbolResolution(status: status, exchangeId: key.exchangeId, generation: generation)
    }

    /// For a key that no served row has: a refused row's, or an alias of a served row.
    @inline(never)
    private func fallback(_ key: KeyWords, hash: UInt64, _ tables: LookupTables) -> SymbolResolution? {
        if tables.refused.slot(of: key, hash: hash) != nil {
            return SymbolResolution(status: .refused, exchangeId: key.exchangeId, generation: generation)
        }
        guard exchangeBits(key.exchangeId) & ExchangeDirectory.FlagBits.known != 0,
            let alias = tables.aliases.slot(of: key, hash: hash),
            let (view, index) = held(id: SlotTable.symbolId(at: alias))
        else { return nil }
        return answer(
            view.symbolSlot(at: index), exchangeId: view.exchangeId(at: index),
            extraFlags: ResolutionFlags.alias.rawValue)
    }

    @inline(__always)
    private func answer(
        _ slot: UnsafeRawPointer, exchangeId: UInt16, extraFlags: UInt8
    ) -> SymbolResolution {
        let tail = SlotTable.tail(at: slot)
        let flags = resolutionFlags(rowFlags: tail.meta, exchangeId: exchangeId).rawValue | extraFlags
        return SymbolResolution(
            status: flags & 3 == 3 ? .ok : .inactive, flags: ResolutionFlags(rawValue: flags), exchangeId: exchangeId,
            symbolId: SlotTable.symbolId(at: slot), precisionPrice: tail.precisionPrice,
            precisionBase: tail.precisionBase, precisionQuote: tail.precisionQuote, generation: generation)
    }

    /// The flags of a row or slot as answers carry them.
    @inline(__always)
    func resolutionFlags(rowFlags: UInt8, exchangeId: UInt16) -> ResolutionFlags {
        let exchange = exchangeBits(exchangeId) & ExchangeDirectory.FlagBits.active
        return ResolutionFlags(
            rawValue: (rowFlags & SlotLayout.activeBit) | exchange | (rowFlags & SlotLayout.lastGoodBit) << 3)
    }

    @inline(__always)
    func exchangeBits(_ exchangeId: UInt16) -> UInt8 {
        Int(exchangeId) < exchangeFlagCount
            ? exchangeFlags.load(fromByteOffset: Int(exchangeId), as: UInt8.self) : 0
    }

    /// Whether a base row no longer counts. O(log overlay).
    func isSuperseded(_ id: UInt32) -> Bool {
        let position = partitionPoint(supersededIds.count) { supersededIds[$0] < id }
        return position < supersededIds.count && supersededIds[position] == id
    }

    /// Where the row of an id stands, or nil.
    func held(id: UInt32) -> (view: RowView, index: Int)? {
        if supersededIds.count + overlayRows.rowCount > 0 {
            if let index = overlayRows.rowIndex(id: id) { return (overlayRows, index) }
            if isSuperseded(id) { return nil }
        }
        return base.rowIndex(id: id).map { (base, $0) }
    }

    /// The record of an id. `inactive` gives the record too; otherwise, unless `ok`, it is `SymbolRecord.empty`.
    ///
    /// O(1), allocates nothing.
    @inline(never)
    public func symbolRecord(
        id: UInt32
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, record: SymbolRecord) {
        if let (view, index) = held(id: id) {
            let flags = self.flags(view, index)
            return (isTradable(flags) ? .ok : .inactive, flags, view.record(at: index))
        }
        if !isLoaded { return (.notLoaded, [], .empty) }
        return (refusedRows.ledger.contains(.symbol, Int64(id)) ? .refused : .unknownSymbol, [], .empty)
    }

    @inline(__always)
    func flags(_ view: RowView, _ index: Int) -> ResolutionFlags {
        resolutionFlags(rowFlags: view.rowFlags(at: index), exchangeId: view.exchangeId(at: index))
    }

    @inline(__always)
    func isTradable(_ flags: ResolutionFlags) -> Bool { flags.rawValue & 3 == 3 }
}
