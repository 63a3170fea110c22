internal import CPrefetch

/// Measures the search index of rows before there is memory for it, then fills it.
struct SearchIndexPlan {
    let byteCount: Int
    let orders: RowOrders
    /// By row: bytes of its line.
    private let lineByteCounts: [UInt8]
    /// By row: which texts its line holds besides the symbol string, and how it begins.
    private let shapes: [LineShape]
    /// Where the second half of the lines begins: at the first position of a block.
    private let middle: (position: Int, textOffset: Int)

    private struct LineShape: OptionSet {
        let rawValue: UInt8
        static let base = LineShape(rawValue: 1)
        static let quote = LineShape(rawValue: 2)
        static let strayBase = LineShape(rawValue: 4)
    }

    init(_ rows: UnsafeBufferPointer<SymbolRecord>, _ orders: RowOrders) {
        self.orders = orders
        var lineByteCounts: [UInt8] = []
        var shapes: [LineShape] = []
        lineByteCounts.reserveCapacity(rows.count)
        shapes.reserveCapacity(rows.count)
        var textByteCount = 0
        for index in rows.indices {
            let row = rows[index]
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
        self.lineByteCounts = lineByteCounts
        self.shapes = shapes
        let half = rows.count / 2 / SearchIndex.blockRowCount * SearchIndex.blockRowCount
        middle = (half, orders.bySymbol[..<half].reduce(0) { $0 + Int(lineByteCounts[Int($1)]) })
        byteCount = SearchIndex.byteCount(rowCount: rows.count, textByteCount: textByteCount)
    }

    /// Fills one half of `byteCount` bytes that are zero: none at all without rows. Two threads may fill both at once.
    /// - Parameter view: the rows, as they stand in the image.
    func fill(_ start: UnsafeMutableRawPointer, isFirstHalf: Bool, _ view: RowView) {
        if lineByteCounts.isEmpty { return }
        let parts = SearchIndex.Parts(rowCount: lineByteCounts.count)
        if isFirstHalf {
            fillLines(start, 0..<middle.position, textOffset: 0, parts, view)
            return
        }
        fillLines(start, middle.position..<lineByteCounts.count, textOffset: middle.textOffset, parts, view)
        for (entry, position) in orders.byPair.enumerated()
        where shapes[Int(orders.bySymbol[Int(position)])].contains(.strayBase) {
            Self.setBit(start + parts.strayBases, entry)
        }
        for (block, word) in orders.pairStarts.enumerated() {
            start.storeBytes(of: word, toByteOffset: parts.pairStarts + block * 8, as: UInt64.self)
        }
    }

    private func fillLines(
        _ start: UnsafeMutableRawPointer, _ positions: Range<Int>, textOffset: Int, _ parts: SearchIndex.Parts,
        _ view: RowView
    ) {
        let text = start + parts.text
        var offset = textOffset
        for position in positions {
            fetch(position + Self.fetchedCount, view)
            let row = Int(orders.bySymbol[position])
            if position % SearchIndex.blockRowCount == 0 {
                start.storeBytes(
                    of: UInt64(offset), toByteOffset: position / SearchIndex.blockRowCount * 8, as: UInt64.self)
            }
            if view.isLive(at: row) { Self.setBit(start + parts.active, position) }
            start.storeBytes(
                of: view.exchangeId(at: row), toByteOffset: parts.exchangeIds + position * 2, as: UInt16.self)
            start.storeBytes(of: lineByteCounts[row], toByteOffset: parts.lineByteCounts + position, as: UInt8.self)
            let shape = shapes[row]
            offset += FoldedBytes.symbol(at: row, view).copy(to: text + offset)
            if shape.contains(.base) { offset += 1 + FoldedBytes(view.baseText(at: row)).copy(to: text + offset + 1) }
            if shape.contains(.quote) { offset += 1 + FoldedBytes(view.quoteText(at: row)).copy(to: text + offset + 1) }
        }
        if positions.upperBound == lineByteCounts.count {
            let blockCount = SearchIndex.blockCount(rowCount: lineByteCounts.count)
            start.storeBytes(of: UInt64(offset), toByteOffset: blockCount * 8, as: UInt64.self)
        }
    }

    /// Rows are asked for so far ahead: in the order of their symbol strings they lie anywhere.
    private static let fetchedCount = 16

    @inline(__always)
    private func fetch(_ position: Int, _ view: RowView) {
        guard position < orders.bySymbol.count else { return }
        let row = view.row(Int(orders.bySymbol[position]))
        prefetch_line(row)
        prefetch_line(row + RowLayout.symbolStart.offset)
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

    /// The symbol string of a row of an image, without a look at its slot where it is short.
    @inline(__always)
    static func symbol(at row: Int, _ view: RowView) -> FoldedBytes {
        if view.row(row)[RowLayout.textBits] & RowLayout.longSymbolBit != 0 {
            return FoldedBytes(view.symbolText(at: row))
        }
        return FoldedBytes(view.row(row)[RowLayout.symbolStart].words)
    }

    /// A text of at most sixteen bytes.
    @inline(__always)
    private init(_ short: SIMD2<UInt64>) {
        words[0] = foldedASCII(short[0])
        words[1] = foldedASCII(short[1])
        // All bytes behind the text are zero, and none in it.
        byteCount = short[1] == 0 ? 8 - short[0].leadingZeroBitCount / 8 : 16 - short[1].leadingZeroBitCount / 8
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
