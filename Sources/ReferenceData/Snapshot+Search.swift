extension Snapshot {
    /// Calls `body` with symbols whose string, base or quote match the text, at most `limit`; says whether more follow.
    ///
    /// ASCII case is folded. Best first: an exact match, then a prefix, then (in that mode) a substring; within each
    /// the active ones first, then by symbol string (folded), then by id. `exchangeId` 0 is every exchange. Text that
    /// is empty, longer than 50 bytes or contains NUL matches nothing.
    ///
    /// A prefix costs O(log n + matches + overlay), and no more than `searchExaminedCountMax` matches are examined:
    /// where there are more, the answer is the best of those examined and more follow. A substring is a scan of all
    /// symbols.
    public func search(
        text: UnsafeRawBufferPointer, mode: SearchMode, exchangeId: UInt16, activeOnly: Bool, limit: Int,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> Bool {
        guard let needle = SearchNeedle(text) else { return false }
        var search = SymbolSearch(
            self, needle, mode: mode, exchangeId: exchangeId, activeOnly: activeOnly, limit: limit)
        search.scanOverlay()
        switch mode {
        case .prefix: search.scanOrders()
        case .substring: search.scanSlots()
        }
        let found = search.found()
        for match in found.prefix(max(0, limit)) {
            body(match.view.record(at: match.index), flags(match.view, match.index))
        }
        return found.count > max(0, limit) || search.isCut
    }

    /// The most matches of a prefix that one search looks at.
    public static let searchExaminedCountMax = 16_384
}

/// A search text: 1 to 50 bytes, folded.
struct SearchNeedle {
    let text: FoldedText
    let byteCount: Int
    private let bytes: [UInt8]

    init?(_ text: UnsafeRawBufferPointer) {
        guard isKeyText(text, byteCountMax: FoldedText.byteCountMax) else { return nil }
        self.text = FoldedText(text)
        byteCount = text.count
        bytes = text.map { foldedByte($0) }
    }

    /// 0 exact, 1 prefix, 2 substring, 3 no match; for NUL-padded text.
    func rank(_ start: UnsafeRawPointer, byteCountMax: Int) -> Int {
        guard byteCount <= byteCountMax else { return 3 }
        let haystack = UnsafeRawBufferPointer(start: start, count: byteCountMax)
        for offset in 0...(byteCountMax - byteCount) {
            let byte = haystack[offset]
            if byte == 0 { return 3 }
            if foldedByte(byte) == bytes[0], matches(haystack, at: offset) {
                if offset > 0 { return 2 }
                return byteCount == byteCountMax || haystack[byteCount] == 0 ? 0 : 1
            }
        }
        return 3
    }

    private func matches(_ haystack: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        for index in 1..<max(byteCount, 1) where foldedByte(haystack[offset + index]) != bytes[index] { return false }
        return true
    }
}

@inline(__always)
func foldedByte(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}

/// Gathers the best matches of one search. Memory is bounded by twice the limit.
private struct SymbolSearch {
    struct Match {
        var rank: Int
        var isTradable: Bool
        var symbol: FoldedText
        var id: UInt32
        var view: RowView
        var index: Int

        static func precedes(_ left: Match, _ right: Match) -> Bool {
            if left.rank != right.rank { return left.rank < right.rank }
            if left.isTradable != right.isTradable { return left.isTradable }
            if left.symbol == right.symbol { return left.id < right.id }
            return left.symbol < right.symbol
        }
    }

    private let snapshot: Snapshot
    private let needle: SearchNeedle
    private let rankMax: Int
    private let exchangeId: UInt16
    private let activeOnly: Bool
    /// One more than wanted, to know whether more follow.
    private let keptCount: Int
    private var matches: [Match] = []
    /// The last of the matches kept, once there are enough: what does not precede it need not be looked at further.
    private var bound: Match?
    private(set) var isCut = false

    init(
        _ snapshot: Snapshot, _ needle: SearchNeedle, mode: SearchMode, exchangeId: UInt16, activeOnly: Bool, limit: Int
    ) {
        self.snapshot = snapshot
        self.needle = needle
        rankMax = mode == .prefix ? 1 : 2
        self.exchangeId = exchangeId
        self.activeOnly = activeOnly
        keptCount = min(max(limit, 0), 1 << 20) + 1
    }

    mutating func found() -> [Match] {
        compact()
        return matches
    }

    private mutating func compact() {
        matches.sort(by: Match.precedes)
        if matches.count >= keptCount {
            matches.removeLast(matches.count - keptCount)
            bound = matches.last
        }
    }

    private mutating func add(_ view: RowView, _ index: Int, rank: Int) {
        if let bound, bound.rank < rank { return }
        let exchange = view.exchangeId(at: index)
        let isTradable = snapshot.isTradable(snapshot.flags(view, index))
        guard exchangeId == 0 || exchange == exchangeId, isTradable || !activeOnly else { return }
        let match = Match(
            rank: rank, isTradable: isTradable,
            symbol: FoldedText(view.symbolText(at: index)), id: view.id(at: index), view: view, index: index)
        if let bound, !Match.precedes(match, bound) { return }
        matches.append(match)
        if matches.count >= keptCount * 2 { compact() }
    }

    private func symbolRank(_ view: RowView, _ index: Int) -> Int {
        needle.rank(view.symbolSlot(at: index) + 2, byteCountMax: 50)
    }

    private func baseRank(_ view: RowView, _ index: Int) -> Int {
        needle.rank(view.pairSlot(at: index) + 2, byteCountMax: 20)
    }

    private func quoteRank(_ view: RowView, _ index: Int) -> Int {
        needle.rank(view.pairSlot(at: index) + 22, byteCountMax: 20)
    }

    private func isServed(_ id: UInt32) -> Bool {
        snapshot.supersededIds.isEmpty || !snapshot.isSuperseded(id)
    }

    mutating func scanOverlay() {
        let view = snapshot.overlayRows
        for index in 0..<view.rowCount {
            let rank = min(symbolRank(view, index), baseRank(view, index), quoteRank(view, index))
            if rank <= rankMax { add(view, index, rank: rank) }
        }
    }

    // MARK: Prefix: three sorted indexes

    /// Exact matches of all three columns first, so that a search that is cut has examined the best ones.
    mutating func scanOrders() {
        let view = snapshot.base
        guard view.hasOrders else { return }
        let columns = [
            Column(order: view.symbolOrder, text: { FoldedText(view.symbolText(at: $0)) }),
            Column(order: view.pairOrder, text: { FoldedText(view.baseText(at: $0)) }),
            Column(order: view.quoteOrder, text: { FoldedText(view.quoteText(at: $0)) }),
        ]
        let needle = needle
        var examinedCount = 0
        for isExact in [true, false] {
            for (number, column) in columns.enumerated() {
                let start = partitionPoint(view.rowCount) { position in
                    column.text(view.rowIndex(in: column.order, at: position)) < needle.text
                }
                var position = start
                while position < view.rowCount {
                    let index = view.rowIndex(in: column.order, at: position)
                    let text = column.text(index)
                    guard isExact ? text == needle.text : text.prefix(needle.byteCount) == needle.text else { break }
                    position += 1
                    if !isExact, text == needle.text { continue }
                    if examinedCount >= Snapshot.searchExaminedCountMax {
                        isCut = true
                        return
                    }
                    examinedCount += 1
                    addFromColumn(number, index, isExact: isExact)
                }
            }
            // What follows ranks lower than an exact match: with enough of these there is no need to look.
            compact()
            if let bound, bound.rank == 0 { return }
        }
    }

    private struct Column {
        let order: UnsafeRawPointer
        let text: (Int) -> FoldedText
    }

    /// Adds a row unless another column gives it the same rank earlier, or a better one.
    private mutating func addFromColumn(_ number: Int, _ index: Int, isExact: Bool) {
        let view = snapshot.base
        let rank = isExact ? 0 : 1
        let ranks = [symbolRank(view, index), baseRank(view, index), quoteRank(view, index)]
        for (other, otherRank) in ranks.enumerated() where other != number {
            if otherRank < rank || (otherRank == rank && other < number) { return }
        }
        if isServed(view.id(at: index)) { add(view, index, rank: rank) }
    }

    // MARK: Substring: a scan of the slots, in the order in which they lie in memory

    mutating func scanSlots() {
        let view = snapshot.base
        for position in 0..<view.symbolSlotCount {
            let slot = view.symbolTable.slots + position * SlotLayout.byteCount
            guard let index = rowIndex(of: slot, view) else { continue }
            let rank = needle.rank(slot + 2, byteCountMax: 50)
            if rank > rankMax { continue }
            add(view, index, rank: min(rank, baseRank(view, index), quoteRank(view, index)))
        }
        for position in 0..<view.pairSlotCount {
            let slot = view.pairTable.slots + position * SlotLayout.byteCount
            guard let index = rowIndex(of: slot, view) else { continue }
            let rank = min(needle.rank(slot + 2, byteCountMax: 20), needle.rank(slot + 22, byteCountMax: 20))
            // What matches by its symbol string was found above.
            if rank > rankMax || symbolRank(view, index) <= rankMax { continue }
            add(view, index, rank: rank)
        }
    }

    /// The row of a slot that is taken, by a row that still counts, on the exchange asked for.
    private func rowIndex(of slot: UnsafeRawPointer, _ view: RowView) -> Int? {
        let tail = SlotTable.tail(at: slot)
        guard tail.isTaken, Int(tail.rowIndex) < view.rowCount,
            exchangeId == 0 || slot.load(as: UInt16.self) == exchangeId,
            isServed(SlotTable.symbolId(at: slot))
        else { return nil }
        return Int(tail.rowIndex)
    }
}
