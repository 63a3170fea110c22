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

    private struct PrefixEntry: BitwiseCopyable {
        let prefix: UInt64
        let row: UInt32
    }

    /// By the first eight folded bytes, byte by byte from the last to the first; rows that these leave equal are then
    /// compared, by what follows and by id. O(n + n log n of those).
    private static func symbolOrder(_ rows: [SymbolRecord]) -> [UInt32] {
        var entries = [PrefixEntry](unsafeUninitializedCapacity: rows.count) { entries, count in
            for index in 0..<rows.count {
                let entry = PrefixEntry(
                    prefix: foldedWord(rows[index], at: 0), row: UInt32(truncatingIfNeeded: index))
                entries.initializeElement(at: index, to: entry)
            }
            count = rows.count
        }
        sortByPrefix(&entries)
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].prefix == entries[start].prefix { end += 1 }
            if end - start > 1 { sortRun(&entries, start..<end, rows) }
            start = end
        }
        return entries.map(\.row)
    }

    /// Eight bytes of a symbol string, folded; comparing the words compares the text.
    @inline(__always)
    private static func foldedWord(_ record: SymbolRecord, at offset: Int) -> UInt64 {
        withUnsafeBytes(of: record.symbolString.bytes) {
            foldedASCII($0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)).byteSwapped
        }
    }

    /// Stable. A byte in which all are alike costs nothing but the counting.
    private static func sortByPrefix(_ entries: inout [PrefixEntry]) {
        var counts = [Int](repeating: 0, count: 8 * 256)
        for entry in entries {
            for byte in 0..<8 { counts[byte << 8 | Int((entry.prefix >> UInt64(8 * byte)) & 0xFF)] += 1 }
        }
        var sorted = entries
        for byte in 0..<8 {
            var cursors = Array(counts[byte << 8..<(byte + 1) << 8])
            if cursors.contains(entries.count) { continue }
            var next = 0
            for value in 0..<256 { (cursors[value], next) = (next, next + cursors[value]) }
            for entry in entries {
                let value = Int((entry.prefix >> UInt64(8 * byte)) & 0xFF)
                sorted[cursors[value]] = entry
                cursors[value] += 1
            }
            swap(&entries, &sorted)
        }
    }

    private static func sortRun(_ entries: inout [PrefixEntry], _ run: Range<Int>, _ rows: [SymbolRecord]) {
        let sorted = entries[run].map { entry in
            let row = rows[Int(entry.row)]
            return (second: foldedWord(row, at: 8), third: foldedWord(row, at: 16), entry: entry)
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

/// The distinct assets of one column, ranked by folded text and then by bytes.
private struct AssetRanks {
    private(set) var rankOfRow: [UInt32]
    private(set) var count: Int

    init(_ rows: [SymbolRecord], _ asset: (SymbolRecord) -> AssetText) {
        var numbers: [AssetWords: UInt32] = [:]
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
            let words = AssetWords(asset)
            let number = numbers[words] ?? UInt32(truncatingIfNeeded: distinct.count)
            if number == UInt32(truncatingIfNeeded: distinct.count) {
                numbers[words] = number
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

/// An asset as a dictionary's key: three words are hashed faster than twenty bytes.
private struct AssetWords: Hashable {
    let first: UInt64
    let second: UInt64
    let third: UInt32

    init(_ asset: AssetText) {
        (first, second, third) = withUnsafeBytes(of: asset.bytes) { bytes in
            (
                bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
            )
        }
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
