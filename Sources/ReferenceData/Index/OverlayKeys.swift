/// The keys of one table of an overlay, and who answers for each.
struct OverlayKeys {
    private var keys: [KeyWords] = []
    private var decisions: [KeyDecision] = []
    private var numbers: [KeyWords: Int] = [:]
    /// The number of the key of each kind that each row of the overlay has; -1 for none.
    private var numbersOfRows: [(kind: KeyKind, numbers: [Int])] = []

    /// In a decision, marks the index of a row of the main image.
    private static let mainBit: UInt32 = 1 << 31

    init(
        _ rows: RowList, _ supersededIds: UnsafeBufferPointer<UInt32>, _ main: RowView, _ context: RowContext,
        _ kinds: [KeyKind]
    ) {
        numbers.reserveCapacity((rows.records.count + supersededIds.count) * kinds.count)
        for kind in kinds {
            var numbersOfRows: [Int] = []
            numbersOfRows.reserveCapacity(rows.records.count)
            for (index, record) in rows.records.enumerated() {
                guard let key = record.key(kind) else {
                    numbersOfRows.append(-1)
                    continue
                }
                let number = number(of: key)
                decisions[number].add(
                    rank: context.rank(kind, record), row: UInt32(truncatingIfNeeded: index), id: record.id)
                numbersOfRows.append(number)
            }
            for id in supersededIds {
                if let index = main.rowIndex(id: id), let slot = main.slot(kind, at: index) {
                    _ = number(of: KeyWords(bytes: slot))
                }
            }
            self.numbersOfRows.append((kind, numbersOfRows))
        }
        addClaims(main, supersededIds, context)
    }

    private mutating func number(of key: KeyWords) -> Int {
        if let number = numbers[key] { return number }
        let number = keys.count
        numbers[key] = number
        keys.append(key)
        decisions.append(KeyDecision())
        return number
    }

    /// Lets the rows of the main image that are still served claim these keys.
    private mutating func addClaims(
        _ main: RowView, _ supersededIds: UnsafeBufferPointer<UInt32>, _ context: RowContext
    ) {
        let isPair = numbersOfRows.contains { $0.kind == .pair }
        for (number, key) in keys.enumerated() {
            let kind: KeyKind = isPair ? .pair : key.exchangeId & NameKey.markBit == 0 ? .symbol : .name
            main.forEachClaimant(of: key, kind) { index in
                let id = main.id(at: index)
                if supersededIds.containsAscending(id) { return }
                let rank = context.rank(kind, main, index)
                if rank == KeyClaim.none { return }
                decisions[number].add(rank: rank, row: UInt32(truncatingIfNeeded: index) | Self.mainBit, id: id)
            }
        }
    }

    func perfectHash(_ seed: HashSeed, growth: Int) throws(PerfectHash.Crowded) -> PerfectHash {
        try PerfectHash(
            hashes: keys.map { seed.hash($0) }, slotCount: PerfectHash.slotCount(keyCount: keys.count) * growth)
    }

    /// By row of the overlay: the slot of its key of a kind.
    func slots(_ kind: KeyKind, _ hash: PerfectHash, rowCount: Int) -> [UInt32] {
        guard let numbers = numbersOfRows.first(where: { $0.kind == kind })?.numbers else { return [] }
        return numbers.map { $0 < 0 ? TermsLayout.noSlot : hash.slotIndexes[$0] }
    }

    /// Fills the slots.
    /// - Parameter ownRows: the rows of the overlay, filled already.
    func fill(_ slots: UnsafeMutableRawPointer, _ hash: PerfectHash, ownRows: UnsafeRawPointer, _ main: RowView) {
        for (number, key) in keys.enumerated() {
            let decision = decisions[number]
            let slot = slots + Int(hash.slotIndexes[number]) * SlotLayout.byteCount
            if decision.rank == KeyClaim.none {
                let bits = UInt64(SlotLayout.takenBit | SlotLayout.unansweredBit) << 24
                SlotLayout.store(key, id: 0, tail: SlotTail(bits: bits), at: slot)
                continue
            }
            let index = decision.row & ~Self.mainBit
            let row =
                decision.row & Self.mainBit == 0
                ? ownRows + Int(index) * RowLayout.byteCount : main.row(Int(index))
            // Nobody asks an overlay which rows share a key.
            let keyBits = decision.keyBits & ~SlotLayout.sharedBit
            SlotLayout.store(
                key, id: row[RowLayout.id], tail: SlotTail(row: row, rowIndex: index, keyBits: keyBits), at: slot)
        }
    }
}

extension SymbolRecord {
    /// The record's key of a kind, if it has one.
    func key(_ kind: KeyKind) -> KeyWords? {
        switch kind {
        case .symbol: symbolKey.words
        case .name: nameKey?.words
        case .pair: pairKey.words
        }
    }
}

extension RowView {
    /// Calls `body` with the index of each row of a main image that claims a key. O(log shared keys + claims).
    func forEachClaimant(of key: KeyWords, _ kind: KeyKind, _ body: (Int) -> Void) {
        let table = table(kind)
        guard let slot = table.slot(of: key, hash: seed.hash(key)) else { return }
        let tail = SlotTable.tail(at: slot)
        if tail.isShared {
            for position in sharedKeys.positions(kind, slot: table.index(of: slot)) {
                let index = Int(sharedKeys[position] & 0xFFFF_FFFF)
                if index < rowCount { body(index) }
            }
        } else if !tail.isUnanswered, Int(tail.rowIndex) < rowCount {
            body(Int(tail.rowIndex))
        }
    }
}
