import ReferenceData

/// Changes in a row as one delta: of each row only the last counts.
struct ChangeFold {
    private var symbols: [UInt32: SymbolRecord?] = [:]
    private var exchanges: [UInt16: Exchange?] = [:]

    /// Nil when a change names no row that there can be.
    init?(_ changes: some Sequence<ReferencePush>) {
        for change in changes {
            switch (change.change.kind, change.record) {
            case (.symbol, .symbol(let record, _)?): symbols[change.change.id] = .some(record)
            case (.symbol, nil): symbols[change.change.id] = .some(nil)
            case (.exchange, .exchange(let exchange)?): exchanges[exchange.id] = .some(exchange)
            case (.exchange, nil):
                guard let id = UInt16(exactly: change.change.id) else { return nil }
                exchanges[id] = .some(nil)
            default: return nil
            }
        }
    }

    var delta: ReferenceDelta {
        ReferenceDelta(
            exchanges: exchanges.values.compactMap { $0 }, symbols: symbols.values.compactMap { $0 },
            deletedExchangeIds: exchanges.filter { $0.value == nil }.map(\.key),
            deletedSymbolIds: symbols.filter { $0.value == nil }.map(\.key))
    }

    /// Whether the server says of a row that it is active which at one time is due and at an earlier one is not: the
    /// clocks were set back.
    func revives(from time: Timestamp, to earlier: Timestamp) -> Bool {
        guard earlier < time else { return false }
        return symbols.values.contains { record in
            guard let record, record.isActive, !record.due.isAbsent else { return false }
            return record.due <= time && record.due > earlier
        }
    }

    /// Whether a snapshot holds each row as the changes left it.
    func isShown(by snapshot: Snapshot) -> Bool {
        for (id, record) in symbols {
            let found = snapshot.symbolRecord(id: id)
            guard found.status.isFound ? found.record == record : record == nil else { return false }
        }
        for (id, exchange) in exchanges where snapshot.exchange(id: id) != exchange { return false }
        return true
    }
}
