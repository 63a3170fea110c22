import PostgreSQL
import ReferenceData

extension DatabaseResolver {
    /// Rows asked for by one statement of a long list.
    static let batchRowCount = 10_000
    /// The most matches one search returns.
    static let searchLimitMax = 1 << 20

    public mutating func exchanges(marketType: MarketType?, activeOnly: Bool) throws(StoreError) -> ExchangePage {
        let result = try ask(LookupStatements.exchanges, [])
        var page = ExchangePage()
        for row in 0..<result.rowCount {
            guard let exchange = try exchange(result, row, 0), exchange.isActive || !activeOnly,
                marketType == nil || exchange.marketType == marketType
            else { continue }
            page.rows.append(exchange)
        }
        return page
    }

    public mutating func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(StoreError) -> SymbolPage {
        var after = Int64(afterSymbolId)
        return try page(exchange: exchange, limit: limit) { resolver, exchangeId, wanted throws(StoreError) in
            let result = try resolver.ask(
                LookupStatements.symbolsAfter,
                [.int32(exchangeId), .int64(after), .int64(wanted), .bool(activeOnly), resolver.moment])
            if result.rowCount > 0 { after = try resolver.symbolId(result, result.rowCount - 1) }
            return result
        }
    }

    public mutating func find(
        base: String, quote: String, kinds: InstrumentKinds, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(StoreError) -> SymbolPage {
        try ofPair(
            exchange: nil, base: base, quote: quote, kinds: kinds.isEmpty ? .known : kinds, expiresFrom: .absent,
            expiresTo: .absent, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
    }

    public mutating func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds, expiresFrom: Timestamp,
        expiresTo: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(StoreError) -> SymbolPage {
        try ofPair(
            exchange: exchange, base: base, quote: quote,
            kinds: kinds.isEmpty ? InstrumentKinds.known.subtracting(.spot) : kinds, expiresFrom: expiresFrom,
            expiresTo: expiresTo, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
    }

    private func ofPair(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds, expiresFrom: Timestamp,
        expiresTo: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(StoreError) -> SymbolPage {
        guard PairKey(exchangeId: 1, base: base, quote: quote) != nil else { return SymbolPage(status: .malformed) }
        guard limit > 0 else { return SymbolPage() }
        let names = InstrumentKind.allCases.filter { kinds.contains(InstrumentKinds($0)) }.map { Optional($0.name) }
        // Nil is the start: a refused row may have the id 0.
        var after = afterSymbolId == 0 ? nil : Int64(afterSymbolId)
        return try page(exchange: exchange, limit: limit, behind: afterSymbolId) {
            resolver, exchangeId, wanted throws(StoreError) in
            let result = try resolver.ask(
                LookupStatements.symbolsOfPair,
                [
                    .text(base), .text(quote), .int32(exchangeId), .textArray(names), Self.bound(expiresFrom),
                    Self.bound(expiresTo), .bool(activeOnly), after.map { .int64($0) } ?? .null, .int64(wanted),
                    resolver.moment,
                ])
            if result.rowCount > 0 { after = try resolver.symbolId(result, result.rowCount - 1) }
            return result
        }
    }

    public mutating func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(StoreError) -> SymbolPage {
        guard SymbolKey(exchangeId: 0, symbol: text) != nil else { return SymbolPage(status: .malformed) }
        let folded = Self.foldedASCII(text)
        var offset: Int64 = 0
        return try page(exchange: exchange, limit: min(limit, Self.searchLimitMax)) {
            resolver, exchangeId, wanted throws(StoreError) in
            let result = try resolver.ask(
                LookupStatements.search,
                [
                    .text(folded), .int32(exchangeId), .int64(offset), .int64(wanted), .bool(mode == .substring),
                    .bool(activeOnly), resolver.moment,
                ])
            offset += Int64(result.rowCount)
            return result
        }
    }

    /// A list about the exchange of a code, or about all of them (nil), of one moment and however many statements it
    /// takes. `ask` asks for the next rows, at most so many, and goes on after them.
    /// - Parameter start: a symbol that must be there, because the list begins behind it; 0 is the start.
    private func page(
        exchange: String?, limit: Int, behind start: UInt32 = 0,
        _ ask: (DatabaseResolver, _ exchangeId: Int32, _ wanted: Int64) throws(StoreError) -> QueryResult
    ) throws(StoreError) -> SymbolPage {
        let limit = max(0, limit)
        return try ofOneMoment { resolver throws(StoreError) in
            guard let exchangeId = try resolver.scope(exchange) else { return SymbolPage(status: .unknownExchange) }
            if start != 0, try !resolver.isServed(start) { return SymbolPage(status: .generationGone) }
            var page = SymbolPage()
            while true {
                // One more than is missing, to know whether more follow; refused rows count for nothing.
                let wanted = min(limit - page.rows.count, Self.batchRowCount - 1) + 1
                let result = try ask(resolver, exchangeId, Int64(wanted))
                for row in 0..<result.rowCount {
                    guard let symbol = try resolver.symbol(result, row) else { continue }
                    if page.rows.count >= limit {
                        page.hasMore = true
                        return page
                    }
                    page.rows.append(symbol)
                }
                guard result.rowCount == wanted else { return page }
            }
        }
    }

    /// The id that a list is about, 0 for every exchange; nil when there is no such exchange.
    private func scope(_ code: String?) throws(StoreError) -> Int32? {
        guard let code else { return 0 }
        return try servedExchange(code).map { Int32($0.id) }
    }

    private func isServed(_ id: UInt32) throws(StoreError) -> Bool {
        let result = try ask(LookupStatements.symbolById, [.int64(Int64(id)), moment])
        guard result.rowCount > 0 else { return false }
        return try symbol(result, 0) != nil
    }

    /// The id in the symbol's record, also in a refused one.
    private func symbolId(_ result: QueryResult, _ row: Int) throws(StoreError) -> Int64 {
        do throws(RowShapeError) {
            guard let bytes = result.rawBytes(row, 0) else { throw RowShapeError(reason: "a row without a symbol") }
            var record = try BinaryRecord(bytes)
            guard let id = try RowDecoder.symbolId(&record) else {
                throw RowShapeError(reason: "a symbol without an id")
            }
            return id
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
