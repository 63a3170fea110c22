/// The sorted indexes of a base: row indexes in folded order of symbol string, of base then quote, and of quote.
struct RowOrders {
    private(set) var bySymbol: [UInt32]
    private(set) var byPair: [UInt32]
    private(set) var byQuote: [UInt32]

    /// O(n log n) for symbol strings; assets repeat, so each distinct one is ranked once and rows are then counted into
    /// place.
    init(_ rows: [SymbolRecord]) {
        let bases = AssetRanks(rows) { $0.baseAsset }
        let quotes = AssetRanks(rows) { $0.quoteAsset }
        let byId = (0..<rows.count).map { UInt32(truncatingIfNeeded: $0) }
        byQuote = countingSort(byId, keyCount: quotes.count) { quotes.rankOfRow[$0] }
        let byExchange = countingSort(byId, keyCount: 65_536) { UInt32(rows[$0].exchangeId) }
        let byQuoteThenExchange = countingSort(byExchange, keyCount: quotes.count) { quotes.rankOfRow[$0] }
        byPair = countingSort(byQuoteThenExchange, keyCount: bases.count) { bases.rankOfRow[$0] }
        bySymbol = Self.symbolOrder(rows)
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
