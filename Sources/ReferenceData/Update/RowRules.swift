/// The rules that symbols must keep to, each by itself and side by side.
///
/// Fresh rows go first, in id order; a row that breaks a rule is refused, and its last good version, if any, competes
/// after them, again in id order.
struct RowRules {
    let directory: ExchangeDirectory
    /// The time at which rows are judged.
    let judgedAt: Timestamp
    var ledger: RefusedLedger

    var context: RowContext { RowContext(directory: directory, judgedAt: judgedAt) }

    /// The most symbols an image holds; rows and slots are counted in 32 bits.
    static let symbolCountMax = 1 << 28

    /// The first rule that a row breaks by itself, whatever the other rows are; nil when it breaks none.
    /// - Parameter index: how many rows go before it.
    func problem(of record: SymbolRecord, at index: Int) -> String? {
        if index >= Self.symbolCountMax { return "more than \(Self.symbolCountMax) symbols" }
        if let problem = record.columnProblem { return problem }
        if let problem = record.kindProblem { return problem }
        return directory.isKnown(record.exchangeId) ? nil : "exchange_id: unknown"
    }

    /// The rows that break a rule by themselves, ascending. O(n), by two threads where there are many.
    func problemIndexes(_ records: SymbolRows) -> [Int] {
        let rows = records.rows
        let half = rows.count / 2
        var (first, second): ([Int], [Int]) = ([], [])
        func indexes(_ range: Range<Int>) -> [Int] { range.filter { problem(of: rows[$0], at: $0) != nil } }
        RowImage.inTwo(rows.count) {
            first = indexes(0..<half)
        } _: {
            second = indexes(half..<rows.count)
        }
        return first + second
    }

    /// In ascending order of id, each id once; a repeated id is refused. O(n) when they are in order already.
    mutating func inOrder(_ records: SymbolRows) -> SymbolRows {
        if records.areAscending { return records }
        var ordered = SymbolRows()
        ordered.reserveCapacity(records.count)
        // Numbers are sorted, and each row is moved once.
        for entry in PrefixEntry.sorted(records.indices, prefix: { UInt64(records[$0].id) }) {
            let record = records[Int(entry.row)]
            if ordered.last?.id == record.id {
                ledger.refuse(record, "id: used by another row")
            } else {
                ordered.append(record)
            }
        }
        return ordered
    }

    /// The rows that can be served side by side, taken one by one against those taken so far; in id order. Only rows
    /// that are active in the table, due or not, stand in each other's way.
    ///
    /// - Parameters:
    ///   - fresh: rows without a `problem`, ascending.
    ///   - lastGood: older versions of rows refused already, whose exchange is known.
    ///   - replaced: the version of a fresh row that was served so far, should the new one be refused.
    ///   - isSymbolTaken: whether an active row that is none of these has the symbol string.
    ///   - isInstrumentTaken: whether an active row that is none of these is the same instrument as a record.
    mutating func servable(
        fresh: SymbolRows, lastGood: [SymbolRecord], replaced: (UInt32) -> SymbolRecord? = { _ in nil },
        isSymbolTaken: (SymbolKey) -> Bool = { _ in false }, isInstrumentTaken: (SymbolRecord) -> Bool = { _ in false }
    ) -> [ServedRow] {
        let context = context
        var symbols: Set<SymbolKey> = []
        var instruments: Set<Instrument> = []
        var served: [ServedRow] = []
        var candidates = lastGood

        func conflict(_ record: SymbolRecord) -> String? {
            guard record.isActive else { return nil }
            if symbols.contains(record.symbolKey) || isSymbolTaken(record.symbolKey) {
                return "symbol_string: used by another row of the exchange"
            }
            guard let instrument = Instrument(record) else { return nil }
            if instruments.contains(instrument) || isInstrumentTaken(record) {
                let columns = record.kind == .spot ? "base_asset, quote_asset" : "base_asset to option_type"
                return "\(columns): used by another row of the exchange"
            }
            return nil
        }
        func accept(_ record: SymbolRecord, isLastGood: Bool) {
            if record.isActive {
                symbols.insert(record.symbolKey)
                if let instrument = Instrument(record) { instruments.insert(instrument) }
            }
            served.append(context.servedRow(record, isLastGood: isLastGood))
        }

        for record in fresh {
            if let problem = conflict(record) {
                ledger.refuse(record, problem)
                if let old = replaced(record.id), directory.isKnown(old.exchangeId) { candidates.append(old) }
            } else {
                accept(record, isLastGood: false)
            }
        }
        for record in candidates.sorted(by: { $0.id < $1.id }) where conflict(record) == nil {
            accept(record, isLastGood: true)
        }
        return served.sorted { $0.record.id < $1.record.id }
    }
}
