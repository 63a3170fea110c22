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
        lookUp(symbolKeys, strideByteCount, count, symbolTables, results)
    }

    /// As the batch form for symbol keys, for pair keys.
    @inline(never)
    public func resolve(
        pairKeys: UnsafeRawPointer, strideByteCount: Int, count: Int,
        into results: UnsafeMutablePointer<SymbolResolution>
    ) {
        lookUp(pairKeys, strideByteCount, count, pairTables, results)
    }

    /// Hashes a group of keys, reads the homes of all of them, then compares.
    @inline(__always)
    private func lookUp(
        _ keys: UnsafeRawPointer, _ strideByteCount: Int, _ count: Int, _ tables: LookupTables,
        _ results: UnsafeMutablePointer<SymbolResolution>
    ) {
        var hashes = InlineArray<32, UInt64>(repeating: 0)
        var homeTails = InlineArray<32, UInt64>(repeating: 0)
        var start = 0
        while start < count {
            let groupCount = min(Self.batchGroupCountMax, count - start)
            for index in 0..<groupCount {
                hashes[unchecked: index] = seed.hash(KeyWords(bytes: keys + (start + index) * strideByteCount))
            }
            // Swift has no prefetch, so the homes are read, and what was read is used below: no address depends on
            // another read, so they overlap.
            for index in 0..<groupCount {
                homeTails[unchecked: index] = SlotTable.tail(at: tables.base.home(hashes[unchecked: index])).bits
            }
            for index in 0..<groupCount {
                let key = KeyWords(bytes: keys + (start + index) * strideByteCount)
                let answer = lookUp(
                    key, hash: hashes[unchecked: index], homeTail: SlotTail(bits: homeTails[unchecked: index]), tables)
                (results + start + index).initialize(to: answer)
            }
            start += groupCount
        }
    }
}
