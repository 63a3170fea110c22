import ReferenceData

/// A symbol, by its id or by a name that is looked up: in the process, by a server or in the database, as the store was
/// told.
public enum SymbolReference: Sendable, Hashable, CustomStringConvertible {
    /// `symbols.id`; nothing is looked up.
    case id(UInt32)
    /// The pair of a venue: its spot symbol, or its perpetual where the venue trades futures.
    case pair(exchange: String, base: String, quote: String)
    /// The venue's own string.
    case symbol(exchange: String, symbol: String)
    /// A unified name, `BTC/USDT:USDT-261225` for instance.
    case unifiedName(exchange: String, name: String)

    /// As people write it: `GATEIO_SPOT BTC/USDT`.
    public var description: String {
        switch self {
        case .id(let id): "symbol \(id)"
        case .pair(let exchange, let base, let quote): "\(exchange) \(base)/\(quote)"
        case .symbol(let exchange, let symbol): "\(exchange) \(symbol)"
        case .unifiedName(let exchange, let name): "\(exchange) \(name)"
        }
    }

    /// What it is looked up by, byte for byte.
    var key: ByteText {
        switch self {
        case .id(let id): ByteText("\(id)")
        case .pair(let exchange, let base, let quote): ByteText("p\0\(exchange)\0\(base)\0\(quote)")
        case .symbol(let exchange, let symbol): ByteText("s\0\(exchange)\0\(symbol)")
        case .unifiedName(let exchange, let name): ByteText("n\0\(exchange)\0\(name)")
        }
    }
}

/// A symbol that has no id, and why.
public struct UnknownSymbol: Sendable, Hashable, CustomStringConvertible {
    /// As it was asked for.
    public let symbol: SymbolReference
    /// `unknownSymbol`, `unknownExchange`, `ambiguous`, `refused`, `malformed`, `notLoaded`.
    public let status: ResolutionStatus

    /// `GATEIO_SPOT BTC/USDT (unknown_symbol)`.
    public var description: String { "\(symbol) (\(status.name))" }
}

/// Which symbols a query is about.
public enum SymbolSelection: Sendable, Hashable {
    /// These, each of which must be known.
    case symbols([SymbolReference])
    /// All of a venue (by its code), of a base asset, of a quote asset; nil is any.
    case matching(exchange: String? = nil, base: String? = nil, quote: String? = nil)

    /// Every symbol.
    public static let all = SymbolSelection.matching()

    /// One symbol.
    public static func symbol(_ symbol: SymbolReference) -> SymbolSelection { .symbols([symbol]) }
}
