/// The sorted indexes of a main image: rows in folded order of symbol string, and positions in that order in folded
/// order of base then quote, and of quote; and rows in the order in which they are due.
struct RowOrders {
    /// Row indexes; equal symbol strings in order of id.
    let bySymbol: [UInt32]
    /// Equal pairs in order of exchange id, then of the contract (`ContractOrder`), then of id.
    let byPair: [UInt32]
    /// Equal quotes in order of position.
    let byQuote: [UInt32]
    /// Row indexes of those that are active in the table and due at some time; equal times in order of id.
    let byDue: [UInt32]
    /// A bit for each entry of `byPair` that begins a pair; the bits behind the last entry are set.
    let pairStarts: [UInt64]
    /// Whether two rows that are active in the table are one instrument, which is not looked for where they may be.
    let hasConflict: Bool

    /// O(n), and n log n of the rows whose texts differ only behind their first eight bytes: assets are ranked, then
    /// rows are sorted by counting.
    init(_ rows: UnsafeBufferPointer<SymbolRecord>, mayConflict: Bool) {
        let bases = AssetRanks(rows) { $0.baseAsset }
        let quotes = AssetRanks(rows) { $0.quoteAsset }
        let byContract = ContractOrder.sorted(rows)
        // Side by side: records lie far apart.
        let exchangeIds = rows.map(\.exchangeId)
        let byExchange = countingSort(byContract, keyCount: 65_536) { UInt32(exchangeIds[$0]) }
        let byQuoteThenExchange = countingSort(byExchange, keyCount: quotes.count) { quotes.rankOfRow[$0] }
        let pairRows = countingSort(byQuoteThenExchange, keyCount: bases.count) { bases.rankOfRow[$0] }
        pairStarts = Self.pairStarts(pairRows, bases, quotes)
        hasConflict = !mayConflict && ContractOrder.hasConflict(rows, exchangeIds, pairRows, pairStarts)
        byDue = ContractOrder.dueOrder(rows)

        let bySymbol = Self.symbolOrder(rows)
        var positions = [UInt32](repeating: 0, count: rows.count)
        for (position, row) in bySymbol.enumerated() { positions[Int(row)] = UInt32(truncatingIfNeeded: position) }
        self.bySymbol = bySymbol
        byPair = pairRows.map { positions[Int($0)] }
        byQuote = countingSort(bySymbol, keyCount: quotes.count) { quotes.rankOfRow[$0] }.map { positions[Int($0)] }
    }

    private static func pairStarts(_ pairRows: [UInt32], _ bases: AssetRanks, _ quotes: AssetRanks) -> [UInt64] {
        var words = [UInt64](repeating: .max, count: SearchIndex.blockCount(rowCount: pairRows.count))
        for entry in 1..<max(pairRows.count, 1) {
            let (row, previous) = (Int(pairRows[entry]), Int(pairRows[entry - 1]))
            if bases.rankOfRow[row] == bases.rankOfRow[previous], quotes.rankOfRow[row] == quotes.rankOfRow[previous] {
                words[entry >> 6] &= ~(1 << UInt64(entry & 63))
            }
        }
        return words
    }

    /// By the first eight folded bytes, byte by byte from the last to the first; rows that these leave equal are then
    /// compared, by what follows and by id. O(n + n log n of those).
    private static func symbolOrder(_ rows: UnsafeBufferPointer<SymbolRecord>) -> [UInt32] {
        var entries = PrefixEntry.sorted(0..<rows.count) { foldedWord(rows[$0].symbolString, at: 0) }
        PrefixEntry.forEachRun(entries) { run in
            if run.count > 1 { sortRun(&entries, run, rows) }
        }
        return entries.map(\.row)
    }

    private static func sortRun(
        _ entries: inout [PrefixEntry], _ run: Range<Int>, _ rows: UnsafeBufferPointer<SymbolRecord>
    ) {
        let sorted = entries[run].map { entry in
            let row = rows[Int(entry.row)]
            return (
                second: foldedWord(row.symbolString, at: 8), third: foldedWord(row.symbolString, at: 16), entry: entry
            )
        }
        .sorted { left, right in
            if left.second != right.second { return left.second < right.second }
            if left.third != right.third { return left.third < right.third }
            // Exchanges share most of their names.
            let (leftSymbol, rightSymbol) = (
                rows[Int(left.entry.row)].symbolString, rows[Int(right.entry.row)].symbolString
            )
            if leftSymbol == rightSymbol { return left.entry.row < right.entry.row }
            let (leftText, rightText) = (FoldedText(leftSymbol), FoldedText(rightSymbol))
            return leftText == rightText ? left.entry.row < right.entry.row : leftText < rightText
        }
        for (position, element) in zip(run, sorted) { entries[position] = element.entry }
    }
}

/// Eight bytes of a text, folded; comparing the words compares the text.
@inline(__always)
private func foldedWord<let count: Int>(_ text: FixedText<count>, at offset: Int) -> UInt64 {
    withUnsafeBytes(of: text.bytes) {
        foldedASCII($0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)).byteSwapped
    }
}

/// The assets of one column, ranked by folded text and then by bytes; equal ones have one rank.
private struct AssetRanks {
    let rankOfRow: [UInt32]
    let count: Int

    /// O(n), and n log n of those that differ only behind their first eight bytes or in case.
    init(_ rows: UnsafeBufferPointer<SymbolRecord>, _ asset: (SymbolRecord) -> AssetText) {
        var entries: [PrefixEntry] = []
        entries.reserveCapacity(rows.count)
        for row in rows.indices {
            let text = asset(rows[row])
            let word = withUnsafeBytes(of: text.bytes) { $0.loadUnaligned(as: UInt64.self) }
            let folded = foldedASCII(word)
            entries.append(
                PrefixEntry(
                    prefix: folded.byteSwapped, row: UInt32(truncatingIfNeeded: row),
                    tag: Self.tag(capitals: word ^ folded, isLong: text.bytes[8] != 0)))
        }
        PrefixEntry.sort(&entries)
        var ranks = [UInt32](repeating: 0, count: rows.count)
        var next: UInt32 = 0
        PrefixEntry.forEachRun(entries) { run in
            if Self.areEqual(entries[run], rows, asset) {
                for entry in entries[run] { ranks[Int(entry.row)] = next }
            } else {
                next = Self.rank(entries[run].map { ($0.row, asset(rows[Int($0.row)])) }, from: next, &ranks)
            }
            next += 1
        }
        rankOfRow = ranks
        count = Int(next)
    }

    /// Which of the first eight bytes are capitals, and whether there are more bytes: with the folded ones they say all
    /// of most texts.
    private static func tag(capitals: UInt64, isLong: Bool) -> UInt32 {
        // A capital differs from its small letter in bit 5: these are gathered in the highest byte.
        let bits = ((capitals >> 5) & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080
        return UInt32(truncatingIfNeeded: bits >> 56) | (isLong ? longTag : 0)
    }

    private static let longTag: UInt32 = 256

    /// Whether the assets of one prefix are equal.
    private static func areEqual(
        _ entries: ArraySlice<PrefixEntry>, _ rows: UnsafeBufferPointer<SymbolRecord>,
        _ asset: (SymbolRecord) -> AssetText
    ) -> Bool {
        let first = entries[entries.startIndex]
        if first.tag & longTag == 0 { return entries.allSatisfy { $0.tag == first.tag } }
        let text = asset(rows[Int(first.row)])
        return entries.allSatisfy { asset(rows[Int($0.row)]) == text }
    }

    /// Ranks assets with one prefix, and returns the last rank.
    private static func rank(
        _ assets: [(row: UInt32, asset: AssetText)], from first: UInt32, _ ranks: inout [UInt32]
    ) -> UInt32 {
        let sorted = assets.map { (row: $0.row, asset: $0.asset, folded: FoldedText($0.asset)) }.sorted { left, right in
            left.folded == right.folded ? left.asset.precedes(right.asset) : left.folded < right.folded
        }
        var rank = first
        for (position, entry) in sorted.enumerated() {
            if position > 0, entry.asset != sorted[position - 1].asset { rank += 1 }
            ranks[Int(entry.row)] = rank
        }
        return rank
    }
}

/// Stable. O(n + keys).
private func countingSort(_ input: [UInt32], keyCount: Int, _ key: (Int) -> UInt32) -> [UInt32] {
    var cursors = [UInt32](repeating: 0, count: keyCount + 1)
    for row in input { cursors[Int(key(Int(row))) + 1] += 1 }
    for index in 0..<keyCount { cursors[index + 1] += cursors[index] }
    var output = [UInt32](repeating: 0, count: input.count)
    for row in input {
        let rowKey = Int(key(Int(row)))
        output[Int(cursors[rowKey])] = row
        cursors[rowKey] += 1
    }
    return output
}

extension FixedText {
    /// Byte order.
    func precedes(_ other: FixedText) -> Bool {
        for index in 0..<byteCountMax where bytes[index] != other.bytes[index] {
            return bytes[index] < other.bytes[index]
        }
        return false
    }
}
