/// Lookups by text, as the server's snapshot, the client, the replica and the store's fallback all answer them.
///
/// An exchange is named by its code: the enum value, or else the name. How a lookup ended is the `status` of its
/// answer: an unknown name, a row that was refused and tables that are not loaded are answers, and no errors. Mutating,
/// because some of them talk to a peer.
///
/// A function that takes any of them works on a server, in the process and on the database alike:
///
/// ```swift
/// func tickSize<Source: SymbolResolving>(
///     of symbol: String, on exchange: String, from source: inout Source
/// ) throws(Source.Failure) -> DecimalValue? {
///     let answer = try source.resolve(exchange: exchange, symbol: symbol)
///     guard answer.status == .ok else { return nil }
///     return try source.symbol(id: answer.symbolId).row?.tickSize
/// }
/// ```
///
/// Symbols are found by the venue's own string, by pair, by unified name, by id and in lists:
///
/// ```swift
/// let option = try source.resolve(exchange: "DERIBIT_OPTIONS", unifiedName: "BTC/USD:BTC-261225-100000-C")
/// let chain = try source.contracts(exchange: "DERIBIT_OPTIONS", base: "BTC", quote: "USD", kinds: .option)
/// for symbol in chain.rows { print(symbol.symbolString, symbol.expiresAt, symbol.strike, symbol.tickSize) }
/// ```
public protocol SymbolResolving {
    /// The error of a call that has no answer, not even a status; `Never` for a snapshot.
    associatedtype Failure: Error

    /// The ids of a venue's own symbol string.
    mutating func resolve(exchange: String, symbol: String) throws(Failure) -> SymbolResolution

    /// The ids of a pair on a venue: of the one kind of symbol that the venue's market type names, its spot symbol or
    /// its perpetual contract. `ambiguous` where several perpetuals are live and none of them is the linear one that
    /// settles in the quote asset.
    mutating func resolve(exchange: String, base: String, quote: String) throws(Failure) -> SymbolResolution

    /// The ids of a unified name on a venue, as ccxt writes it: `BTC/USDT` (asked as the pair), `BTC/USDT:USDT`,
    /// `BTC/USDT:USDT-241227`, `BTC/USDT:USDT-241227-100000-C`.
    ///
    /// `ambiguous` where two live symbols have the name, `malformed` for one that is longer than 50 bytes: the symbol's
    /// own string and `contracts` find those.
    mutating func resolve(exchange: String, unifiedName: String) throws(Failure) -> SymbolResolution

    /// The exchange of a code.
    mutating func exchange(code: String) throws(Failure) -> ExchangeLookup

    /// The exchange of an id.
    mutating func exchange(id: UInt16) throws(Failure) -> ExchangeLookup

    /// Every exchange in id order; nil is every market type.
    mutating func exchanges(marketType: MarketType?, activeOnly: Bool) throws(Failure) -> ExchangePage

    /// The symbol of an id.
    mutating func symbol(id: UInt32) throws(Failure) -> SymbolLookup

    /// Symbols in id order after `afterSymbolId`, at most `limit`; nil is every exchange.
    mutating func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage

    /// The symbols of a pair on all exchanges, those of some kinds (none given: of every kind), at most `limit`.
    ///
    /// In order of exchange id, expiry (none first), strike, option type (calls first) and id, those behind the symbol
    /// `afterSymbolId` (0: from the start). Where no such symbol is served the status is `generationGone`: begin again.
    mutating func find(
        base: String, quote: String, kinds: InstrumentKinds, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage

    /// The contracts of a pair, such as an option chain, those of some kinds (none given: of every kind but spot), at
    /// most `limit`; nil is every exchange. In order and pages as `find`.
    ///
    /// - Parameters:
    ///   - expiresFrom: only what expires at this time or later; absent is no bound.
    ///   - expiresTo: only what expires before this time; absent is no bound.
    mutating func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds, expiresFrom: Timestamp,
        expiresTo: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage

    /// Symbols whose string, base or quote match the text, best first, at most `limit`; nil is every exchange.
    mutating func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(Failure) -> SymbolPage
}

extension SymbolResolving {
    /// Inactive symbols too, behind the active ones of the same rank.
    public mutating func search(
        _ text: String, mode: SearchMode, exchange: String?, limit: Int
    ) throws(Failure) -> SymbolPage {
        try search(text, mode: mode, exchange: exchange, activeOnly: false, limit: limit)
    }

    /// The symbols of a pair on all exchanges from the start of the list on, inactive ones too unless asked otherwise.
    public mutating func find(
        base: String, quote: String, kinds: InstrumentKinds = [], activeOnly: Bool = false, limit: Int = .max
    ) throws(Failure) -> SymbolPage {
        try find(
            base: base, quote: quote, kinds: kinds, activeOnly: activeOnly, afterSymbolId: 0, limit: limit)
    }

    /// The contracts of a pair from the start of the list on, inactive ones too unless asked otherwise; nil is every
    /// exchange.
    public mutating func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds = [],
        expiresFrom: Timestamp = .absent, expiresTo: Timestamp = .absent, activeOnly: Bool = false, limit: Int = .max
    ) throws(Failure) -> SymbolPage {
        try contracts(
            exchange: exchange, base: base, quote: quote, kinds: kinds, expiresFrom: expiresFrom, expiresTo: expiresTo,
            activeOnly: activeOnly, afterSymbolId: 0, limit: limit)
    }
}
