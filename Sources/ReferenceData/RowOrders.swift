/// The sorted indexes of a base: rows in folded order of symbol string, and places in that order in folded order of
/// base then quote, and of quote.
struct RowOrders {
    /// Row indexes; equal symbol strings in order of id.
    let bySymbol: [UInt32]
    /// Equal pairs in order of exchange id.
    let byPair: [UInt32]
    /// Equal quotes in order of place.
    let byQuote: [UInt32]
    /// A bit for each entry of `byPair` that begins a pair; the bits behind the last entry are set.
    let pairStarts: [UInt64]

    /// O(n log n) for symbol strings; assets repeat, so each distinct one is ranked once and rows are then counted into
    /// place.
    init(_ rows: [SymbolRecord]) {
        let bases = AssetRanks(rows) { $0.baseAsset }
        let quotes = AssetRanks(rows) { $0.quoteAsset }
        let byId = (0..<rows.count).map { UInt32(truncatingIfNeeded: $0) }
        let byExchange = countingSort(byId, keyCount: 65_536) { UInt32(rows[$0].exchangeId) }
        let byQuoteThenExchange = countingSort(byExchange, keyCount: quotes.count) { quotes.rankOfRow[$0] }
        let pairRows = countingSort(byQuoteThenExchange, keyCount: bases.count) { bases.rankOfRow[$0] }
        pairStarts = Self.pairStarts(pairRows, bases, quotes)

        let bySymbol = Self.symbolOrder(rows)
        var places = [UInt32](repeating: 0, count: rows.count)
        for (place, row) in bySymbol.enumerated() { places[Int(row)] = UInt32(truncatingIfNeeded: place) }
        self.bySymbol = bySymbol
        byPair = pairRows.map { places[Int($0)] }
        byQuote = countingSort(bySymbol, keyCount: quotes.count) { quotes.rankOfRow[$0] }.map { places[Int($0)] }
    }

    private static func pairStarts(_ pairRows: [UInt32], _ bases: AssetRanks, _ quotes: AssetRanks) -> [UInt64] {
        var words = [UInt64](repeating: .max, count: SearchIndex.blockCount(rowCount: pairRows.count))
        for place in 1..<max(pairRows.count, 1) {
            let (row, previous) = (Int(pairRows[place]), Int(pairRows[place - 1]))
            if bases.rankOfRow[row] == bases.rankOfRow[previous], quotes.rankOfRow[row] == quotes.rankOfRow[previous] {
                words[place >> 6] &= ~(1 << UInt64(place & 63))
            }
        }
        return words
    }

    private struct SymbolEntry {
        var first: UInt64
        var second: UInt64
        var row: UInt32
    }

    /// By the first sixteen folded bytes where they differ, which they mostly do, else by all of them, then by id.
    private static func symbolOrder(_ rows: [SymbolRecord]) -> [UInt32] {
        var entries = rows.enumerated().map { position, record in
            withUnsafeBytes(of: record.symbolString.bytes) { bytes in
                SymbolEntry(
                    first: foldedASCII(bytes.loadUnaligned(as: UInt64.self)).byteSwapped,
                    second: foldedASCII(bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)).byteSwapped,
                    row: UInt32(truncatingIfNeeded: position))
            }
        }
        entries.sort { left, right in
            if left.first != right.first { return left.first < right.first }
            if left.second != right.second { return left.second < right.second }
            let leftText = FoldedText(rows[Int(left.row)].symbolString)
            let rightText = FoldedText(rows[Int(right.row)].symbolString)
            if leftText == rightText { return left.row < right.row }
            return leftText < rightText
        }
        return entries.map(\.row)
    }
}

/// The distinct assets of one column, ranked by folded text and then by bytes.
private struct AssetRanks {
    private(set) var rankOfRow: [UInt32]
    private(set) var count: Int

    init(_ rows: [SymbolRecord], _ asset: (SymbolRecord) -> AssetText) {
        var numbers: [AssetText: UInt32] = [:]
        var distinct: [AssetText] = []
        var numberOfRow: [UInt32] = []
        numberOfRow.reserveCapacity(rows.count)
        var previous: (asset: AssetText, number: UInt32)?
        for row in rows {
            let asset = asset(row)
            if let previous, previous.asset == asset {
                numberOfRow.append(previous.number)
                continue
            }
            let number = numbers[asset] ?? UInt32(truncatingIfNeeded: distinct.count)
            if number == UInt32(truncatingIfNeeded: distinct.count) {
                numbers[asset] = number
                distinct.append(asset)
            }
            numberOfRow.append(number)
            previous = (asset, number)
        }
        let ranked = distinct.enumerated().map {
            (folded: FoldedText($0.element), asset: $0.element, number: $0.offset)
        }
        .sorted { left, right in
            left.folded == right.folded ? left.asset.precedes(right.asset) : left.folded < right.folded
        }
        var rankOfNumber = [UInt32](repeating: 0, count: distinct.count)
        for (rank, entry) in ranked.enumerated() { rankOfNumber[entry.number] = UInt32(truncatingIfNeeded: rank) }
        rankOfRow = numberOfRow.map { rankOfNumber[Int($0)] }
        count = distinct.count
    }
}

/// Stable. O(n + keys).
private func countingSort(_ input: [UInt32], keyCount: Int, _ key: (Int) -> UInt32) -> [UInt32] {
    var cursors = [Int](repeating: 0, count: keyCount + 1)
    for row in input { cursors[Int(key(Int(row))) + 1] += 1 }
    for index in 0..<keyCount { cursors[index + 1] += cursors[index] }
    var output = [UInt32](repeating: 0, count: input.count)
    for row in input {
        let rowKey = Int(key(Int(row)))
        output[cursors[rowKey]] = row
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
