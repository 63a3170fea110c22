import PostgreSQL
import ReferenceData

/// Lookups by text straight from the database: the fallback for when no server can be reached.
///
/// Answers as an image of the same rows would, by the same decoder and the same rules: unknown exchange and unknown
/// symbol, inactive, refused rows, aliases, lists, ranked search. Three things differ. A row that cannot be represented
/// has no last good version here. `generation` is 0: the database numbers none. And each lookup is a round trip of some
/// hundred microseconds; `search` reads every symbol.
///
/// Statements are prepared once per connection. Uses the connection it is given, which must not be inside a
/// transaction. A lost connection stays lost: make another resolver on a new one. Not thread-safe.
public struct DatabaseResolver: SymbolResolving {
    public typealias Failure = StoreError

    let connection: Connection
    private var hasAliases: Bool?

    public init(_ connection: Connection) { self.connection = connection }

    /// Connects for lookups: the statement timeout is short, so that a caller hears of a database that hangs.
    public init(_ target: ConnectionTarget) throws(StoreError) {
        do throws(PostgreSQLError) {
            var settings = SessionSettings(
                applicationName: "symbology lookups", statementTimeoutMilliseconds: 5_000,
                lockTimeoutMilliseconds: 2_000)
            settings.homeTable = ReferenceStatements.homeTable
            connection = try Connection(target, settings: settings)
        } catch {
            throw StoreError(error)
        }
    }

    public mutating func resolve(exchange: String, symbol: String) throws(StoreError) -> SymbolResolution {
        guard Self.isCode(exchange) else { return Self.miss(.unknownExchange) }
        guard SymbolKey(exchangeId: 1, symbol: symbol) != nil else { return try malformed(exchange) }
        let statement =
            try servesAliases() ? LookupStatements.symbolByStringOrAlias : LookupStatements.symbolByString
        return try answer(exchange, try ask(statement, [.text(exchange), .text(symbol)]))
    }

    public mutating func resolve(
        exchange: String, base: String, quote: String
    ) throws(StoreError) -> SymbolResolution {
        guard Self.isCode(exchange) else { return Self.miss(.unknownExchange) }
        guard PairKey(exchangeId: 1, base: base, quote: quote) != nil else { return try malformed(exchange) }
        return try answer(
            exchange, try ask(LookupStatements.symbolByPair, [.text(exchange), .text(base), .text(quote)]))
    }

    public mutating func exchange(code: String) throws(StoreError) -> ExchangeLookup {
        guard Self.isCode(code), let exchange = try servedExchange(code)?.exchange else {
            return ExchangeLookup(status: .unknownExchange)
        }
        return ExchangeLookup(status: exchange.isActive ? .ok : .inactive, row: exchange)
    }

    public mutating func exchange(id: UInt16) throws(StoreError) -> ExchangeLookup {
        let result = try ask(LookupStatements.exchangeById, [.int32(Int32(id))])
        guard result.rowCount > 0 else { return ExchangeLookup(status: .unknownExchange) }
        guard let exchange = try exchange(result, 0, 0) else { return ExchangeLookup(status: .refused) }
        return ExchangeLookup(status: exchange.isActive ? .ok : .inactive, row: exchange)
    }

    public mutating func symbol(id: UInt32) throws(StoreError) -> SymbolLookup {
        let result = try ask(LookupStatements.symbolById, [.int64(Int64(id))])
        guard result.rowCount > 0 else { return SymbolLookup(status: .unknownSymbol) }
        guard let symbol = try symbol(result, 0) else { return SymbolLookup(status: .refused) }
        return SymbolLookup(status: symbol.isTradable ? .ok : .inactive, row: symbol)
    }

    // MARK: - One answer

    /// From rows of exchange, symbol and perhaps the symbol of an alias with its exchange.
    private func answer(_ code: String, _ result: QueryResult) throws(StoreError) -> SymbolResolution {
        guard let (exchange, row) = try servedExchange(in: result) else { return Self.miss(.unknownExchange) }
        if let record = try record(result, row, 1) {
            guard case .row(let record) = record else { return Self.miss(.refused, exchange.id) }
            return Self.resolution(record, Self.flags(record, exchange))
        }
        guard result.columnCount > 2, case .row(let record)? = try record(result, row, 2),
            let home = try self.exchange(result, row, 3)
        else { return Self.miss(.unknownSymbol, exchange.id) }
        return Self.resolution(record, Self.flags(record, home).union(.alias))
    }

    private static func resolution(_ record: SymbolRecord, _ flags: ResolutionFlags) -> SymbolResolution {
        SymbolResolution(
            status: flags.contains([.active, .exchangeActive]) ? .ok : .inactive, flags: flags,
            exchangeId: record.exchangeId, symbolId: record.id, precisionPrice: record.precisionPrice,
            precisionBase: record.precisionBase, precisionQuote: record.precisionQuote, generation: 0)
    }

    private static func miss(_ status: ResolutionStatus, _ exchangeId: UInt16 = 0) -> SymbolResolution {
        SymbolResolution(status: status, exchangeId: exchangeId, generation: 0)
    }

    /// A text that can be no key, on an exchange that may be none either.
    private func malformed(_ code: String) throws(StoreError) -> SymbolResolution {
        guard let exchange = try servedExchange(code)?.exchange else { return Self.miss(.unknownExchange) }
        return Self.miss(.malformed, exchange.id)
    }

    private mutating func servesAliases() throws(StoreError) -> Bool {
        if let hasAliases { return hasAliases }
        let answer = try checked { () throws(PostgreSQLError) in
            try connection.query(LookupStatements.hasAliases).bool(0, 0) == true
        }
        hasAliases = answer
        return answer
    }
}
