// The lookups by key. Only the key is taken apart where they are called (`KeyWords.Front`). What reads memory is never
// inlined: inside a method the caller is bound to hold the snapshot, whereas inlined pointer reads could be moved
// behind the release of the caller's last reference.

extension Snapshot {
    /// The ids of a venue's own symbol string: of the live symbol that has it, else of the live one that it is an alias
    /// of, else of the one with it that was listed last.
    ///
    /// `ok`; `inactive` with the ids; `refused`; `unknownSymbol`; `unknownExchange`; `notLoaded`. O(1), allocates
    /// nothing.
    @inlinable
    @inline(__always)
    public func resolve(_ key: SymbolKey) -> SymbolResolution {
        resolve(symbol: key.words.front, key.words.back)
    }

    /// The ids of what a pair means on an exchange: its spot symbol on one of spot, its perpetual contract on one of
    /// futures (the linear one that settles in the quote asset before others), nothing on one of options.
    ///
    /// As `resolve` of a symbol key, and `ambiguous` where several live ones are left. Aliases are symbol strings, so a
    /// pair never matches one.
    @inlinable
    @inline(__always)
    public func resolve(_ key: PairKey) -> SymbolResolution {
        resolve(pair: key.words.front, key.words.back)
    }

    /// The ids of a unified name: of the live symbol that has it, else of the one with it that was listed last;
    /// `ambiguous` where several live ones have it. Otherwise as `resolve` of a pair.
    ///
    /// Names that are pairs have no key of their own: `resolveUnified` finds both.
    @inlinable
    @inline(__always)
    public func resolve(_ key: NameKey) -> SymbolResolution {
        resolve(name: key.words.front, key.words.back)
    }

    @inline(never)
    @usableFromInline
    package func resolve(symbol front: KeyWords.Front, _ back: KeyWords.Back) -> SymbolResolution {
        lookUp(KeyWords(front, back), .symbol)
    }

    @inline(never)
    @usableFromInline
    package func resolve(pair front: KeyWords.Front, _ back: KeyWords.Back) -> SymbolResolution {
        lookUp(KeyWords(front, back), .pair)
    }

    @inline(never)
    @usableFromInline
    package func resolve(name front: KeyWords.Front, _ back: KeyWords.Back) -> SymbolResolution {
        lookUp(KeyWords(front, back), .name)
    }

    /// As `resolve`, for the 52 bytes of a key as they stand in a ResolveSymbol frame, at any alignment.
    @inline(never)
    public func resolveSymbol(frameBytes: UnsafeRawPointer) -> SymbolResolution {
        lookUp(bytes: frameBytes, .symbol)
    }

    /// As `resolve`, for the 52 bytes of a key as they stand in a ResolvePair frame, at any alignment.
    @inline(never)
    public func resolvePair(frameBytes: UnsafeRawPointer) -> SymbolResolution {
        lookUp(bytes: frameBytes, .pair)
    }

    /// The ids of a unified name, for the 52 bytes of a ResolveUnified frame from offset 12, at any alignment: the
    /// exchange id, and 50 bytes of name. One without `:` and with exactly one `/` is looked up as the pair.
    @inline(never)
    public func resolveUnified(frameBytes: UnsafeRawPointer) -> SymbolResolution {
        // Each kind by itself, with its key in registers.
        let exchangeId = frameBytes.loadUnaligned(as: UInt16.self)
        if exchangeId & NameKey.markBit == 0 {
            let look = UnifiedNameLook(frameBytes)
            if look.hasColon { return lookUp(KeyWords(bytes: frameBytes).marked, .name) }
            if let pair = look.shortPair { return lookUp(pair, .pair) }
        }
        return resolveUnusual(frameBytes)
    }

    @inline(never)
    private func resolveUnusual(_ frameBytes: UnsafeRawPointer) -> SymbolResolution {
        let key = UnifiedKey(frameBytes: frameBytes)
        if !key.isPossible { return miss(exchangeId: key.words.exchangeId) }
        return key.isPair ? lookUp(key.words, .pair) : lookUp(key.words, .name)
    }

    @inline(__always)
    func lookUp(_ key: KeyWords, _ kind: KeyKind) -> SymbolResolution {
        let hash = mainRows.seed.hash(key)
        if mayDiffer(hash, kind) { return lookUpSlowly(key, hash: hash, kind) }
        let slot = candidate(hash, kind)
        let exchangeId = Self.exchangeId(key.exchangeId, kind)
        return answer(slot, SlotTable.difference(key, at: slot), exchangeId: exchangeId, kind)
    }

    @inline(__always)
    private func lookUp(bytes: UnsafeRawPointer, _ kind: KeyKind) -> SymbolResolution {
        let words = KeyWords(bytes: bytes)
        let hash = mainRows.seed.hash(words)
        if mayDiffer(hash, kind) { return lookUpSlowly(words, hash: hash, kind) }
        return answer(bytes: bytes, candidate: candidate(hash, kind), kind)
    }

    /// The answer for a key of 52 bytes at any alignment that the main image alone concerns.
    /// - Parameter candidate: the only slot that can hold it.
    @inline(__always)
    func answer(bytes: UnsafeRawPointer, candidate: UnsafeRawPointer, _ kind: KeyKind) -> SymbolResolution {
        let exchangeId = Self.exchangeId(bytes.loadUnaligned(as: UInt16.self), kind)
        return answer(candidate, SlotTable.difference(bytes, at: candidate), exchangeId: exchangeId, kind)
    }

    /// The answer of the only slot that can hold a key.
    /// - Parameter difference: not zero where it does not.
    @inline(__always)
    private func answer(
        _ slot: UnsafeRawPointer, _ difference: UInt64, exchangeId: UInt16, _ kind: KeyKind
    ) -> SymbolResolution {
        if difference != 0 { return miss(exchangeId: exchangeId) }
        let slot = FetchedSlot(start: slot)
        return doubt(exchangeId, slot) == 0
            ? plainAnswer(slot, exchangeId: exchangeId) : answer(ofDoubtful: slot, exchangeId: exchangeId, kind)
    }

    /// The answer of a slot that holds the key, or is empty, as bytes that a peer sends can be, too.
    @inline(never)
    private func answer(ofDoubtful slot: FetchedSlot, exchangeId: UInt16, _ kind: KeyKind) -> SymbolResolution {
        let tail = SlotTable.tail(at: slot.start)
        return tail.isTaken
            ? answer(slot.start, tail, exchangeId: exchangeId, kind) : miss(exchangeId: exchangeId)
    }

    /// The exchange id of a key without the mark of names.
    @inline(__always)
    static func exchangeId(_ id: UInt16, _ kind: KeyKind) -> UInt16 {
        switch kind {
        case .symbol, .pair: id
        case .name: id & ~NameKey.markBit
        }
    }

    @inline(__always)
    func candidate(_ hash: UInt64, _ kind: KeyKind) -> UnsafeRawPointer {
        mainRows.table(kind).candidate(hash)
    }

    /// Whether the answer may be another one than the main image gives: never, unless there are changes, refused rows
    /// or aliases, and then for few other keys than theirs.
    @inline(__always)
    func mayDiffer(_ hash: UInt64, _ kind: KeyKind) -> Bool {
        guard hasFilters else { return false }
        return switch kind {
        case .symbol, .name: symbolFilter.mayContain(hash)
        case .pair: pairFilter.mayContain(hash)
        }
    }

    @inline(__always)
    func lookUpSlowly(_ key: KeyWords, hash: UInt64, _ kind: KeyKind) -> SymbolResolution {
        lookUpInAll(key.front, key.back, hash: hash, kind: kind)
    }

    /// For a key that the overlay, refused rows or aliases may concern: see step 4 of a lookup at `Snapshot`.
    @inline(never)
    private func lookUpInAll(
        _ front: KeyWords.Front, _ back: KeyWords.Back, hash: UInt64, kind: KeyKind
    ) -> SymbolResolution {
        let key = KeyWords(front, back)
        let exchangeId = Self.exchangeId(key.exchangeId, kind)
        let known = exchangeBits(exchangeId) & ExchangeDirectory.FlagBits.known != 0
        // A symbol string is none of the names that it lies among.
        if kind == .symbol, exchangeId & NameKey.markBit != 0 { return miss(exchangeId: exchangeId) }
        var slot = slot(of: key, hash: hash, kind)
        if let tail = slot.map({ SlotTable.tail(at: $0) }) {
            if tail.isUnanswered { slot = nil }
            if tail.isActive, let slot { return answer(slot, tail, exchangeId: exchangeId, kind) }
        }
        let hash = HashSeed.process.hash(key)
        let isRefused = isRefused(key, hash: hash, kind)
        // Aliases are former symbol strings. One of a string that a refused row has is not followed to another row.
        var alias: RowLocation?
        if kind == .symbol, known, !isRefused, let slot = aliasTable.slot(of: key, hash: hash) {
            alias = location(id: SlotTable.symbolId(at: slot))
        }
        if let alias, rows(of: alias).isLive(at: alias.index) { return answer(ofAlias: alias) }
        if let slot { return answer(slot, SlotTable.tail(at: slot), exchangeId: exchangeId, kind) }
        if isRefused {
            return SymbolResolution(status: .refused, exchangeId: known ? exchangeId : 0, generation: generation)
        }
        if let alias { return answer(ofAlias: alias) }
        return miss(exchangeId: exchangeId)
    }

    /// Whether a refused row has a key.
    private func isRefused(_ key: KeyWords, hash: UInt64, _ kind: KeyKind) -> Bool {
        switch kind {
        case .symbol, .name: refusedSymbols.slot(of: key, hash: hash) != nil
        case .pair:
            refusedPairs.slot(of: key, hash: hash) != nil
                && exchangeBits(key.exchangeId) >> ExchangeDirectory.FlagBits.marketTypeShift
                    != MarketType.options.rawValue
        }
    }

    private func answer(ofAlias row: RowLocation) -> SymbolResolution {
        let view = rows(of: row)
        let start = view.row(row.index)
        let flags = flags(view, row.index).subtracting(.due).union(.alias)
        return SymbolResolution(
            status: isTradable(flags) ? .ok : .inactive, flags: flags, exchangeId: view.exchangeId(at: row.index),
            symbolId: row.id, precisionPrice: start[RowLayout.precisionPrice],
            precisionBase: start[RowLayout.precisionBase], precisionQuote: start[RowLayout.precisionQuote],
            generation: generation)
    }

    @inline(__always)
    func miss(exchangeId: UInt16) -> SymbolResolution {
        let isKnown = exchangeBits(exchangeId) & ExchangeDirectory.FlagBits.known != 0
        let status: ResolutionStatus = isKnown ? .unknownSymbol : isLoaded ? .unknownExchange : .notLoaded
        return SymbolResolution(status: status, exchangeId: isKnown ? exchangeId : 0, generation: generation)
    }

    /// The answer that a slot gives which holds the key.
    @inline(__always)
    private func answer(
        _ slot: UnsafeRawPointer, _ tail: SlotTail, exchangeId: UInt16, _ kind: KeyKind
    ) -> SymbolResolution {
        // No exchange has the mark of names; a symbol string is none of the names that it lies among.
        let mark = kind == .symbol ? UInt8(truncatingIfNeeded: exchangeId >> 8) & UInt8(NameKey.markBit >> 8) : 0
        if tail.meta & (SlotLayout.ambiguousBit | SlotLayout.unansweredBit) | mark != 0 {
            return answer(ofUnusual: tail, exchangeId: exchangeId)
        }
        let flags = resolutionFlags(rowFlags: tail.meta, exchangeId: exchangeId).rawValue
        let status = flags & 3 == 3 ? ResolutionStatus.ok.rawValue : ResolutionStatus.inactive.rawValue
        // The last word of the key and the id; the precisions begin the tail.
        let symbolId = slot.load(fromByteOffset: 48, as: UInt64.self) & 0xFFFF_FFFF_0000_0000
        return SymbolResolution(
            identity: symbolId | UInt64(exchangeId) &<< 16 | UInt64(flags) &<< 8 | UInt64(status),
            precisions: UInt32(truncatingIfNeeded: tail.bits) & 0xFF_FFFF, generation: generation)
    }

    /// The answer of a slot that names no row, or is not one for such a key.
    @inline(never)
    private func answer(ofUnusual tail: SlotTail, exchangeId: UInt16) -> SymbolResolution {
        guard exchangeId & NameKey.markBit == 0, tail.isAmbiguous else { return miss(exchangeId: exchangeId) }
        return SymbolResolution(status: .ambiguous, exchangeId: exchangeId, generation: generation)
    }

    /// The flags of a row or slot as all answers carry them.
    @inline(__always)
    func resolutionFlags(rowFlags: UInt8, exchangeId: UInt16) -> ResolutionFlags {
        let exchange = exchangeBits(exchangeId) & ExchangeDirectory.FlagBits.active
        let others = rowFlags & (SlotLayout.rowBits & ~SlotLayout.activeBit)
        return ResolutionFlags(
            rawValue: (rowFlags & SlotLayout.activeBit) | exchange | others << SlotLayout.resolutionFlagShift)
    }

    @inline(__always)
    func exchangeBits(_ exchangeId: UInt16) -> UInt8 {
        exchangeFlags.load(fromByteOffset: Int(exchangeId), as: UInt8.self)
    }

    /// The record of an id. `inactive` gives the record too; otherwise, unless `ok`, it is `SymbolRecord.empty`.
    ///
    /// O(1), allocates nothing.
    @inlinable
    @inline(__always)
    public func symbolRecord(
        id: UInt32
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, record: SymbolRecord) {
        symbolRecord(id: id, extraFlags: [])
    }

    /// The same, with flags that are put into every answer: a caller who did so would copy the record.
    @inline(never)
    @usableFromInline
    package func symbolRecord(
        id: UInt32, extraFlags: ResolutionFlags
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, record: SymbolRecord) {
        // One return, so that the record is read to where the caller wants it and not copied there.
        let stored: StoredRecord
        let status: ResolutionStatus
        var flags: ResolutionFlags = []
        if let row = location(id: id) {
            flags = self.flags(of: row)
            status = isTradable(flags) ? .ok : .inactive
            stored = storedRecord(of: row)
        } else {
            let isRefused = refusedSymbolIds.containsAscending(id)
            status = isRefused ? .refused : isLoaded ? .unknownSymbol : .notLoaded
            stored = .none
        }
        return (status, flags.union(extraFlags), SymbolRecord(stored))
    }

    /// The flags of a record.
    @inline(__always)
    func flags(_ view: RowView, _ index: Int) -> ResolutionFlags {
        let rowFlags = view.rowFlags(at: index)
        let due = ResolutionFlags(rawValue: (rowFlags & RowLayout.dueBit) << RowLayout.dueFlagShift)
        return resolutionFlags(rowFlags: rowFlags, exchangeId: view.exchangeId(at: index)).union(due)
    }

    @inline(__always)
    func isTradable(_ flags: ResolutionFlags) -> Bool { flags.rawValue & 3 == 3 }
}
