import Platform
import ReferenceData
import ReferenceStore

/// Prints the row that a management command left.
struct ManagedRecord {
    enum Outcome: String {
        case inserted, updated, unchanged
    }

    private let row: any ManagedRow
    private let outcome: Outcome

    init(_ row: any ManagedRow, _ outcome: Outcome) {
        self.row = row
        self.outcome = outcome
    }

    /// - Parameter addMore: adds what is to say besides.
    func print(_ format: OutputFormat, addMore: (inout RecordWriter) -> Void = { _ in }) {
        var record = RecordWriter(format)
        record.add("outcome", outcome.rawValue)
        row.add(to: &record)
        addMore(&record)
        record.finish()
    }
}

/// A row that a management command can leave.
protocol ManagedRow: Sendable, Hashable {
    func add(to record: inout RecordWriter)
}

extension ManagedExchange: ManagedRow {
    func add(to record: inout RecordWriter) { record.add(Exchange.record, of: exchange) }
}

extension ManagedSymbol: ManagedRow {
    func add(to record: inout RecordWriter) {
        record.add(ShownSymbol.row, of: ShownSymbol(symbol: Symbol(symbol, flags: []), exchange: exchangeCode))
    }

    /// Says on standard error what is worth a look.
    func tell(_ remarks: [String]) {
        for remark in remarks {
            writeLineToStandardError("symbology: symbol \(symbol.id): \(Cell.escapeControls(remark))")
        }
    }

    /// Says that the symbol is inactive where its time is past, whatever was asked for.
    func tellPast(_ what: String) {
        let now = Timestamp(microsecondsSince1970: WallClock.microseconds())
        let dues = [("expires_at", symbol.expiresAt), ("delists_at", symbol.delistsAt)]
        for (column, due) in dues where !due.isAbsent && due <= now {
            writeLineToStandardError("symbology: symbol \(symbol.id) is \(what): its \(column), \(due), is past")
        }
    }
}
