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
