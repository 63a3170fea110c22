/// Measures the search index of rows before there is memory for it, then fills it.
struct SearchIndexPlan {
    let byteCount: Int
    private let rows: [SymbolRecord]
    let orders: RowOrders
    /// By row: bytes of its line.
    private var lineByteCounts: [UInt8]
    /// By row: which texts its line holds besides the symbol string, and how it begins.
    private var shapes: [LineShape]

    private struct LineShape: OptionSet {
        let rawValue: UInt8
        static let base = LineShape(rawValue: 1)
        static let quote = LineShape(rawValue: 2)
        static let strayBase = LineShape(rawValue: 4)
    }

    init(_ rows: [SymbolRecord], _ orders: RowOrders) {
        self.rows = rows
        self.orders = orders
        lineByteCounts = []
        shapes = []
        lineByteCounts.reserveCapacity(rows.count)
        shapes.reserveCapacity(rows.count)
        var textByteCount = 0
        for row in rows {
            let symbol = FoldedBytes(row.symbolString)
            let base = FoldedBytes(row.baseAsset)
            let quote = FoldedBytes(row.quoteAsset)
            var shape: LineShape = []
            var byteCount = symbol.byteCount
            if !symbol.hasPrefix(base) {
                shape.insert(.strayBase)
                if !symbol.contains(base) {
                    shape.insert(.base)
                    byteCount += 1 + base.byteCount
                }
            }
            if !symbol.hasSuffix(quote), !symbol.contains(quote) {
                shape.insert(.quote)
                byteCount += 1 + quote.byteCount
            }
            // 102 at most: three full fields and two NULs.
            lineByteCounts.append(UInt8(byteCount))
            shapes.append(shape)
            textByteCount += byteCount
        }
        byteCount = SearchIndex.byteCount(rowCount: rows.count, textByteCount: textByteCount)
    }

    /// Fills `byteCount` bytes that are zero: none at all without rows.
    func fill(_ start: UnsafeMutableRawPointer, _ context: RowContext) {
        if rows.isEmpty { return }
        let parts = SearchIndex.Parts(rowCount: rows.count)
        let text = start + parts.text
        var offset = 0
        for (position, row) in orders.bySymbol.enumerated() {
            let record = rows[Int(row)]
            if position % SearchIndex.blockRowCount == 0 {
                start.storeBytes(
                    of: UInt64(offset), toByteOffset: position / SearchIndex.blockRowCount * 8, as: UInt64.self)
            }
            if record.isActive, !context.isDue(record) { Self.setBit(start + parts.active, position) }
            start.storeBytes(of: record.exchangeId, toByteOffset: parts.exchangeIds + position * 2, as: UInt16.self)
            start.storeBytes(
                of: lineByteCounts[Int(row)], toByteOffset: parts.lineByteCounts + position, as: UInt8.self)
            let shape = shapes[Int(row)]
            offset += FoldedBytes(record.symbolString).copy(to: text + offset)
            if shape.contains(.base) { offset += 1 + FoldedBytes(record.baseAsset).copy(to: text + offset + 1) }
            if shape.contains(.quote) { offset += 1 + FoldedBytes(record.quoteAsset).copy(to: text + offset + 1) }
        }
        let blockCount = SearchIndex.blockCount(rowCount: rows.count)
        start.storeBytes(of: UInt64(offset), toByteOffset: blockCount * 8, as: UInt64.self)

        for (entry, position) in orders.byPair.enumerated()
        where shapes[Int(orders.bySymbol[Int(position)])].contains(.strayBase) {
            Self.setBit(start + parts.strayBases, entry)
        }
        for (block, word) in orders.pairStarts.enumerated() {
            start.storeBytes(of: word, toByteOffset: parts.pairStarts + block * 8, as: UInt64.self)
        }
    }

    private static func setBit(_ bits: UnsafeMutableRawPointer, _ index: Int) {
        let word = bits.load(fromByteOffset: index / 64 * 8, as: UInt64.self)
        bits.storeBytes(of: word | 1 << UInt64(index & 63), toByteOffset: index / 64 * 8, as: UInt64.self)
    }
}

/// A field's text with ASCII capitals made small, and how long it is.
private struct FoldedBytes {
    var words = InlineArray<7, UInt64>(repeating: 0)
    let byteCount: Int

    @inline(__always)
    init<let byteCountMax: Int>(_ text: FixedText<byteCountMax>) {
        withUnsafeMutableBytes(of: &words) { target in
            withUnsafeBytes(of: text.bytes) { target.copyMemory(from: $0) }
        }
        var count = byteCountMax
        for index in 0..<(byteCountMax + 7) / 8 {
            let word = words[index]
            words[index] = foldedASCII(word)
            // The lowest bit set is in the first byte that is zero.
            let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
            if zeros != 0 {
                count = min(count, index * 8 + zeros.trailingZeroBitCount / 8)
                break
            }
        }
        byteCount = count
    }

    func copy(to target: UnsafeMutableRawPointer) -> Int {
        withUnsafeBytes(of: words) { target.copyMemory(from: $0.baseAddress!, byteCount: byteCount) }
        return byteCount
    }

    func hasPrefix(_ other: FoldedBytes) -> Bool { has(other, at: 0) }

    func hasSuffix(_ other: FoldedBytes) -> Bool { has(other, at: byteCount - other.byteCount) }

    func contains(_ other: FoldedBytes) -> Bool {
        guard other.byteCount <= byteCount else { return false }
        return (0...byteCount - other.byteCount).contains { has(other, at: $0) }
    }

    @inline(__always)
    private func has(_ other: FoldedBytes, at offset: Int) -> Bool {
        guard offset >= 0, offset + other.byteCount <= byteCount else { return false }
        return withUnsafeBytes(of: words) { mine in
            withUnsafeBytes(of: other.words) { theirs in
                for index in 0..<other.byteCount where mine[offset + index] != theirs[index] { return false }
                return true
            }
        }
    }
}
