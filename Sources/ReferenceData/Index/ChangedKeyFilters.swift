/// Tells at once of most keys that the main image alone answers for them: the filters hold the keys of all rows in the
/// overlay, of the rows that it supersedes, of refused rows, and the aliases.
final class ChangedKeyFilters: @unchecked Sendable {
    let symbols: BloomFilter
    let pairs: BloomFilter
    private let block: MemoryBlock

    var byteCount: Int { block.byteCount }

    private static let bitCountMin = 4_096
    private static let bitsPerKey = 16

    /// Nil where there are no such keys. O(keys).
    init?(
        _ main: RowView, _ overlay: RowView, _ supersededIds: UnsafeBufferPointer<UInt32>, _ refused: RefusedRows,
        _ aliases: AliasTable
    ) {
        let changedCount = overlay.rowCount + supersededIds.count
        let keyCount = changedCount + refused.bySymbol.count + refused.byPair.count + aliases.table.count
        guard keyCount > 0 else { return nil }
        var bitCount = Self.bitCountMin
        while bitCount < keyCount * Self.bitsPerKey { bitCount *= 2 }
        let block = MemoryBlock.zeroed(byteCount: bitCount / 4)
        let (symbolBits, pairBits) = (block.start, block.start + bitCount / 8)
        let symbols = BloomFilter(bits: UnsafeRawPointer(symbolBits), bitMask: UInt64(bitCount - 1))
        let pairs = BloomFilter(bits: UnsafeRawPointer(pairBits), bitMask: UInt64(bitCount - 1))

        func note(_ view: RowView, _ index: Int) {
            symbols.insert(main.seed.hash(KeyWords(bytes: view.symbolSlot(at: index))), into: symbolBits)
            pairs.insert(main.seed.hash(KeyWords(bytes: view.pairSlot(at: index))), into: pairBits)
        }
        for index in 0..<overlay.rowCount { note(overlay, index) }
        for id in supersededIds {
            if let index = main.rowIndex(id: id) { note(main, index) }
        }
        for row in refused.ledger.rows.values {
            if let key = row.symbolKey { symbols.insert(main.seed.hash(key.words), into: symbolBits) }
            if let key = row.pairKey { pairs.insert(main.seed.hash(key.words), into: pairBits) }
        }
        for alias in aliases.aliases { symbols.insert(main.seed.hash(alias.key.words), into: symbolBits) }
        self.symbols = symbols
        self.pairs = pairs
        self.block = block
    }
}
