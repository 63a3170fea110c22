/// Tells at once of most keys that the main image alone answers for them: the filters hold the keys of the overlay and
/// of refused rows, and the aliases.
final class ChangedKeyFilters: @unchecked Sendable {
    let symbols: BloomFilter
    let pairs: BloomFilter
    /// The bits of both, one filter behind the other.
    private let block: MemoryBlock
    /// Keys in it, or more.
    private let keyCount: Int

    var byteCount: Int { block.byteCount }

    private static let bitCountMin = 4_096
    private static let bitsPerKey = 16
    /// With fewer bits a key there are new filters.
    private static let bitsPerKeyMin = 8

    private init(_ block: MemoryBlock, keyCount: Int) {
        self.block = block
        self.keyCount = keyCount
        let half = block.byteCount / 2
        func filter(_ start: UnsafeMutableRawPointer) -> BloomFilter {
            BloomFilter(bits: UnsafeRawPointer(start), bitMask: UInt64(half * 8 - 1))
        }
        symbols = filter(block.start)
        pairs = filter(block.start + half)
    }

    /// Nil where there are no such keys. O(keys).
    convenience init?(_ seed: HashSeed, _ overlay: Overlay?, _ refused: RefusedRows, _ aliases: AliasTable) {
        let keyCount = (overlay?.keyCount ?? 0) + refused.bySymbol.count + refused.byPair.count + aliases.table.count
        guard keyCount > 0 else { return nil }
        var bitCount = Self.bitCountMin
        while bitCount < keyCount * Self.bitsPerKey { bitCount *= 2 }
        self.init(.zeroed(byteCount: bitCount / 4), keyCount: keyCount)
        overlay?.symbols.forEachSlot { insertSymbol(seed.hash(KeyWords(bytes: $0))) }
        overlay?.pairs.forEachSlot { insertPair(seed.hash(KeyWords(bytes: $0))) }
        for row in refused.ledger.rows.values {
            if let key = row.symbolKey { insertSymbol(seed.hash(key.words)) }
            if let key = row.nameKey { insertSymbol(seed.hash(key.words)) }
            if let key = row.answeredPairKey { insertPair(seed.hash(key.words)) }
        }
        for alias in aliases.aliases { insertSymbol(seed.hash(alias.key.words)) }
    }

    /// These and the keys that are new in the next overlay; nil where they are too many. O(bits), which is a copy.
    func adding(_ hashes: (symbols: [UInt64], pairs: [UInt64])) -> ChangedKeyFilters? {
        let keyCount = keyCount + hashes.symbols.count + hashes.pairs.count
        guard block.byteCount * 4 >= keyCount * Self.bitsPerKeyMin else { return nil }
        let next = ChangedKeyFilters(block.copied(), keyCount: keyCount)
        for hash in hashes.symbols { next.insertSymbol(hash) }
        for hash in hashes.pairs { next.insertPair(hash) }
        return next
    }

    // Only while it is made.

    private func insertSymbol(_ hash: UInt64) { symbols.insert(hash, into: block.start) }

    private func insertPair(_ hash: UInt64) { pairs.insert(hash, into: block.start + block.byteCount / 2) }
}
