extension Snapshot {
    /// Keys whose homes are read before the first of them is compared: enough to keep the memory system busy, few
    /// enough that what was read is still in the first-level cache.
    private static let batchGroupCountMax = 32

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
        if count == 0 { return }
        // On the stack, whatever their size: a temporary allocation of so many bytes would be one.
        var keys = InlineArray<32, UnifiedKey>(repeating: UnifiedKey(frameBytes: frameBytes))
        var hashes = InlineArray<32, UInt64>(repeating: 0)
        var candidates = InlineArray<32, UnsafeRawPointer>(repeating: frameBytes)
        var tails = InlineArray<32, UInt64>(repeating: 0)
        var start = 0
        while start < count {
            let groupCount = min(Self.batchGroupCountMax, count - start)
            for index in 0..<groupCount {
                let key = UnifiedKey(frameBytes: frameBytes + (start + index) * strideByteCount)
                keys[unchecked: index] = key
                hashes[unchecked: index] = mainRows.seed.hash(key.words)
                candidates[unchecked: index] = candidate(hashes[unchecked: index], key.kind)
            }
            for index in 0..<groupCount {
                tails[unchecked: index] = SlotTable.tail(at: candidates[unchecked: index]).bits
            }
            for index in 0..<groupCount {
                let key = keys[unchecked: index]
                let answer =
                    key.isPossible
                    ? lookUp(
                        key.words, hash: hashes[unchecked: index], candidate: candidates[unchecked: index],
                        tail: SlotTail(bits: tails[unchecked: index]), key.kind)
                    : miss(exchangeId: key.words.exchangeId)
                (results + start + index).initialize(to: answer)
            }
            start += groupCount
        }
    }

    /// Hashes a group of keys, reads the homes of all of them, then compares.
    @inline(__always)
    private func lookUp(
        _ keys: UnsafeRawPointer, _ strideByteCount: Int, _ count: Int, _ kind: KeyKind,
        _ results: UnsafeMutablePointer<SymbolResolution>
    ) {
        var hashes = InlineArray<32, UInt64>(repeating: 0)
        var candidates = InlineArray<32, UnsafeRawPointer>(repeating: keys)
        var tails = InlineArray<32, UInt64>(repeating: 0)
        var start = 0
        while start < count {
            let groupCount = min(Self.batchGroupCountMax, count - start)
            for index in 0..<groupCount {
                hashes[unchecked: index] = mainRows.seed.hash(KeyWords(bytes: keys + (start + index) * strideByteCount))
            }
            for index in 0..<groupCount {
                let hash = hashes[unchecked: index]
                candidates[unchecked: index] = candidate(hash, kind)
            }
            // Swift has no prefetch, so the ends of the slots are read, and used below. No address depends on another
            // read, so the misses overlap.
            for index in 0..<groupCount {
                tails[unchecked: index] = SlotTable.tail(at: candidates[unchecked: index]).bits
            }
            for index in 0..<groupCount {
                let answer = lookUp(
                    bytes: keys + (start + index) * strideByteCount, hash: hashes[unchecked: index],
                    candidate: candidates[unchecked: index], tail: SlotTail(bits: tails[unchecked: index]), kind)
                (results + start + index).initialize(to: answer)
            }
            start += groupCount
        }
    }
}
