import ReferenceData

/// A symbol with the code of its exchange, as every command prints it.
struct ShownSymbol: Sendable {
    let symbol: Symbol
    /// Nil where the server knows none.
    let exchange: String?

    /// The exchange and the symbol, by name and by id.
    private static let identity: [Field<ShownSymbol>] = [
        Field("exchange", \.exchange), Field("symbol", \.symbol.symbolString), Field("symbol_id", \.symbol.id),
        Field("exchange_id", \.symbol.exchangeId),
    ]

    private static let status: [Field<ShownSymbol>] = [
        Field("status") { ($0.symbol.isTradable ? ResolutionStatus.ok : .inactive).name }
    ]

    /// The columns of `symbols`; a new one is a line here.
    private static let values: [Field<ShownSymbol>] = [
        Field("base_asset", \.symbol.baseAsset), Field("quote_asset", \.symbol.quoteAsset),
        Field("is_active", \.symbol.isActive), Field("kind", \.symbol.kind.name),
        Field("precision_price", \.symbol.precisionPrice),
        Field("precision_base", \.symbol.precisionBase), Field("precision_quote", \.symbol.precisionQuote),
        Field("min_order_size", \.symbol.minOrderSize), Field("max_order_size", \.symbol.maxOrderSize),
        Field("tick_size", \.symbol.tickSize), Field("step_size", \.symbol.stepSize),
        Field("min_notional", \.symbol.minNotional),
    ]

    private static let createdAt = Field<ShownSymbol>("created_at", \.symbol.createdAt)
    private static let updatedAt = Field<ShownSymbol>("updated_at", \.symbol.updatedAt)
    private static let lastSeen = Field<ShownSymbol>("last_seen", \.symbol.lastSeen)

    /// A line of a list.
    static let columns = identity + status + values
    static let columnsOfStale = columns + [lastSeen, createdAt]
    /// The whole record that a server has.
    static let record =
        columns + [
            Field("exchange_is_active") { $0.symbol.flags.contains(.exchangeActive) },
            Field("is_last_good") { $0.symbol.flags.contains(.lastGood) }, createdAt, updatedAt, lastSeen,
        ]
    /// The row in the database, which knows no status.
    static let row = identity + values + [createdAt, updatedAt, lastSeen]
}
