/// Appends changed rows to a store, and decides who answers for the keys that they have and had.
struct OverlayBuilder {
    let store: OverlayStore
    private(set) var counts: OverlayStore.Counts
    private(set) var symbols: OverlayTable.Builder
    private(set) var pairs: OverlayTable.Builder
    private let ids: ChangedIds
    private let main: RowView
    private let context: RowContext

    /// In a decision, marks the index of a row of the main image.
    private static let mainBit: UInt32 = 1 << 31
    /// The row of a slot that no row of the overlay claims.
    private static let noRow = UInt32.max

    init(
        _ store: OverlayStore, _ counts: OverlayStore.Counts, symbols: OverlayTable.Builder,
        pairs: OverlayTable.Builder, ids: ChangedIds, over main: RowView, _ context: RowContext
    ) {
        self.store = store
        self.counts = counts
        self.symbols = symbols
        self.pairs = pairs
        self.ids = ids
        self.main = main
        self.context = context
    }

    /// - Parameter before: the ids that were changed already; their rows stand in the store.
    ///
    /// O(changed · log), and the further rows that claim their keys.
    mutating func append(_ changed: [RowChange], after before: ChangedIds) {
        for index in changed.indices {
            if let row = changed[index].after { append(row) }
        }
        noteSlotCounts()
        let rows = store.view(counts)
        // Each key once, however many rows have it.
        var decidedSymbols = Set<KeyWords>(minimumCapacity: changed.count * 2)
        var decidedPairs = Set<KeyWords>(minimumCapacity: changed.count)
        func isUndecided(_ key: KeyWords, _ kind: KeyKind) -> Bool {
            kind == .pair ? decidedPairs.insert(key).inserted : decidedSymbols.insert(key).inserted
        }
        for index in changed.indices {
            let id = changed[index].id
            let new = ids.entry(id)?.rowIndex.map { (rows, $0) }
            let old =
                before.entry(id).map { $0.rowIndex.map { (rows, $0) } } ?? main.rowIndex(id: id).map { (main, $0) }
            for kind in [KeyKind.symbol, .name, .pair] {
                let oldKey = old.flatMap { key(kind, $0.0, $0.1) }
                let newKey = new.flatMap { key(kind, $0.0, $0.1) }
                if let oldKey, isUndecided(oldKey, kind) { decide(oldKey, kind, rows) }
                if let newKey, newKey != oldKey, isUndecided(newKey, kind) { decide(newKey, kind, rows) }
            }
        }
        noteSlotCounts()
    }

    /// The key of a row; nil where it has none, or cannot answer for it.
    private func key(_ kind: KeyKind, _ view: RowView, _ index: Int) -> KeyWords? {
        if kind == .pair, !KeyClaim.mayClaimPair(kind: view.row(index)[RowLayout.kinds] & 7) { return nil }
        return view.slot(kind, at: index).map { KeyWords(bytes: $0) }
    }

    private mutating func noteSlotCounts() {
        (counts.symbolSlots, counts.pairSlots) = (symbols.slotCount, pairs.slotCount)
    }

    private mutating func append(_ served: ServedRow) {
        precondition(counts.rows < store.rowCountMax, "the store had room")
        let record = served.record
        let tail = SlotTail.claim(ofRow: counts.rows)
        func slot(_ key: KeyWords, isClaimed: Bool = true, in table: inout OverlayTable.Builder) -> UInt32 {
            let number = table.append(key, id: record.id, tail: tail)
            if isClaimed { table.insert(number, hash: main.seed.hash(key)) }
            return number
        }
        let row = store.start(.rows) + counts.rows * RowLayout.byteCount
        let isPairClaimed = context.rank(.pair, record) != KeyClaim.none
        record.store(
            at: row, flags: record.rowFlags(isLastGood: served.isLastGood, isDue: served.isDue), claims: SlotClaims(),
            symbolSlot: slot(record.symbolKey.words, in: &symbols),
            pairSlot: slot(record.pairKey.words, isClaimed: isPairClaimed, in: &pairs))
        let nameSlot = record.nameKey.map { slot($0.words, in: &symbols) }
        if nameSlot != nil || record.hasTerms {
            let terms = store.start(.terms) + counts.terms * TermsLayout.byteCount
            record.storeTerms(at: terms, nameSlot: nameSlot ?? TermsLayout.noSlot)
            row[RowLayout.terms] = UInt32(counts.terms)
            counts.terms += 1
        }
        counts.rows += 1
    }

    private mutating func decide(_ key: KeyWords, _ kind: KeyKind, _ rows: RowView) {
        switch kind {
        case .symbol, .name: Self.decide(key, kind, rows, ids, main, context, &symbols)
        case .pair: Self.decide(key, kind, rows, ids, main, context, &pairs)
        }
    }

    private static func decide(
        _ key: KeyWords, _ kind: KeyKind, _ rows: RowView, _ ids: ChangedIds, _ main: RowView, _ context: RowContext,
        _ table: inout OverlayTable.Builder
    ) {
        let hash = main.seed.hash(key)
        var decision = KeyDecision()
        table.table.forEachSlot(of: key, hash: hash) { slot in
            guard let row = ids.row(claiming: slot) else { return }
            decision.add(
                rank: context.rank(kind, rows, row), row: UInt32(truncatingIfNeeded: row), id: rows.id(at: row))
        }
        main.forEachClaimant(of: key, kind) { index in
            let rank = context.rank(kind, main, index)
            let id = main.id(at: index)
            if rank == KeyClaim.none || ids.contains(id) { return }
            decision.add(rank: rank, row: UInt32(truncatingIfNeeded: index) | mainBit, id: id)
        }
        guard decision.rank != KeyClaim.none else {
            let bits = UInt64(SlotLayout.takenBit | SlotLayout.unansweredBit) << 24 | UInt64(noRow) << 32
            table.settle(key, hash: hash, answer: (0, SlotTail(bits: bits)), owner: nil) { ids.row(claiming: $0) }
            return
        }
        let index = Int(decision.row & ~mainBit)
        let isOfMain = decision.row & mainBit != 0
        let row = isOfMain ? main.row(index) : rows.row(index)
        // Nobody asks an overlay which rows share a key.
        let tail = SlotTail(
            row: row, rowIndex: isOfMain ? noRow : decision.row, keyBits: decision.keyBits & ~SlotLayout.sharedBit)
        table.settle(key, hash: hash, answer: (row[RowLayout.id], tail), owner: isOfMain ? nil : index) {
            ids.row(claiming: $0)
        }
    }
}

extension ChangedIds {
    /// The row of an overlay that claims the key of a slot, if that row is served; nil for a slot that only answers.
    func row(claiming slot: UnsafeRawPointer) -> Int? {
        let row = SlotTable.tail(at: slot).rowIndex
        guard let entry = entry(SlotTable.symbolId(at: slot)), entry.row == row else { return nil }
        return entry.rowIndex
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
