/// A row of the database that cannot be served, and why.
public struct RefusedRow: Sendable, Hashable {
    /// `exchange` or `symbol`.
    public var table: ReferenceKind
    /// The row's id as the database has it, in range or not.
    public var id: Int64
    /// For people: the column and what is wrong with it.
    public var reason: String
    /// The row's own key, where its parts can be represented.
    public var symbolKey: SymbolKey?
    /// The row's own pair, where its parts can be represented.
    public var pairKey: PairKey?
    /// The row's exchange; 0 where that cannot be represented.
    public var exchangeId: UInt16

    public init(
        table: ReferenceKind, id: Int64, reason: String, symbolKey: SymbolKey? = nil, pairKey: PairKey? = nil,
        exchangeId: UInt16 = 0
    ) {
        self.table = table
        self.id = id
        self.reason = reason
        self.symbolKey = symbolKey
        self.pairKey = pairKey
        self.exchangeId = exchangeId
    }
}
