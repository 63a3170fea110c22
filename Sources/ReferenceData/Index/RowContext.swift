/// What a row depends on besides itself: its exchange, and the time at which it is judged.
struct RowContext {
    let directory: ExchangeDirectory
    let judgedAt: Timestamp

    /// Whether the row is active in the table and inactive all the same, because its time has come.
    @inline(__always)
    func isDue(_ record: SymbolRecord) -> Bool {
        let due = record.due
        return record.isActive && !due.isAbsent && due <= judgedAt
    }

    /// The row as it enters a snapshot.
    func servedRow(_ record: SymbolRecord, isLastGood: Bool) -> ServedRow {
        let record = withDigits(record)
        return ServedRow(record: record, isLastGood: isLastGood, isDue: isDue(record))
    }

    /// The record with the digits that nobody gave.
    @inline(__always)
    func withDigits(_ record: SymbolRecord) -> SymbolRecord {
        let unknown = SymbolRecord.unknownPrecision
        if record.precisionPrice != unknown, record.precisionBase != unknown, record.precisionQuote != unknown,
            record.derivedDigits.isEmpty, !record.isInferred
        {
            return record
        }
        return record.derivingDigits(precisionDefault: directory.precisionDefault(record.exchangeId))
    }

    /// The claim of a row on a key of its own.
    @inline(__always)
    func rank(_ kind: KeyKind, _ record: SymbolRecord) -> UInt8 {
        let isLive = record.isActive && !isDue(record)
        return switch kind {
        case .symbol, .name: KeyClaim.rank(isLive: isLive)
        case .pair:
            KeyClaim.pairRank(
                kind: record.kindCode, marketType: directory.marketType(record.exchangeId), isLive: isLive
            ) { record.payoff == .linear && record.settleAsset == record.quoteAsset }
        }
    }

    /// The same for a row of an image that is live or dead at the same time as here.
    func rank(_ kind: KeyKind, _ view: RowView, _ index: Int) -> UInt8 {
        let isLive = view.isLive(at: index)
        switch kind {
        case .symbol, .name: return KeyClaim.rank(isLive: isLive)
        case .pair:
            let kinds = view.row(index)[RowLayout.kinds]
            return KeyClaim.pairRank(
                kind: kinds & 7, marketType: directory.marketType(view.exchangeId(at: index)), isLive: isLive
            ) {
                guard kinds >> 3 & 3 == Payoff.linear.rawValue, let terms = view.terms(at: index) else { return false }
                return AssetText(paddedBytes: terms + TermsLayout.settleAsset.offset) == view.quoteText(at: index)
            }
        }
    }
}
