// Many lookups at once, in groups: the slots of a group are asked for before the first of them is read, so that the
// waits for memory overlap. `Snapshot+Run` does the same for the requests of a server.

extension Snapshot {
    /// Keys of a group: enough to keep the memory system busy, few enough that their slots are still in the first-level
    /// cache when they are read.
    static let groupCountMax = 32

    /// Resolves `count` symbol keys at once, overlapping the cache misses that single lookups would wait for in turn.
    ///
    /// Key `n` is the 52 bytes at `symbolKeys + n * strideByteCount`, at any alignment (frames in a read buffer, or an
    /// array of `SymbolKey`); answer `n` goes to `results[n]`. Allocates nothing.
    @inline(never)
    public func resolve(
        symbolKeys: UnsafeRawPointer, strideByteCount: Int, count: Int,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        lookUp(symbolKeys, strideByteCount, count, .symbol, results)
    }

    /// As the batch form for symbol keys, for pair keys.
    @inline(never)
    public func resolve(
        pairKeys: UnsafeRawPointer, strideByteCount: Int, count: Int,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        lookUp(pairKeys, strideByteCount, count, .pair, results)
    }

    /// As the batch form for symbol keys, for `NameKey`s.
    @inline(never)
    public func resolve(
        nameKeys: UnsafeRawPointer, strideByteCount: Int, count: Int,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        lookUp(nameKeys, strideByteCount, count, .name, results)
    }

    /// As `resolveUnified` for each of `count` names, at once: name `n` is the 52 bytes at
    /// `frameBytes + n * strideByteCount`, at any alignment.
    @inline(never)
    public func resolveUnified(
        frameBytes: UnsafeRawPointer, strideByteCount: Int, count: Int,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        withNames { names, pairs in
            let fetcher = NameFetcher(self)
            var start = 0
            while start < count {
                let groupCount = min(Self.groupCountMax, count &- start)
                let group = frameBytes + start &* strideByteCount
                for index in 0..<groupCount {
                    let name = fetcher.fetch(group + index &* strideByteCount, pair: pairs + index)
                    (names + index).initialize(to: name)
                }
                for index in 0..<groupCount {
                    let bytes = group + index &* strideByteCount
                    let (exchangeId, doubt) = doubt(bytes, names[index])
                    let answer =
                        doubt == 0
                        ? plainAnswer(names[index].slot, exchangeId: exchangeId) : resolveUnified(frameBytes: bytes)
                    (results + start + index).initialize(to: answer)
                }
                start &+= groupCount
            }
        }
    }

    /// Room for a group of unified names, and for the keys of those that are pairs.
    @inline(__always)
    func withNames<Result>(
        _ body: (UnsafeMutablePointer<FetchedName>, UnsafeMutablePointer<KeyWords>) -> Result
    ) -> Result {
        // More than a temporary allocation gets of the stack.
        var pairs = InlineArray<32, KeyWords>(repeating: .zero)
        return withUnsafeMutableBytes(of: &pairs) { pairs in
            precondition(pairs.count == Self.groupCountMax * MemoryLayout<KeyWords>.stride)
            return withUnsafeTemporaryAllocation(of: FetchedName.self, capacity: Self.groupCountMax) { names in
                body(
                    names.baseAddress.unsafelyUnwrapped,
                    pairs.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: KeyWords.self))
            }
        }
    }

    @inline(__always)
    private func lookUp(
        _ keys: UnsafeRawPointer, _ strideByteCount: Int, _ count: Int, _ kind: KeyKind,
        _ results: UnsafeMutablePointer<SymbolResolution>
    ) {
        withUnsafeTemporaryAllocation(of: FetchedSlot.self, capacity: Self.groupCountMax) { slots in
            let slots = slots.baseAddress.unsafelyUnwrapped
            let fetcher = SlotFetcher(self, kind)
            var group = keys
            var start = 0
            while start < count {
                let groupCount = min(Self.groupCountMax, count &- start)
                var key = group
                for index in 0..<groupCount {
                    (slots + index).initialize(to: fetcher.fetch(KeyWords(bytes: key)))
                    key += strideByteCount
                }
                key = group
                for index in 0..<groupCount {
                    (results + start + index).initialize(to: answer(key, slots[index], kind))
                    key += strideByteCount
                }
                group = key
                start &+= groupCount
            }
        }
    }

    @inline(__always)
    private func answer(_ key: UnsafeRawPointer, _ slot: FetchedSlot, _ kind: KeyKind) -> SymbolResolution {
        let (exchangeId, doubt) = doubt(key, slot, kind)
        return doubt == 0
            ? plainAnswer(slot, exchangeId: exchangeId) : answerOfAny(key, slot, kind)
    }

    /// The exchange asked for, and zero where the answer is what a slot says, and `ok`: one branch for all that can be
    /// otherwise.
    @inline(__always)
    func doubt(_ key: UnsafeRawPointer, _ slot: FetchedSlot, _ kind: KeyKind) -> (exchangeId: UInt16, doubt: UInt64) {
        let exchangeId = Self.exchangeId(key.loadUnaligned(as: UInt16.self), kind)
        return (exchangeId, doubt(exchangeId, slot) | SlotTable.difference(key, at: slot.start))
    }

    /// The same for a unified name.
    @inline(__always)
    func doubt(_ frameBytes: UnsafeRawPointer, _ name: FetchedName) -> (exchangeId: UInt16, doubt: UInt64) {
        let exchangeId = frameBytes.loadUnaligned(as: UInt16.self)
        let difference = SlotTable.difference(name.key, at: name.slot.start, expected: UInt64(NameKey.markBit))
        return (exchangeId, doubt(exchangeId, name.slot) | difference)
    }

    /// Zero where a slot is of one live row, and the exchange is active. No exchange has the mark of names, so that a
    /// key that has it where it must not is in doubt, too.
    @inline(__always)
    func doubt(_ exchangeId: UInt16, _ slot: FetchedSlot) -> UInt64 {
        let bits = SlotAnswer(at: slot.start).claimBits | exchangeBits(exchangeId) & ExchangeDirectory.FlagBits.active
        return UInt64(bits ^ (SlotLayout.activeBit | ExchangeDirectory.FlagBits.active))
    }

    @inline(__always)
    func plainAnswer(_ slot: FetchedSlot, exchangeId: UInt16) -> SymbolResolution {
        let answer = SlotAnswer(at: slot.start)
        let rest = answer.idAndPrecisions
        return SymbolResolution(
            identity: UInt64(plainHead(answer, exchangeId: exchangeId)) | rest &<< 32,
            precisions: UInt32(truncatingIfNeeded: rest &>> 32), generation: generation)
    }

    /// Status, flags and exchange of an answer that is not in doubt.
    @inline(__always)
    func plainHead(_ answer: SlotAnswer, exchangeId: UInt16) -> UInt32 {
        // No set of them: a literal is an array where nothing is optimised.
        let flags = UInt32(ResolutionFlags.active.rawValue | ResolutionFlags.exchangeActive.rawValue)
        return answer.otherFlags &<< 8 | UInt32(exchangeId) &<< 16 | flags << 8
            | UInt32(ResolutionStatus.ok.rawValue)
    }

    /// The answer for a key whatever it is. Apart, so that the loops need few registers.
    @inline(never)
    func answerOfAny(_ key: UnsafeRawPointer, _ slot: FetchedSlot, _ kind: KeyKind) -> SymbolResolution {
        if slot.start == slotOfChangedKeys {
            let words = KeyWords(bytes: key)
            return lookUpSlowly(words, hash: mainRows.seed.hash(words), kind)
        }
        return answer(bytes: key, candidate: slot.start, kind)
    }
}
