/// The changes since a snapshot. Deletions are applied first, then rows: a row that is present wins.
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
