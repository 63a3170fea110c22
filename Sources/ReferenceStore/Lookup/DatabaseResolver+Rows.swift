import PostgreSQL
import ReferenceData

// Rows as the loader decodes them, judged as an image judges them.
extension DatabaseResolver {
    /// A moment to compare with, NULL where absent.
    static func bound(_ time: Timestamp) -> Parameter {
        time.boundSince2000.map { .timestamp(microsecondsSince2000: $0) } ?? .null
    }

    func ask(_ statement: Statement, _ parameters: [Parameter]) throws(StoreError) -> QueryResult {
        try checked { () throws(PostgreSQLError) in try connection.queryPrepared(statement, parameters) }
    }

    func checked<Value>(_ body: () throws(PostgreSQLError) -> Value) throws(StoreError) -> Value {
        do throws(PostgreSQLError) { return try body() } catch { throw StoreError(error) }
    }

    /// What can be a code at all: 1 to 50 bytes without NUL.
    static func isCode(_ text: String) -> Bool { SymbolKey(exchangeId: 0, symbol: text) != nil }

    func servedExchange(_ code: String) throws(StoreError) -> Exchange? {
        guard Self.isCode(code) else { return nil }
        let result = try ask(LookupStatements.exchangeByCode, [.text(code)])
        for row in 0..<result.rowCount {
            if let exchange = try exchange(result, row, 0) { return exchange }
        }
        return nil
    }

    /// The exchange in a column; nil for NULL and for a row that is refused.
    func exchange(_ result: QueryResult, _ row: Int, _ column: Int) throws(StoreError) -> Exchange? {
        guard let bytes = result.rawBytes(row, column) else { return nil }
        do throws(RowShapeError) {
            var record = try BinaryRecord(bytes)
            guard case .row(let exchange) = try RowDecoder.exchange(&record) else { return nil }
            return exchange
        } catch {
            throw .unexpectedResult(statementName: result.statementName, reason: error.reason)
        }
    }

    /// From columns symbol, exchange and moment; nil when either is refused, or there is none.
    func symbol(_ result: QueryResult, _ row: Int) throws(StoreError) -> Symbol? {
        if case .row(let symbol)? = try decoded(result, row) { symbol } else { nil }
    }

    /// The same with the refusal of a symbol; nil where there is no symbol, or its exchange is refused.
    func decoded(_ result: QueryResult, _ row: Int) throws(StoreError) -> DecodedRow<Symbol>? {
        guard let bytes = result.rawBytes(row, 0), let exchange = try exchange(result, row, 1) else { return nil }
        do throws(RowShapeError) {
            var source = try BinaryRecord(bytes)
            switch try RowDecoder.symbol(&source) {
            case .refused(let refused): return .refused(refused)
            case .row(let record):
                // The CHECKs of the schema forbid it; an image refuses it where they are missing.
                if let problem = record.kindProblem {
                    return .refused(
                        RefusedRow(table: .symbol, id: Int64(record.id), reason: problem, exchangeId: exchange.id))
                }
                guard let moment = result.rawBytes(row, 2), moment.count == 8 else {
                    throw RowShapeError(reason: "a symbol without the moment at which it is judged")
                }
                let time = Timestamp(microsecondsSince2000: moment.bigEndian(Int64.self, at: 0))
                return .row(Self.judged(record, exchange, at: time))
            }
        } catch {
            throw .unexpectedResult(statementName: result.statementName, reason: error.reason)
        }
    }

    /// As a snapshot of that moment holds it.
    private static func judged(_ symbol: SymbolRecord, _ exchange: Exchange, at moment: Timestamp) -> Symbol {
        let record = symbol.derivingDigits(precisionDefault: exchange.precisionDefault)
        var flags: ResolutionFlags = []
        if record.isActive { flags.insert(record.due.isAbsent || record.due > moment ? .active : .due) }
        if exchange.isActive { flags.insert(.exchangeActive) }
        if !record.derivedDigits.isEmpty { flags.insert(.derived) }
        if record.isTiered { flags.insert(.tiered) }
        if record.isLastGood { flags.insert(.lastGood) }
        return Symbol(record, flags: flags)
    }
}
