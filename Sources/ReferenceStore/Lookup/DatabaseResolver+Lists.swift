import PostgreSQL
import ReferenceData

extension DatabaseResolver {
    /// Rows asked for by one statement of a long list.
    static let batchRowCount = 10_000
    /// The most matches one search returns.
    static let searchLimitMax = 1 << 20

    public mutating func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(StoreError) -> SymbolPage {
        try ofOneMoment { resolver throws(StoreError) in
            guard let exchangeId = try resolver.scope(exchange) else { return SymbolPage(status: .unknownExchange) }
            var page = SymbolPage()
            var after = Int64(afterSymbolId)
            while true {
                // One more than is missing, to know whether more follow; refused rows count for nothing.
                let wanted = max(0, limit) - page.symbols.count
                let batchCount = wanted < Self.batchRowCount ? wanted + 1 : Self.batchRowCount
                let result = try resolver.ask(
                    LookupStatements.symbolsAfter,
                    [.int32(exchangeId), .int64(after), .int64(Int64(batchCount)), .bool(activeOnly)])
                for row in 0..<result.rowCount {
                    guard let symbol = try resolver.symbol(result, row) else { continue }
                    if page.symbols.count >= max(0, limit) {
                        page.hasMore = true
                        return page
                    }
                    page.symbols.append(symbol)
                }
                guard result.rowCount == batchCount, let last = try resolver.symbolId(result, result.rowCount - 1)
                else { return page }
                after = last
            }
        }
    }

    public mutating func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(StoreError) -> SymbolPage {
        try ofOneMoment { resolver throws(StoreError) in
            guard let exchangeId = try resolver.scope(exchange) else { return SymbolPage(status: .unknownExchange) }
            var page = SymbolPage()
            // What cannot be a symbol string matches none.
            guard SymbolKey(exchangeId: 0, symbol: text) != nil else { return page }
            let limit = min(max(0, limit), Self.searchLimitMax)
            var offset: Int64 = 0
            while true {
                let batchCount = limit - page.symbols.count + 1
                let result = try resolver.ask(
                    LookupStatements.search,
                    [
                        .text(Self.foldedASCII(text)), .int32(exchangeId), .int64(offset), .int64(Int64(batchCount)),
                        .bool(mode == .substring), .bool(activeOnly),
                    ])
                for row in 0..<result.rowCount {
                    guard let symbol = try resolver.symbol(result, row) else { continue }
                    if page.symbols.count >= limit {
                        page.hasMore = true
                        return page
                    }
                    page.symbols.append(symbol)
                }
                guard result.rowCount == batchCount else { return page }
                offset += Int64(batchCount)
            }
        }
    }

    /// The id that a list is about, 0 for every exchange; nil when there is no such exchange.
    private func scope(_ code: String?) throws(StoreError) -> Int32? {
        guard let code else { return 0 }
        return try servedExchange(code).map { Int32($0.exchange.id) }
    }

    /// The first field of the symbol's record, also of a refused one.
    private func symbolId(_ result: QueryResult, _ row: Int) throws(StoreError) -> Int64? {
        guard let bytes = result.rawBytes(row, 0) else { return nil }
        do throws(RowShapeError) {
            var record = try BinaryRecord(bytes)
            return try record.nextInteger()
        } catch {
            throw .unexpectedResult(statementName: result.statementName, reason: error.reason)
        }
    }

    /// Several statements, one snapshot.
    private func ofOneMoment<Value>(_ body: (DatabaseResolver) throws(StoreError) -> Value) throws(StoreError) -> Value
    {
        do {
            return try connection.transaction(.repeatableRead) { try body(self) }
        } catch let error as StoreError {
            throw error
        } catch let error as PostgreSQLError {
            throw StoreError(error)
        } catch {
            throw .unexpectedResult(statementName: "list", reason: String(describing: error))
        }
    }

    private static func foldedASCII(_ text: String) -> String {
        String(
            decoding: text.utf8.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
