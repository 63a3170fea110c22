/// The slots of the rows of a main image, and which row answers for each, before there is memory for them.
struct SlotPlan {
    let bySymbol: PerfectHash.Outline
    let byPair: PerfectHash.Outline
    private(set) var rows = RowSlots()
    /// Whether two rows that are active in the table have one symbol string.
    private(set) var hasConflict = false

    /// - Parameter growth: more than 1 where the tables have to be roomier than usual. O(n).
    init(
        _ records: UnsafeBufferPointer<SymbolRecord>, _ context: RowContext, seed: HashSeed, growth: Int
    ) throws(PerfectHash.Crowded) {
        var names: [KeyWords] = []
        var nameRows: [UInt32] = []
        var equalAssetRows: Set<Int> = []
        var symbols = Entries(count: records.count)
        var pairs = Entries(count: records.count)
        for row in records.indices {
            let record = records[row]
            if row == records.count / 2 { rows.middle = (names.count, rows.termsCount) }
            let rank = context.rank(.symbol, record)
            symbols.append(seed.hash(record.symbolKey.words), rank)
            pairs.append(seed.hash(record.pairKey.words), context.rank(.pair, record))
            if record.baseAsset == record.quoteAsset { equalAssetRows.insert(row) }
            let name = record.nameKey
            rows.count(record, hasName: name != nil)
            if let name {
                names.append(name.words)
                nameRows.append(UInt32(truncatingIfNeeded: row))
            }
        }
        for (name, row) in zip(names, nameRows) { symbols.append(seed.hash(name), symbols.ranks[Int(row)]) }

        let bySymbol = try KeyTablePlan(symbols, growth: growth) { left, right in
            // A name and a symbol string never have one hash for long: the next seed tells them apart.
            if (left < records.count) != (right < records.count) { return false }
            if left < records.count { return records[left].symbolKey == records[right].symbolKey }
            return names[left - records.count] == names[right - records.count]
        }
        let byPair = try KeyTablePlan(pairs, growth: growth) { records[$0].pairKey == records[$1].pairKey }
        self.bySymbol = bySymbol.perfectHash.outline
        self.byPair = byPair.perfectHash.outline
        rows.names = names
        rows.symbolSlots = Array(bySymbol.slots.prefix(records.count))
        rows.pairSlots = byPair.slots
        rows.nameSlots = names.isEmpty ? [] : [UInt32](repeating: TermsLayout.noSlot, count: records.count)
        rows.claims = [SlotClaims](unsafeUninitializedCapacity: records.count) { claims, count in
            for row in 0..<records.count {
                var both = SlotClaims()
                both[.symbol] = bySymbol.claim(row)
                both[.pair] = byPair.claim(row)
                both.hasEqualAssets = equalAssetRows.contains(row)
                claims.initializeElement(at: row, to: both)
            }
            count = records.count
        }
        for (number, row) in nameRows.enumerated() {
            let entry = records.count + number
            rows.nameSlots[Int(row)] = bySymbol.slots[entry]
            rows.claims[Int(row)][.name] = bySymbol.claim(entry)
            if bySymbol.isShared(entry) {
                rows.sharedKeys.append(SharedKeys.entry(.name, slot: bySymbol.slots[entry], row: row))
            }
        }
        noteShared(records, bySymbol, byPair)
    }

    private mutating func noteShared(
        _ records: UnsafeBufferPointer<SymbolRecord>, _ bySymbol: KeyTablePlan, _ byPair: KeyTablePlan
    ) {
        var activeSlots: Set<UInt32> = []
        for row in 0..<records.count {
            if bySymbol.isShared(row) {
                let slot = bySymbol.slots[row]
                rows.sharedKeys.append(SharedKeys.entry(.symbol, slot: slot, row: UInt32(truncatingIfNeeded: row)))
                if records[row].isActive, !activeSlots.insert(slot).inserted { hasConflict = true }
            }
            if byPair.isShared(row) {
                let slot = byPair.slots[row]
                rows.sharedKeys.append(SharedKeys.entry(.pair, slot: slot, row: UInt32(truncatingIfNeeded: row)))
            }
        }
        rows.sharedKeys.sort()
    }

    /// Hashes and claims of entries.
    struct Entries {
        private(set) var hashes: [UInt64] = []
        private(set) var ranks: [UInt8] = []

        init(count: Int) {
            hashes.reserveCapacity(count)
            ranks.reserveCapacity(count)
        }

        mutating func append(_ hash: UInt64, _ rank: UInt8) {
            hashes.append(hash)
            ranks.append(rank)
        }
    }
}

/// The slots of one table and what each entry has to do with its slot. Entries stand for rows in ascending order of id.
struct KeyTablePlan {
    let perfectHash: PerfectHash
    /// By entry.
    let slots: [UInt32]
    private let numbers: [UInt32]
    private let ranks: [UInt8]
    private let decisions: [KeyDecision]

    init(_ entries: SlotPlan.Entries, growth: Int, areEqual: (Int, Int) -> Bool) throws(PerfectHash.Crowded) {
        let groups = try KeyGroups(hashes: entries.hashes, areEqual: areEqual)
        let hash = try PerfectHash(
            hashes: groups.hashes, slotCount: PerfectHash.slotCount(keyCount: groups.count) * growth)
        var decisions = [KeyDecision](repeating: KeyDecision(), count: groups.count)
        for (entry, number) in groups.numbers.enumerated() {
            let entryNumber = UInt32(truncatingIfNeeded: entry)
            decisions[Int(number)].add(rank: entries.ranks[entry], row: entryNumber, id: entryNumber)
        }
        slots = groups.numbers.map { hash.slotIndexes[Int($0)] }
        perfectHash = hash
        numbers = groups.numbers
        ranks = entries.ranks
        self.decisions = decisions
    }

    func isShared(_ entry: Int) -> Bool {
        ranks[entry] != KeyClaim.none && decisions[Int(numbers[entry])].isShared
    }

    /// Four bits of `SlotClaims`.
    @inline(__always)
    func claim(_ entry: Int) -> UInt16 {
        let decision = decisions[Int(numbers[entry])]
        let shared = decision.isShared && ranks[entry] != KeyClaim.none ? SlotClaims.shared : 0
        guard decision.row == UInt32(truncatingIfNeeded: entry) else { return shared }
        return SlotClaims.owner | shared | (decision.isAmbiguous ? SlotClaims.ambiguous : 0)
            | (decision.rank == KeyClaim.none ? SlotClaims.unanswered : 0)
    }
}
