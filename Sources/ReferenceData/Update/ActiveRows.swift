/// The active rows of a snapshot that stand in the way of others: found by symbol string, and by what instrument they
/// are. Those of the overlay, which has no such order, are looked through once for all that is wanted.
struct ActiveRows {
    private let snapshot: Snapshot
    private var symbols: [SymbolKey: [UInt32]] = [:]
    private var instruments: [Instrument: [UInt32]] = [:]

    /// - Parameter wanted: the records in whose way they may stand.
    ///
    /// O(overlay + wanted).
    init(_ snapshot: Snapshot, wanted: some Sequence<SymbolRecord>) {
        self.snapshot = snapshot
        guard snapshot.overlayRows.rowCount > 0 else { return }
        for record in wanted where record.isActive {
            symbols[record.symbolKey] = []
            if let instrument = Instrument(record) { instruments[instrument] = [] }
        }
        if symbols.isEmpty { return }
        let view = snapshot.overlayRows
        for index in 0..<view.rowCount where view.isActiveInTable(at: index) {
            let record = view.record(at: index)
            symbols[record.symbolKey]?.append(record.id)
            if let instrument = Instrument(record) { instruments[instrument]?.append(record.id) }
        }
    }

    /// The ids of active rows with a symbol string. O(log n) and their number.
    func ids(_ key: SymbolKey) -> [UInt32] {
        var ids = symbols[key] ?? []
        addMain(key.words, .symbol, to: &ids) { _ in true }
        return ids
    }

    /// The ids of active rows that are the instrument of a record. O(log n) and their number.
    func ids(_ record: SymbolRecord) -> [UInt32] {
        guard let instrument = Instrument(record) else { return [] }
        var ids = instruments[instrument] ?? []
        let main = snapshot.mainRows
        func isSame(_ index: Int) -> Bool { Instrument(main.record(at: index)) == instrument }
        // What has one name is among those that claim it. What has a pair for its name may have no claim on that.
        if let name = record.nameKey {
            addMain(name.words, .name, to: &ids, where: isSame)
        } else if record.kind == .spot, snapshot.directory.marketType(record.exchangeId) == .spot {
            addMain(record.pairKey.words, .pair, to: &ids, where: isSame)
        } else {
            for entry in main.pairEntries(alike: record) {
                add(main.pairRowIndex(at: entry), to: &ids, where: isSame)
            }
        }
        return ids
    }

    private func addMain(_ key: KeyWords, _ kind: KeyKind, to ids: inout [UInt32], where isWanted: (Int) -> Bool) {
        snapshot.mainRows.forEachClaimant(of: key, kind) { add($0, to: &ids, where: isWanted) }
    }

    private func add(_ index: Int, to ids: inout [UInt32], where isWanted: (Int) -> Bool) {
        let main = snapshot.mainRows
        let id = main.id(at: index)
        if main.isActiveInTable(at: index), !snapshot.isSuperseded(id), isWanted(index) { ids.append(id) }
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
