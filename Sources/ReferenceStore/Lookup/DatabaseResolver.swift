import PostgreSQL
import ReferenceData

/// Lookups by text straight from the database: the fallback for when no server can be reached.
///
/// Answers as an image of the same rows would, by the same decoder and the same rules: unknown exchange and unknown
/// symbol, inactive, refused rows, aliases, unified names, contracts, lists, ranked search. Three things differ. A row
/// that cannot be represented has no last good version here. `generation` is 0: the database numbers none. And each
/// lookup is a round trip of some hundred microseconds; `search` reads every symbol.
///
/// Statements are prepared once per connection. Uses the connection it is given, which must not be inside a
/// transaction. A lost connection stays lost: make another resolver on a new one. Not thread-safe.
public struct DatabaseResolver: SymbolResolving {
    public typealias Failure = StoreError

    let connection: Connection
    /// The time at which rows are judged: what has expired or is delisted by then is inactive. Nil: the database's now.
    public var judgedAt: Timestamp?
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
        let result = try ask(statement, [.text(exchange), .text(symbol), moment])
        return try answer(result, claim: \.claimToString)
    }

    public mutating func resolve(
        exchange: String, base: String, quote: String
    ) throws(StoreError) -> SymbolResolution {
        guard Self.isCode(exchange) else { return Self.miss(.unknownExchange) }
        guard PairKey(exchangeId: 1, base: base, quote: quote) != nil else { return try malformed(exchange) }
        let result = try ask(
            LookupStatements.symbolByPair, [.text(exchange), .text(base), .text(quote), moment])
        // Pairs mean nothing on an exchange of options.
        return try answer(result, claim: \.claimToPair, hasKey: { $1.marketType != .options })
    }

    public mutating func resolve(exchange: String, unifiedName: String) throws(StoreError) -> SymbolResolution {
        guard Self.isCode(exchange) else { return Self.miss(.unknownExchange) }
        switch NameOrPair(exchangeId: 1, name: unifiedName) {
        case nil: return try malformed(exchange)
        case .pair(let key)?:
            return try resolve(exchange: exchange, base: key.base.description, quote: key.quote.description)
        case .name?:
            let pairs = UnifiedName.pairs(of: unifiedName)
            let result = try ask(
                LookupStatements.symbolByName,
                [
                    .text(exchange), .text(unifiedName), .textArray(pairs.map(\.base)),
                    .textArray(pairs.map(\.quote)), moment,
                ])
            return try answer(result, claim: \.claimToName, hasKey: { row, _ in row.nameKey != nil })
        }
    }

    public mutating func exchange(code: String) throws(StoreError) -> ExchangeLookup {
        guard Self.isCode(code), let exchange = try servedExchange(code) else {
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
        let result = try ask(LookupStatements.symbolById, [.int64(Int64(id)), moment])
        guard result.rowCount > 0 else { return SymbolLookup(status: .unknownSymbol) }
        guard let symbol = try symbol(result, 0) else { return SymbolLookup(status: .refused) }
        return SymbolLookup(status: symbol.isTradable ? .ok : .inactive, row: symbol)
    }

    /// `judgedAt` as the last parameter of a statement.
    var moment: Parameter {
        judgedAt.map(Self.bound) ?? .null
    }

    /// A text that can be no key, on an exchange that may be none either.
    private func malformed(_ code: String) throws(StoreError) -> SymbolResolution {
        guard let exchange = try servedExchange(code) else { return Self.miss(.unknownExchange) }
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
