/// The active rows of a snapshot that stand in the way of others: found by symbol string, and by what instrument they
/// are.
final class ActiveRows {
    private let snapshot: Snapshot
    /// Rows of the overlay by their pairs, for instruments that no index has.
    private lazy var overlayRowsOfPairs: [KeyWords: [Int]] = {
        let rows = snapshot.overlayRows
        return Dictionary(grouping: snapshot.changedIds.rowIndexes) { KeyWords(bytes: rows.pairSlot(at: $0)) }
    }()

    init(_ snapshot: Snapshot) { self.snapshot = snapshot }

    /// The ids of active rows with a symbol string. O(log n) and their number.
    func ids(_ key: SymbolKey) -> [UInt32] { claimants(of: key.words, .symbol) { _, _ in true } }

    /// The ids of active rows that are the instrument of a record. O(log n) and their number; O(overlay) for the first
    /// instrument without a key of its own.
    func ids(_ record: SymbolRecord) -> [UInt32] {
        guard let instrument = Instrument(record) else { return [] }
        func isSame(_ view: RowView, _ index: Int) -> Bool { Instrument(view.record(at: index)) == instrument }
        // What has one name is among those that claim it. What has a pair for its name may have no claim on that.
        if let name = record.nameKey { return claimants(of: name.words, .name, where: isSame) }
        if record.kind == .spot, snapshot.directory.marketType(record.exchangeId) == .spot {
            return claimants(of: record.pairKey.words, .pair, where: isSame)
        }
        var ids: [UInt32] = []
        for index in overlayRowsOfPairs[record.pairKey.words] ?? [] {
            add(snapshot.overlayRows, index, to: &ids, where: isSame)
        }
        for entry in snapshot.mainRows.pairEntries(alike: record) {
            addMain(snapshot.mainRows.pairRowIndex(at: entry), to: &ids, where: isSame)
        }
        return ids
    }

    private func claimants(
        of key: KeyWords, _ kind: KeyKind, where isWanted: (RowView, Int) -> Bool
    ) -> [UInt32] {
        var ids: [UInt32] = []
        let table = kind == .pair ? snapshot.changedPairs : snapshot.changedSymbols
        table.forEachSlot(of: key, hash: snapshot.mainRows.seed.hash(key)) { slot in
            guard let row = snapshot.changedIds.row(claiming: slot) else { return }
            add(snapshot.overlayRows, row, to: &ids, where: isWanted)
        }
        snapshot.mainRows.forEachClaimant(of: key, kind) { addMain($0, to: &ids, where: isWanted) }
        return ids
    }

    private func addMain(_ index: Int, to ids: inout [UInt32], where isWanted: (RowView, Int) -> Bool) {
        let main = snapshot.mainRows
        if !snapshot.isSuperseded(main.id(at: index)) { add(main, index, to: &ids, where: isWanted) }
    }

    private func add(_ view: RowView, _ index: Int, to ids: inout [UInt32], where isWanted: (RowView, Int) -> Bool) {
        if view.isActiveInTable(at: index), isWanted(view, index) { ids.append(view.id(at: index)) }
    }
}

extension RowView {
    /// The entries of the pair order whose rows have the pair and the exchange of a record and differ from it at most
    /// in what they settle in, kind, payoff and id. O(log n).
    func pairEntries(alike record: SymbolRecord) -> Range<Int> {
        let entries = pairEntries(of: PairName(base: AssetName(record.baseAsset), quote: AssetName(record.quoteAsset)))
        let first = ContractPlace(record).with(id: 0)
        func place(_ offset: Int) -> ContractPlace { contractPlace(at: pairRowIndex(at: entries.lowerBound + offset)) }
        let lower = partitionPoint(entries.count) { place($0) < first }
        let rest = partitionPoint(entries.count - lower) { place(lower + $0).with(id: 0) == first }
        return entries.lowerBound + lower..<entries.lowerBound + lower + rest
    }
}

extension ContractPlace {
    func with(id: UInt32) -> ContractPlace {
        ContractPlace(exchangeId: exchangeId, expiresAt: expiresAt, strike: strike, optionType: optionType, id: id)
    }
}
