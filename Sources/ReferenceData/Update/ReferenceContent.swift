/// A further key of a symbol, such as its name before a rename. A live key always beats it.
public struct SymbolAlias: Sendable, Hashable {
    public var key: SymbolKey
    public var symbolId: UInt32

    public init(key: SymbolKey, symbolId: UInt32) {
        self.key = key
        self.symbolId = symbolId
    }
}

/// All reference data, as one full load reads it. Rows may come in any order.
public struct ReferenceContent: Sendable {
    public var exchanges: [Exchange]
    public var symbols: [SymbolRecord]
    public var aliases: [SymbolAlias]
    /// Rows the loader could not represent.
    public var refused: [RefusedRow]

    public init(
        exchanges: [Exchange] = [], symbols: [SymbolRecord] = [], aliases: [SymbolAlias] = [],
        refused: [RefusedRow] = []
    ) {
        self.exchanges = exchanges
        self.symbols = symbols
        self.aliases = aliases
        self.refused = refused
    }

    /// Rows of the database in it, refused ones too.
    public var rowCount: Int { exchanges.count + symbols.count + aliases.count + refused.count }
}

/// What changed since a snapshot. Deletions are applied first, then rows: a row that is present wins.
public struct ReferenceDelta: Sendable {
    /// Exchanges inserted or updated.
    public var exchanges: [Exchange]
    /// Symbols inserted or updated.
    public var symbols: [SymbolRecord]
    public var deletedExchangeIds: [UInt16]
    public var deletedSymbolIds: [UInt32]
    /// Changed rows the loader could not represent.
    public var refused: [RefusedRow]
    /// The full set of aliases where they changed; nil leaves them as they are.
    public var aliases: [SymbolAlias]?

    public init(
        exchanges: [Exchange] = [], symbols: [SymbolRecord] = [], deletedExchangeIds: [UInt16] = [],
        deletedSymbolIds: [UInt32] = [], refused: [RefusedRow] = [], aliases: [SymbolAlias]? = nil
    ) {
        self.exchanges = exchanges
        self.symbols = symbols
        self.deletedExchangeIds = deletedExchangeIds
        self.deletedSymbolIds = deletedSymbolIds
        self.refused = refused
        self.aliases = aliases
    }

    /// Rows of the database in it, refused ones and tombstones too.
    public var rowCount: Int {
        exchanges.count + symbols.count + deletedExchangeIds.count + deletedSymbolIds.count + refused.count
            + (aliases?.count ?? 0)
    }
}
