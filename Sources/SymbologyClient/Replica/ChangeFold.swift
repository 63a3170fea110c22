import ReferenceData

/// Changes in a row as one delta: of each row only the last counts.
struct ChangeFold {
    private var symbols: [UInt32: SymbolRecord?] = [:]
    /// Rows that the server calls due.
    private var dueIds: Set<UInt32> = []
    private var exchanges: [UInt16: Exchange?] = [:]

    /// Nil when a change names no row that there can be.
    init?(_ changes: some Sequence<ReferencePush>) {
        for change in changes {
            switch (change.change.kind, change.record) {
            case (.symbol, .symbol(let record, let flags)?):
                symbols[change.change.id] = .some(record)
                if flags.contains(.due) { dueIds.insert(record.id) } else { dueIds.remove(record.id) }
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

    /// The time at which rows are what the server says of them: the one at which they were judged so far, unless a row
    /// is due that is not due then, or the other way round. Then the server's clock is ahead, or was set back: it tells
    /// of all rows that are active again, so just before the first of them is as good as its own time.
    func judgingTime(from time: Timestamp) -> Timestamp {
        var (time, end) = (time, Timestamp(microsecondsSince1970: .max))
        for case (let id, let record?) in symbols where record.isActive && !record.due.isAbsent {
            if dueIds.contains(id) { time = max(time, record.due) } else { end = min(end, record.due) }
        }
        return time < end ? time : Timestamp(microsecondsSince1970: end.microsecondsSince1970 - 1)
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
