/// All reference data, as one full load reads it. Rows may come in any order.
public struct ReferenceContent: Sendable {
    public var exchanges: [Exchange]
    public var symbols: SymbolRows
    public var aliases: [SymbolAlias]
    /// Rows the loader could not represent.
    public var refused: [RefusedRow]

    public init(
        exchanges: [Exchange] = [], symbols: SymbolRows = SymbolRows(), aliases: [SymbolAlias] = [],
        refused: [RefusedRow] = []
    ) {
        self.exchanges = exchanges
        self.symbols = symbols
        self.aliases = aliases
        self.refused = refused
    }

    /// The same with symbols from elsewhere, which are copied.
    public init(
        exchanges: [Exchange] = [], symbols: some Collection<SymbolRecord>, aliases: [SymbolAlias] = [],
        refused: [RefusedRow] = []
    ) {
        self.init(exchanges: exchanges, symbols: SymbolRows(symbols), aliases: aliases, refused: refused)
    }

    /// Rows of the database in it, refused ones too.
    public var rowCount: Int { exchanges.count + symbols.count + aliases.count + refused.count }
}
