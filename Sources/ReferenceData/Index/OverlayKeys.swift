/// The keys of one table of an overlay, and who answers for each.
struct OverlayKeys {
    /// Equal ones have one number.
    private var keys: [KeyWords] = []
    private var groups: KeyGroups
    /// Of the hashes in `groups`.
    private let seed: HashSeed
    /// By number.
    private var decisions: [KeyDecision]
    /// By kind: for each row of the overlay the position of its key; -1 for none.
    private var positions: [(kind: KeyKind, ofRows: [Int])] = []

    /// In a decision, marks the index of a row of the main image.
    private static let mainBit: UInt32 = 1 << 31

    init(
        _ rows: RowList, _ supersededIds: UnsafeBufferPointer<UInt32>, _ main: RowView, _ context: RowContext,
        _ kinds: [KeyKind]
    ) {
        keys.reserveCapacity((rows.records.count + supersededIds.count) * kinds.count)
        for kind in kinds {
            var ofRows: [Int] = []
            ofRows.reserveCapacity(rows.records.count)
            for record in rows.records {
                let key = record.key(kind)
                ofRows.append(key == nil ? -1 : keys.count)
                if let key { keys.append(key) }
            }
            positions.append((kind, ofRows))
            for id in supersededIds {
                guard let index = main.rowIndex(id: id), let slot = main.slot(kind, at: index) else { continue }
                keys.append(KeyWords(bytes: slot))
            }
        }
        (groups, seed) = Self.groups(keys, main.seed)
        decisions = [KeyDecision](repeating: KeyDecision(), count: groups.count)
        for (kind, ofRows) in positions {
            for (index, position) in ofRows.enumerated() where position >= 0 {
                let record = rows.records[index]
                decisions[Int(groups.numbers[position])].add(
                    rank: context.rank(kind, record), row: UInt32(truncatingIfNeeded: index), id: record.id)
            }
        }
        addClaims(main, supersededIds, context)
    }

    private static func groups(_ keys: [KeyWords], _ seed: HashSeed) -> (KeyGroups, HashSeed) {
        var seed = seed
        while true {
            let groups = try? KeyGroups(hashes: keys.map { seed.hash($0) }) { keys[$0] == keys[$1] }
            if let groups { return (groups, seed) }
            seed = .random()
        }
    }

    private func key(_ number: Int) -> KeyWords { keys[Int(groups.firsts[number])] }

    /// Lets the rows of the main image that are still served claim these keys.
    private mutating func addClaims(
        _ main: RowView, _ supersededIds: UnsafeBufferPointer<UInt32>, _ context: RowContext
    ) {
        let isPair = positions.contains { $0.kind == .pair }
        for number in 0..<groups.count {
            let key = key(number)
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
        let hashes = seed == self.seed ? groups.hashes : (0..<groups.count).map { seed.hash(key($0)) }
        return try PerfectHash(hashes: hashes, slotCount: PerfectHash.slotCount(keyCount: groups.count) * growth)
    }

    /// By row of the overlay: the slot of its key of a kind.
    func slots(_ kind: KeyKind, _ hash: PerfectHash) -> [UInt32] {
        guard let ofRows = positions.first(where: { $0.kind == kind })?.ofRows else { return [] }
        return ofRows.map { $0 < 0 ? TermsLayout.noSlot : hash.slotIndexes[Int(groups.numbers[$0])] }
    }

    /// Fills the slots.
    /// - Parameter ownRows: the rows of the overlay, filled already.
    func fill(_ slots: UnsafeMutableRawPointer, _ hash: PerfectHash, ownRows: UnsafeRawPointer, _ main: RowView) {
        for number in 0..<groups.count {
            let (key, decision) = (key(number), decisions[number])
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
