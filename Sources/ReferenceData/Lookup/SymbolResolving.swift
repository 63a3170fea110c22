/// An exchange, or why there is none.
public struct ExchangeLookup: Sendable, Hashable {
    /// `ok`, `inactive` (the exchange is given), `unknownExchange`, `refused` or `notLoaded`.
    public var status: ResolutionStatus
    public var exchange: Exchange?

    public init(status: ResolutionStatus, exchange: Exchange?) {
        self.status = status
        self.exchange = exchange
    }
}

/// A symbol, or why there is none.
public struct SymbolLookup: Sendable, Hashable {
    /// `ok`, `inactive` (the symbol is given), `unknownSymbol`, `refused` or `notLoaded`.
    public var status: ResolutionStatus
    public var symbol: Symbol?

    public init(status: ResolutionStatus, symbol: Symbol?) {
        self.status = status
        self.symbol = symbol
    }
}

/// Some symbols of a list, and whether more follow.
public struct SymbolPage: Sendable, Hashable {
    public var status: ResolutionStatus
    public var symbols: [Symbol]
    /// Whether the list goes on after the last symbol given, or may: a server looks at boundedly many rows for a page.
    public var hasMore: Bool

    public init(status: ResolutionStatus = .ok, symbols: [Symbol] = [], hasMore: Bool = false) {
        self.status = status
        self.symbols = symbols
        self.hasMore = hasMore
    }
}

/// Lookups by text, as the server's snapshot, the client, the replica and the store's fallback all answer them.
///
/// An exchange is named by its code: the enum value, or else the name. Mutating, because some of them talk to a peer.
public protocol SymbolResolving {
    /// What can go wrong besides an unknown name, which is a status; `Never` for a snapshot.
    associatedtype Failure: Error

    /// The ids of a venue's own symbol string.
    mutating func resolve(exchange: String, symbol: String) throws(Failure) -> SymbolResolution

    /// The ids of a pair on a venue.
    mutating func resolve(exchange: String, base: String, quote: String) throws(Failure) -> SymbolResolution

    /// The exchange of a code.
    mutating func exchange(code: String) throws(Failure) -> ExchangeLookup

    /// The exchange of an id.
    mutating func exchange(id: UInt16) throws(Failure) -> ExchangeLookup

    /// Exchanges in id order; nil is every market type.
    mutating func exchanges(marketType: MarketType?, activeOnly: Bool) throws(Failure) -> [Exchange]

    /// The symbol of an id.
    mutating func symbol(id: UInt32) throws(Failure) -> SymbolLookup

    /// Symbols in id order after `afterSymbolId`, at most `limit`; nil is every exchange.
    mutating func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage

    /// The symbols that trade a pair, one per exchange that lists it, in order of exchange id.
    mutating func find(base: String, quote: String) throws(Failure) -> [Symbol]

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
