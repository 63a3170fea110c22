internal import PostgreSQL
import ReferenceData
internal import ReferenceStore

/// Lookups of names straight from the database: for tools, and as the second of a `FallbackResolver`.
///
/// ```swift
/// var resolver = FallbackResolver(.unix(path: socketPath)) { () throws(MarketStoreError) in
///     try DatabaseResolver("service=reference")
/// }
/// ```
///
/// Answers as a server would, by the same rules; `generation` is 0, and each lookup is a round trip of some hundred
/// microseconds. A lost connection stays lost: make another. Not thread-safe.
public struct DatabaseResolver: SymbolResolving {
    /// The database could not answer.
    public typealias Failure = MarketStoreError

    private var resolver: ReferenceStore.DatabaseResolver

    /// Connects.
    /// - Parameter database: a libpq connection string or URL without a password; nil is libpq's environment.
    public init(_ database: String?) throws(MarketStoreError) {
        do {
            resolver = try ReferenceStore.DatabaseResolver(ConnectionTarget(conninfo: database))
        } catch {
            throw MarketStoreError(any: error)
        }
    }

    private mutating func ask<Answer>(
        _ question: (inout ReferenceStore.DatabaseResolver) throws(StoreError) -> Answer
    ) throws(MarketStoreError) -> Answer {
        do throws(StoreError) { return try question(&resolver) } catch { throw MarketStoreError(any: error) }
    }

    /// The ids of a venue's own symbol string.
    public mutating func resolve(exchange: String, symbol: String) throws(MarketStoreError) -> SymbolResolution {
        try ask { r throws(StoreError) in try r.resolve(exchange: exchange, symbol: symbol) }
    }

    /// The ids of a pair on a venue.
    public mutating func resolve(
        exchange: String, base: String, quote: String
    ) throws(MarketStoreError) -> SymbolResolution {
        try ask { r throws(StoreError) in try r.resolve(exchange: exchange, base: base, quote: quote) }
    }

    /// The ids of a unified name on a venue.
    public mutating func resolve(exchange: String, unifiedName: String) throws(MarketStoreError) -> SymbolResolution {
        try ask { r throws(StoreError) in try r.resolve(exchange: exchange, unifiedName: unifiedName) }
    }

    /// The exchange of a code, the enum value or else the name.
    public mutating func exchange(code: String) throws(MarketStoreError) -> ExchangeLookup {
        try ask { r throws(StoreError) in try r.exchange(code: code) }
    }

    /// The exchange of an id.
    public mutating func exchange(id: UInt16) throws(MarketStoreError) -> ExchangeLookup {
        try ask { r throws(StoreError) in try r.exchange(id: id) }
    }

    /// Every exchange in id order; nil is every market type.
    public mutating func exchanges(
        marketType: MarketType?, activeOnly: Bool
    ) throws(MarketStoreError) -> ExchangePage {
        try ask { r throws(StoreError) in try r.exchanges(marketType: marketType, activeOnly: activeOnly) }
    }

    /// The symbol of an id.
    public mutating func symbol(id: UInt32) throws(MarketStoreError) -> SymbolLookup {
        try ask { r throws(StoreError) in try r.symbol(id: id) }
    }

    /// Symbols in id order after one id; nil is every exchange.
    public mutating func symbols(
        exchange: String?, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(MarketStoreError) -> SymbolPage {
        try ask { r throws(StoreError) in
            try r.symbols(exchange: exchange, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
        }
    }

    /// The symbols of a pair on all exchanges.
    public mutating func find(
        base: String, quote: String, kinds: InstrumentKinds, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(MarketStoreError) -> SymbolPage {
        try ask { r throws(StoreError) in
            try r.find(
                base: base, quote: quote, kinds: kinds, activeOnly: activeOnly, afterSymbolId: afterSymbolId,
                limit: limit)
        }
    }

    /// The contracts of a pair; nil is every exchange.
    public mutating func contracts(
        exchange: String?, base: String, quote: String, kinds: InstrumentKinds, expiresFrom: Timestamp,
        expiresTo: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(MarketStoreError) -> SymbolPage {
        try ask { r throws(StoreError) in
            try r.contracts(
                exchange: exchange, base: base, quote: quote, kinds: kinds, expiresFrom: expiresFrom,
                expiresTo: expiresTo, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: limit)
        }
    }

    /// Symbols whose string, base or quote match, best first; nil is every exchange.
    public mutating func search(
        _ text: String, mode: SearchMode, exchange: String?, activeOnly: Bool, limit: Int
    ) throws(MarketStoreError) -> SymbolPage {
        try ask { r throws(StoreError) in
            try r.search(text, mode: mode, exchange: exchange, activeOnly: activeOnly, limit: limit)
        }
    }
}
