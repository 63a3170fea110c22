/// Finds the best matches among the rows of the main image.
///
/// Exact matches and prefixes are ranges of the three orders. They are gathered as bits, one a position, because a
/// position says the order in which matches of one rank are wanted. Only where these leave room is the text read for
/// what contains the needle, in the order of positions, until the page is full.
struct MainImageSearch {
    struct Match: BitwiseCopyable {
        let rank: UInt8
        let isTradable: Bool
        let position: UInt32
    }

    /// A match with its row, to be joined with those of the overlay.
    struct MatchedRow: Keyed {
        let row: RowLocation
        private let match: Match
        private let symbol: UnsafeRawPointer

        init(_ match: Match, _ view: RowView) {
            let index = view.rowIndex(in: view.symbolOrder, at: Int(match.position))
            self.match = match
            row = RowLocation(id: view.id(at: index), isInOverlay: false, index: index)
            symbol = view.symbolSlot(at: index) + 2
        }

        var key: MatchKey {
            MatchKey(
                rank: match.rank, isTradable: match.isTradable, symbol: SymbolText(paddedBytes: symbol), id: row.id)
        }
    }

    let snapshot: Snapshot
    let question: SearchQuestion
    let view: RowView
    let index: SearchIndex
    /// Whether a row's own flag says all about being tradable.
    private let areExchangesActive: Bool
    private var found: [Match] = []
    /// Entries of an order, positions and lines that were looked at one by one, or sixty-four at once.
    private var examinedCount = 0
    /// Inactive matches of the rank at hand, which come behind its active ones.
    private var inactive: [Match] = []

    init(_ snapshot: Snapshot, _ question: SearchQuestion) {
        self.snapshot = snapshot
        self.question = question
        view = snapshot.mainRows
        index = snapshot.mainRows.search
        areExchangesActive = snapshot.activeExchangeCount == snapshot.exchangeCount
    }

    /// The best matches, best first, at most `keptCount`, and how much was looked at to find them.
    consuming func matches() -> (found: [Match], examinedCount: Int) {
        guard view.hasOrders else { return ([], 0) }
        let blockCount = index.blockCount
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: blockCount * 2) { words in
            words.initialize(repeating: 0)
            guard let exact = words.baseAddress else { return }
            let prefix = exact + blockCount
            markSymbols(exact, prefix)
            markBases(exact, prefix)
            markQuotes(exact, prefix)
            take(exact, without: nil, rank: SearchNeedle.Rank.exact)
            if !isFull { take(prefix, without: exact, rank: SearchNeedle.Rank.prefix) }
            if !isFull, question.mode == .substring { takeSubstrings(exact, prefix) }
        }
        return (found, examinedCount)
    }

    private var isFull: Bool { found.count >= question.keptCount }

    // MARK: Exact matches and prefixes

    /// Entries of an order, by how their text compares with the needle.
    private struct Ranges {
        let exact: Range<Int>
        let longer: Range<Int>
    }

    private func ranges(_ text: (Int) -> FoldedText) -> Ranges {
        let needle = question.needle
        let lower = partitionPoint(view.rowCount) { text($0) < needle.folded }
        let rest = view.rowCount - lower
        let longer = partitionPoint(rest) { !(needle.folded < text(lower + $0).prefix(needle.byteCount)) }
        let exact = partitionPoint(longer) { text(lower + $0) == needle.folded }
        return Ranges(exact: lower..<lower + exact, longer: lower + exact..<lower + longer)
    }

    private func markSymbols(_ exact: UnsafeMutablePointer<UInt64>, _ prefix: UnsafeMutablePointer<UInt64>) {
        let ranges = ranges { FoldedText(view.symbolText(at: view.rowIndex(in: view.symbolOrder, at: $0))) }
        Self.set(ranges.exact, in: exact)
        Self.set(ranges.longer, in: prefix)
    }

    /// Prefixes of a base that begins its symbol string are prefixes of that, and marked already.
    private mutating func markBases(_ exact: UnsafeMutablePointer<UInt64>, _ prefix: UnsafeMutablePointer<UInt64>) {
        let ranges = ranges { FoldedText(view.baseText(at: view.pairRowIndex(at: $0))) }
        for entry in ranges.exact { Self.set(view.rowIndex(in: view.pairOrder, at: entry), in: exact) }
        examinedCount += ranges.exact.count
        var entry = ranges.longer.lowerBound
        while entry < ranges.longer.upperBound {
            let end = min((entry | 63) + 1, ranges.longer.upperBound)
            var word = index.strayBaseWord(entry >> 6) & (.max << UInt64(entry & 63))
            if end & 63 != 0 { word &= .max >> UInt64(64 - end & 63) }
            examinedCount += word.nonzeroBitCount
            while word != 0 {
                let stray = entry & ~63 | word.trailingZeroBitCount
                Self.set(view.rowIndex(in: view.pairOrder, at: stray), in: prefix)
                word &= word &- 1
            }
            entry = end
        }
    }

    private mutating func markQuotes(_ exact: UnsafeMutablePointer<UInt64>, _ prefix: UnsafeMutablePointer<UInt64>) {
        let ranges = ranges { FoldedText(view.quoteText(at: view.quoteRowIndex(at: $0))) }
        markQuotes(ranges.exact, in: exact, besides: nil)
        markQuotes(ranges.longer, in: prefix, besides: exact)
    }

    /// One quote can have nearly all symbols. Its positions ascend, so those behind enough active ones cannot be among
    /// the best and are passed over.
    private mutating func markQuotes(
        _ range: Range<Int>, in bits: UnsafeMutablePointer<UInt64>, besides better: UnsafeMutablePointer<UInt64>?
    ) {
        var entry = range.lowerBound
        var previous = -1
        var wantedCount = 0
        while entry < range.upperBound {
            let position = view.rowIndex(in: view.quoteOrder, at: entry)
            // Where positions descend another quote begins.
            if position < previous { wantedCount = 0 }
            previous = position
            Self.set(position, in: bits)
            entry += 1
            examinedCount += 1
            if better.map({ $0[position >> 6] >> UInt64(position & 63) & 1 != 0 }) ?? false { continue }
            guard isWanted(position), isTradable(position), !isSuperseded(position) else { continue }
            wantedCount += 1
            if wantedCount == question.keptCount {
                let quote = view.quoteText(at: view.quoteRowIndex(at: entry - 1))
                entry += partitionPoint(range.upperBound - entry) {
                    view.quoteText(at: view.quoteRowIndex(at: entry + $0)) == quote
                }
                previous = -1
                wantedCount = 0
            }
        }
    }

    private static func set(_ position: Int, in bits: UnsafeMutablePointer<UInt64>) {
        bits[position >> 6] |= 1 << UInt64(position & 63)
    }

    private static func set(_ range: Range<Int>, in bits: UnsafeMutablePointer<UInt64>) {
        var position = range.lowerBound
        while position < range.upperBound {
            let end = min((position | 63) + 1, range.upperBound)
            var word: UInt64 = .max << UInt64(position & 63)
            if end & 63 != 0 { word &= .max >> UInt64(64 - end & 63) }
            bits[position >> 6] |= word
            position = end
        }
    }

    // MARK: Which matches count

    @inline(__always)
    private func isWanted(_ position: Int) -> Bool {
        question.exchangeId == 0 || index.exchangeId(at: position) == question.exchangeId
    }

    @inline(__always)
    private func isTradable(_ position: Int) -> Bool {
        guard index.isActive(at: position) else { return false }
        return areExchangesActive
            || snapshot.exchangeBits(index.exchangeId(at: position)) & ExchangeDirectory.FlagBits.active != 0
    }

    @inline(__always)
    private func isSuperseded(_ position: Int) -> Bool {
        snapshot.changedIds.count > 0
            && snapshot.isSuperseded(view.id(at: view.rowIndex(in: view.symbolOrder, at: position)))
    }

    /// Takes a match of the rank at hand; says whether that is enough.
    @inline(__always)
    private mutating func take(_ position: Int, rank: UInt8) -> Bool {
        guard isWanted(position) else { return false }
        let isTradable = isTradable(position)
        if !isTradable, question.activeOnly || inactive.count >= question.keptCount { return false }
        if isSuperseded(position) { return false }
        let match = Match(rank: rank, isTradable: isTradable, position: UInt32(truncatingIfNeeded: position))
        if isTradable { found.append(match) } else { inactive.append(match) }
        return isFull
    }

    /// Puts the inactive matches of a rank behind the active ones.
    private mutating func finishRank() {
        found += inactive.prefix(max(0, question.keptCount - found.count))
        inactive.removeAll(keepingCapacity: true)
    }

    private mutating func take(
        _ bits: UnsafeMutablePointer<UInt64>, without better: UnsafeMutablePointer<UInt64>?, rank: UInt8
    ) {
        defer { finishRank() }
        for block in 0..<index.blockCount {
            var word = bits[block]
            if word == 0 { continue }
            if let better { word &= ~better[block] }
            if question.exchangeId != 0 {
                word &= index.exchangeWord(block, question.exchangeId)
                examinedCount += SearchIndex.blockRowCount
            } else {
                examinedCount += word.nonzeroBitCount
            }
            while word != 0 {
                if take(block << 6 + word.trailingZeroBitCount, rank: rank) { return }
                word &= word &- 1
            }
        }
    }

    // MARK: Substrings

    /// From so many candidates of a block on, its text is read in one go instead of line by line.
    private static let denseCount = 24

    private mutating func takeSubstrings(
        _ exact: UnsafeMutablePointer<UInt64>, _ prefix: UnsafeMutablePointer<UInt64>
    ) {
        defer { finishRank() }
        for block in 0..<index.blockCount {
            examinedCount += SearchIndex.blockRowCount
            var candidates = index.validWord(block) & ~exact[block] & ~prefix[block]
            if question.activeOnly || inactive.count >= question.keptCount { candidates &= index.activeWord(block) }
            if question.exchangeId != 0 { candidates &= index.exchangeWord(block, question.exchangeId) }
            if candidates == 0 { continue }
            let isEnough =
                candidates.nonzeroBitCount >= Self.denseCount
                ? takeFromText(block, candidates) : takeFromLines(block, candidates)
            if isEnough { return }
        }
    }

    /// Reads the text of a block from front to back; behind a hit it goes on with the next line.
    private mutating func takeFromText(_ block: Int, _ candidates: UInt64) -> Bool {
        let (start, end) = index.textRange(block)
        var line = block << 6
        let lineEndMax = min(line + SearchIndex.blockRowCount, index.rowCount)
        var lineEnd = start + index.lineByteCount(at: line)
        var offset = start
        while let hit = nextHit(from: offset, end: end) {
            while lineEnd <= hit, line + 1 < lineEndMax {
                line += 1
                lineEnd += index.lineByteCount(at: line)
            }
            // Past the lines only in a damaged image.
            guard lineEnd > hit else { return false }
            if hit + question.needle.byteCount <= lineEnd, candidates >> UInt64(line & 63) & 1 != 0 {
                if take(line, rank: SearchNeedle.Rank.substring) { return true }
            }
            offset = lineEnd
        }
        return false
    }

    private mutating func takeFromLines(_ block: Int, _ candidates: UInt64) -> Bool {
        let (start, end) = index.textRange(block)
        var offset = start
        var line = block << 6
        var word = candidates
        while word != 0 {
            let next = block << 6 + word.trailingZeroBitCount
            while line < next {
                offset += index.lineByteCount(at: line)
                line += 1
            }
            let lineEnd = min(offset + index.lineByteCount(at: line), end)
            if nextHit(from: offset, end: lineEnd) != nil, take(line, rank: SearchNeedle.Rank.substring) {
                return true
            }
            word &= word &- 1
        }
        return false
    }

    /// The first offset in a part of the text where the needle stands: sixteen at a time are compared with its
    /// first and its last byte.
    @inline(__always)
    private func nextHit(from start: Int, end: Int) -> Int? {
        let last = end &- question.needle.byteCount
        let firstByte = SIMD16<UInt8>(repeating: question.needle.first)
        let lastByte = SIMD16<UInt8>(repeating: question.needle.last)
        let lastOffset = question.needle.byteCount &- 1
        var offset = start
        while offset <= last {
            let here = index.text.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
            let there = index.text.loadUnaligned(fromByteOffset: offset &+ lastOffset, as: SIMD16<UInt8>.self)
            let hits = unsafeBitCast((here .== firstByte) .& (there .== lastByte), to: SIMD2<UInt64>.self)
            var (low, high) = (hits[0], hits[1])
            while low | high != 0 {
                let lane = low != 0 ? low.trailingZeroBitCount >> 3 : 8 &+ high.trailingZeroBitCount >> 3
                let hit = offset &+ lane
                if hit > last { return nil }
                if question.needle.isFound(in: index.text + hit) { return hit }
                if low != 0 { low &= ~(0xFF << UInt64(lane &* 8)) } else { high &= ~(0xFF << UInt64((lane &- 8) &* 8)) }
            }
            offset &+= 16
        }
        return nil
    }
}
