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
public protocol SymbolResolving {
    /// The error of a call that has no answer, not even a status; `Never` for a snapshot.
    associatedtype Failure: Error

    /// The ids of a venue's own symbol string.
    mutating func resolve(exchange: String, symbol: String) throws(Failure) -> SymbolResolution

    /// The ids of a pair on a venue.
    mutating func resolve(exchange: String, base: String, quote: String) throws(Failure) -> SymbolResolution

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

    /// The symbols that trade a pair, one per exchange that lists it, in order of exchange id, all of them.
    mutating func find(base: String, quote: String) throws(Failure) -> SymbolPage

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
}
