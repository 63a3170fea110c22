/// Tells at once of most keys that the main image alone answers for them: the filters hold the keys of the overlay and
/// of refused rows, and the aliases.
final class ChangedKeyFilters: @unchecked Sendable {
    let symbols: BloomFilter
    let pairs: BloomFilter
    private let block: MemoryBlock

    var byteCount: Int { block.byteCount }

    private static let bitCountMin = 4_096
    private static let bitsPerKey = 16

    /// Nil where there are no such keys. O(keys).
    init?(_ seed: HashSeed, _ overlay: Overlay?, _ refused: RefusedRows, _ aliases: AliasTable) {
        let overlayCount = overlay.map { $0.image.view.symbolTable.slotCount } ?? 0
        let keyCount = overlayCount + refused.bySymbol.count + refused.byPair.count + aliases.table.count
        guard keyCount > 0 else { return nil }
        var bitCount = Self.bitCountMin
        while bitCount < keyCount * Self.bitsPerKey { bitCount *= 2 }
        let block = MemoryBlock.zeroed(byteCount: bitCount / 4)
        let (symbolBits, pairBits) = (block.start, block.start + bitCount / 8)
        let symbols = BloomFilter(bits: UnsafeRawPointer(symbolBits), bitMask: UInt64(bitCount - 1))
        let pairs = BloomFilter(bits: UnsafeRawPointer(pairBits), bitMask: UInt64(bitCount - 1))

        func note(_ table: SlotTable, _ filter: BloomFilter, _ bits: UnsafeMutableRawPointer) {
            for index in 0..<table.slotCount {
                let slot = table.slot(at: index)
                if SlotTable.tail(at: slot).isTaken { filter.insert(seed.hash(KeyWords(bytes: slot)), into: bits) }
            }
        }
        if let overlay {
            note(overlay.image.view.symbolTable, symbols, symbolBits)
            note(overlay.image.view.pairTable, pairs, pairBits)
        }
        for row in refused.ledger.rows.values {
            if let key = row.symbolKey { symbols.insert(seed.hash(key.words), into: symbolBits) }
            if let key = row.nameKey { symbols.insert(seed.hash(key.words), into: symbolBits) }
            if let key = row.answeredPairKey { pairs.insert(seed.hash(key.words), into: pairBits) }
        }
        for alias in aliases.aliases { symbols.insert(seed.hash(alias.key.words), into: symbolBits) }
        self.symbols = symbols
        self.pairs = pairs
        self.block = block
    }
}
