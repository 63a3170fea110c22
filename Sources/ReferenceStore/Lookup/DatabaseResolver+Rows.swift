import PostgreSQL
import ReferenceData

// Rows as the loader decodes them, judged as an image judges them.
extension DatabaseResolver {
    func ask(_ statement: Statement, _ parameters: [Parameter]) throws(StoreError) -> QueryResult {
        try checked { () throws(PostgreSQLError) in try connection.queryPrepared(statement, parameters) }
    }

    func checked<Value>(_ body: () throws(PostgreSQLError) -> Value) throws(StoreError) -> Value {
        do throws(PostgreSQLError) { return try body() } catch { throw StoreError(error) }
    }

    /// What can be a code at all: 1 to 50 bytes without NUL.
    static func isCode(_ text: String) -> Bool { SymbolKey(exchangeId: 0, symbol: text) != nil }

    func servedExchange(_ code: String) throws(StoreError) -> (exchange: Exchange, row: Int)? {
        guard Self.isCode(code) else { return nil }
        return try servedExchange(in: ask(LookupStatements.exchangeByCode, [.text(code)]))
    }

    /// The first row whose exchange can be represented: an enum value goes before a name, but a row that is refused
    /// leaves its code to the other.
    func servedExchange(in result: QueryResult) throws(StoreError) -> (exchange: Exchange, row: Int)? {
        for row in 0..<result.rowCount {
            if let exchange = try exchange(result, row, 0) { return (exchange, row) }
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

    /// The symbol in a column, or its refusal; nil for NULL.
    func record(
        _ result: QueryResult, _ row: Int, _ column: Int
    ) throws(StoreError) -> DecodedRow<SymbolRecord>? {
        guard let bytes = result.rawBytes(row, column) else { return nil }
        do throws(RowShapeError) {
            var record = try BinaryRecord(bytes)
            let decoded = try RowDecoder.symbol(&record)
            // The CHECK of the schema forbids it; an image refuses it where the CHECK is missing.
            if case .row(let symbol) = decoded, symbol.baseAsset == symbol.quoteAsset {
                return .refused(
                    RefusedRow(
                        table: .symbol, id: Int64(symbol.id), reason: "quote_asset: equals base_asset",
                        exchangeId: symbol.exchangeId))
            }
            return decoded
        } catch {
            throw .unexpectedResult(statementName: result.statementName, reason: error.reason)
        }
    }

    /// From columns symbol and exchange; nil when either is refused, or there is no exchange.
    func symbol(_ result: QueryResult, _ row: Int) throws(StoreError) -> Symbol? {
        guard case .row(let record)? = try record(result, row, 0), let exchange = try exchange(result, row, 1) else {
            return nil
        }
        return Symbol(record, flags: Self.flags(record, exchange))
    }

    static func flags(_ record: SymbolRecord, _ exchange: Exchange) -> ResolutionFlags {
        var flags: ResolutionFlags = []
        if record.isActive { flags.insert(.active) }
        if exchange.isActive { flags.insert(.exchangeActive) }
        return flags
    }
}
