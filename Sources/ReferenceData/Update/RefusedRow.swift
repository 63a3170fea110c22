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
    /// The row's own pair, where its parts can be represented. A lookup by it answers `refused` only where `kind` is
    /// one that pairs answer, or unknown.
    public var pairKey: PairKey?
    /// The key of the row's unified name, where it has one and its parts can be represented.
    public var nameKey: NameKey?
    /// What the row is; nil where that cannot be represented.
    public var kind: InstrumentKind?
    /// The row's exchange; 0 where that cannot be represented.
    public var exchangeId: UInt16

    public init(
        table: ReferenceKind, id: Int64, reason: String, symbolKey: SymbolKey? = nil, pairKey: PairKey? = nil,
        nameKey: NameKey? = nil, kind: InstrumentKind? = nil, exchangeId: UInt16 = 0
    ) {
        self.table = table
        self.id = id
        self.reason = reason
        self.symbolKey = symbolKey
        self.pairKey = pairKey
        self.nameKey = nameKey
        self.kind = kind
        self.exchangeId = exchangeId
    }

    /// The pair that may answer `refused` because of this row.
    var answeredPairKey: PairKey? { kind == nil || kind == .spot || kind == .perpetual ? pairKey : nil }
}
