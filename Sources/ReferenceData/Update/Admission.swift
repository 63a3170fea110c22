/// Decides which symbols can be served side by side.
///
/// Fresh rows go first, in id order; a row that breaks a rule is refused, and its last good version, if any, competes
/// after them, again in id order.
struct Admission {
    let directory: ExchangeDirectory
    var ledger: RefusedLedger

    /// The most symbols an image holds; rows and slots are counted in 32 bits.
    static let symbolCountMax = 1 << 28

    /// What is wrong with a row whatever the others are, or nil.
    func problem(of record: SymbolRecord) -> String? {
        if record.id == 0 { return "id: 0" }
        if record.symbolString.isEmpty { return "symbol_string: empty" }
        if record.baseAsset.isEmpty { return "base_asset: empty" }
        if record.quoteAsset.isEmpty { return "quote_asset: empty" }
        if record.baseAsset == record.quoteAsset { return "quote_asset: equals base_asset" }
        if !directory.isKnown(record.exchangeId) { return "exchange_id: unknown" }
        return precisionProblem(of: record)
    }

    private func precisionProblem(of record: SymbolRecord) -> String? {
        let range = SymbolRecord.precisionRange
        if !range.contains(record.precisionBase) { return "precision_base: out of range" }
        if !range.contains(record.precisionQuote) { return "precision_quote: out of range" }
        if !range.contains(record.precisionPrice) { return "precision_price: out of range" }
        return nil
    }

    /// In ascending order of id, each id once; a repeated id is refused. O(n) when they are in order already.
    mutating func inOrder(_ records: [SymbolRecord]) -> [SymbolRecord] {
        var isAscending = true
        var previousId: UInt32?
        for record in records {
            if let previousId, previousId >= record.id {
                isAscending = false
                break
            }
            previousId = record.id
        }
        if isAscending { return records }
        var ordered: [SymbolRecord] = []
        ordered.reserveCapacity(records.count)
        for record in records.sorted(by: { $0.id < $1.id }) {
            if ordered.last?.id == record.id {
                ledger.refuse(record, "id: used by another row")
            } else {
                ordered.append(record)
            }
        }
        return ordered
    }

    /// Admits rows one by one against the keys taken so far.
    ///
    /// - Parameters:
    ///   - fresh: rows without a `problem`, ascending.
    ///   - lastGood: older versions of rows refused already, whose exchange is known.
    ///   - held: the present version of a fresh row, should it be refused.
    ///   - isSymbolTaken: whether a row that is none of these has the key.
    ///   - isPairTaken: the same for pairs.
    mutating func admit(
        fresh: [SymbolRecord], lastGood: [SymbolRecord], held: (UInt32) -> SymbolRecord?,
        isSymbolTaken: (SymbolKey) -> Bool, isPairTaken: (PairKey) -> Bool
    ) -> [HeldRow] {
        var symbols: Set<SymbolKey> = []
        var pairs: Set<PairKey> = []
        var admitted: [HeldRow] = []
        var candidates = lastGood

        func conflict(_ record: SymbolRecord) -> String? {
            if symbols.contains(record.symbolKey) || isSymbolTaken(record.symbolKey) {
                return "symbol_string: used by another row of the exchange"
            }
            if pairs.contains(record.pairKey) || isPairTaken(record.pairKey) {
                return "base_asset, quote_asset: used by another row of the exchange"
            }
            return nil
        }
        func accept(_ record: SymbolRecord, isLastGood: Bool) {
            symbols.insert(record.symbolKey)
            pairs.insert(record.pairKey)
            admitted.append(HeldRow(record: record, isLastGood: isLastGood))
        }

        for record in fresh {
            if let problem = conflict(record) {
                ledger.refuse(record, problem)
                if let old = held(record.id), directory.isKnown(old.exchangeId) { candidates.append(old) }
            } else {
                accept(record, isLastGood: false)
            }
        }
        for record in candidates.sorted(by: { $0.id < $1.id }) where conflict(record) == nil {
            accept(record, isLastGood: true)
        }
        return admitted.sorted { $0.record.id < $1.record.id }
    }
}
