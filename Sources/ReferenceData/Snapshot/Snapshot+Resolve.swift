// The lookups by key. They are never inlined into their callers: inside a method the caller is bound to hold the
// snapshot, whereas inlined pointer reads could be moved behind the release of the caller's last reference.

extension Snapshot {
    /// The ids of a venue's own symbol string.
    ///
    /// `ok`; `inactive` with the ids; `refused`; `unknownSymbol`; `unknownExchange`; `notLoaded`. O(1), allocates
    /// nothing.
    @inline(never)
    public func resolve(_ key: SymbolKey) -> SymbolResolution {
        lookUp(key.words, .symbol)
    }

    /// The ids of a pair; as `resolve` of a symbol key. Aliases are symbol strings, so a pair never matches one.
    @inline(never)
    public func resolve(_ key: PairKey) -> SymbolResolution {
        lookUp(key.words, .pair)
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

    @inline(__always)
    private func lookUp(_ key: KeyWords, _ kind: KeyKind) -> SymbolResolution {
        let hash = mainRows.seed.hash(key)
        if mayDiffer(hash, kind) { return lookUpSlowly(key, hash: hash, kind) }
        let candidate = candidate(hash, kind)
        let tail = SlotTable.tail(at: candidate)
        return SlotTable.isKey(key, at: candidate, tail: tail)
            ? answer(candidate, tail, exchangeId: key.exchangeId, extraFlags: 0) : miss(exchangeId: key.exchangeId)
    }

    @inline(__always)
    private func lookUp(bytes: UnsafeRawPointer, _ kind: KeyKind) -> SymbolResolution {
        let hash = mainRows.seed.hash(KeyWords(bytes: bytes))
        let candidate = candidate(hash, kind)
        return lookUp(bytes: bytes, hash: hash, candidate: candidate, tail: SlotTable.tail(at: candidate), kind)
    }

    /// The key is 52 bytes at any alignment; `candidate` is the main image's only slot for its hash, `tail` what stands
    /// at the slot's end.
    @inline(__always)
    func lookUp(
        bytes: UnsafeRawPointer, hash: UInt64, candidate: UnsafeRawPointer, tail: SlotTail, _ kind: KeyKind
    ) -> SymbolResolution {
        if mayDiffer(hash, kind) { return lookUpSlowly(KeyWords(bytes: bytes), hash: hash, kind) }
        let exchangeId = bytes.loadUnaligned(as: UInt16.self)
        return SlotTable.isKey(bytes: bytes, at: candidate, tail: tail)
            ? answer(candidate, tail, exchangeId: exchangeId, extraFlags: 0) : miss(exchangeId: exchangeId)
    }

    @inline(__always)
    func candidate(_ hash: UInt64, _ kind: KeyKind) -> UnsafeRawPointer {
        mainRows.table(kind).candidate(hash)
    }

    /// Whether the answer may be another one than the main image gives: never, unless there are changes, refused rows
    /// or aliases, and then for few other keys than theirs.
    @inline(__always)
    private func mayDiffer(_ hash: UInt64, _ kind: KeyKind) -> Bool {
        guard hasFilters else { return false }
        return switch kind {
        case .symbol: symbolFilter.mayContain(hash)
        case .pair: pairFilter.mayContain(hash)
        }
    }

    /// Takes the key apart: what is passed by address would be copied to the stack on each lookup, slow or not, and the
    /// copy of a large struct is a `memcpy` that keeps lookups from overlapping.
    @inline(__always)
    private func lookUpSlowly(_ key: KeyWords, hash: UInt64, _ kind: KeyKind) -> SymbolResolution {
        lookUpInAll(
            key.word0, key.word1, key.word2, key.word3, key.word4, key.word5, key.word6, hash: hash, kind: kind)
    }

    /// For a key that the overlay, refused rows or aliases may concern: overlay, main image, refused rows, aliases.
    @inline(never)
    private func lookUpInAll(
        _ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64, _ word4: UInt64, _ word5: UInt64,
        _ word6: UInt32, hash: UInt64, kind: KeyKind
    ) -> SymbolResolution {
        let key = KeyWords(
            word0: word0, word1: word1, word2: word2, word3: word3, word4: word4, word5: word5, word6: word6)
        if let slot = slot(of: key, hash: hash, kind) {
            return answer(slot, SlotTable.tail(at: slot), exchangeId: key.exchangeId, extraFlags: 0)
        }
        let hash = HashSeed.process.hash(key)
        let refused =
            switch kind {
            case .symbol: refusedSymbols
            case .pair: refusedPairs
            }
        if refused.slot(of: key, hash: hash) != nil {
            let isKnown = exchangeBits(key.exchangeId) & ExchangeDirectory.FlagBits.known != 0
            return SymbolResolution(
                status: .refused, exchangeId: isKnown ? key.exchangeId : 0, generation: generation)
        }
        // Aliases are former symbol strings.
        guard kind == .symbol, exchangeBits(key.exchangeId) & ExchangeDirectory.FlagBits.known != 0,
            let alias = aliasTable.slot(of: key, hash: hash)
        else { return miss(exchangeId: key.exchangeId) }
        return answer(ofAlias: SlotTable.symbolId(at: alias), exchangeId: key.exchangeId)
    }

    @inline(never)
    private func answer(ofAlias id: UInt32, exchangeId: UInt16) -> SymbolResolution {
        guard let row = location(id: id) else { return miss(exchangeId: exchangeId) }
        let slot = rows(of: row).symbolSlot(at: row.index)
        return answer(
            slot, SlotTable.tail(at: slot), exchangeId: self.exchangeId(of: row),
            extraFlags: ResolutionFlags.alias.rawValue)
    }

    @inline(__always)
    private func miss(exchangeId: UInt16) -> SymbolResolution {
        let isKnown = exchangeBits(exchangeId) & ExchangeDirectory.FlagBits.known != 0
        let status: ResolutionStatus = isKnown ? .unknownSymbol : isLoaded ? .unknownExchange : .notLoaded
        return SymbolResolution(status: status, exchangeId: isKnown ? exchangeId : 0, generation: generation)
    }

    @inline(__always)
    private func answer(
        _ slot: UnsafeRawPointer, _ tail: SlotTail, exchangeId: UInt16, extraFlags: UInt8
    ) -> SymbolResolution {
        let flags = resolutionFlags(rowFlags: tail.meta, exchangeId: exchangeId).rawValue | extraFlags
        let status = flags & 3 == 3 ? ResolutionStatus.ok.rawValue : ResolutionStatus.inactive.rawValue
        // The last word of the key and the id; the precisions begin the tail.
        let symbolId = slot.load(fromByteOffset: 48, as: UInt64.self) & 0xFFFF_FFFF_0000_0000
        return SymbolResolution(
            identity: symbolId | UInt64(exchangeId) &<< 16 | UInt64(flags) &<< 8 | UInt64(status),
            precisions: UInt32(truncatingIfNeeded: tail.bits) & 0xFF_FFFF, generation: generation)
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
        exchangeFlags.load(fromByteOffset: Int(exchangeId), as: UInt8.self)
    }

    /// The record of an id. `inactive` gives the record too; otherwise, unless `ok`, it is `SymbolRecord.empty`.
    ///
    /// O(1), allocates nothing.
    @inline(never)
    public func symbolRecord(
        id: UInt32
    ) -> (status: ResolutionStatus, flags: ResolutionFlags, record: SymbolRecord) {
        guard let row = location(id: id) else {
            let isRefused = refusedSymbolIds.containsAscending(id)
            return (isRefused ? .refused : isLoaded ? .unknownSymbol : .notLoaded, [], .empty)
        }
        let flags = flags(of: row)
        let status: ResolutionStatus = isTradable(flags) ? .ok : .inactive
        // Two returns, so that the record is read to where the caller wants it and not copied there.
        if row.isInOverlay { return (status, flags, overlayRows.record(at: row.index)) }
        return (status, flags, mainRows.record(at: row.index))
    }

    @inline(__always)
    func flags(_ view: RowView, _ index: Int) -> ResolutionFlags {
        resolutionFlags(rowFlags: view.rowFlags(at: index), exchangeId: view.exchangeId(at: index))
    }

    @inline(__always)
    func isTradable(_ flags: ResolutionFlags) -> Bool { flags.rawValue & 3 == 3 }
}
