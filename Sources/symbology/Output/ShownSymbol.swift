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

    /// The columns of `symbols` that every symbol has; a new one is a line here.
    private static let values: [Field<ShownSymbol>] = [
        Field("base_asset", \.symbol.baseAsset), Field("quote_asset", \.symbol.quoteAsset),
        Field("is_active", \.symbol.isActive), Field("precision_price") { digits($0.symbol.precisionPrice) },
        Field("precision_base") { digits($0.symbol.precisionBase) },
        Field("precision_quote") { digits($0.symbol.precisionQuote) },
        Field("min_order_size", \.symbol.minOrderSize), Field("max_order_size", \.symbol.maxOrderSize),
        Field("tick_size", \.symbol.tickSize), Field("step_size", \.symbol.stepSize),
        Field("min_notional", \.symbol.minNotional),
    ]

    /// Those that contracts have and spot symbols have not, or that are seldom to be told: tables show them where a row
    /// has something to say. A table does not repeat what the name says.
    private static let particulars: [Field<ShownSymbol>] = [
        Field("name", \.symbol.unifiedName).inTables { $0.isContract },
        Field("kind", \.symbol.kind.name).inTables { $0.isContract },
        Field("settle_asset") { Cell.nonEmpty($0.symbol.settleAsset.description) }.inTables { $0.isNameless },
        Field("payoff", \.symbol.payoff?.name).inTables { $0.symbol.payoff != nil },
        Field("contract_size", \.symbol.contractSize).inTables { !$0.symbol.contractSize.isAbsent },
        Field("expires_at", \.symbol.expiresAt).inTables { !$0.symbol.expiresAt.isAbsent },
        Field("strike", \.symbol.strike).inTables { $0.isNameless && !$0.symbol.strike.isAbsent },
        Field("option_type", \.symbol.optionType?.name).inTables { $0.isNameless && $0.symbol.optionType != nil },
        Field("tiered", \.isTiered).inTables { $0.isTiered },
        Field("digits_derived", \.hasDerivedDigits).inTables { $0.hasDerivedDigits },
        Field("is_inferred", \.symbol.isInferred).inTables { $0.symbol.isInferred },
        Field("due", \.isDue).inTables { $0.isDue },
        Field("listed_at", \.symbol.listedAt).inTables { !$0.symbol.listedAt.isAbsent },
        Field("delists_at", \.symbol.delistsAt).inTables { !$0.symbol.delistsAt.isAbsent },
    ]

    private var isContract: Bool { symbol.kind != .spot }
    private var isNameless: Bool { isContract && symbol.unifiedName == nil }
    private var isTiered: Bool { symbol.isTiered || symbol.flags.contains(.tiered) }
    /// Whether its table calls it active, and its time has come.
    private var isDue: Bool { symbol.flags.contains(.due) }
    private var hasDerivedDigits: Bool { symbol.flags.contains(.derived) }

    /// Digits behind the point; nil where nobody knows them.
    static func digits(_ precision: UInt8) -> UInt8? { precision == SymbolRecord.unknownPrecision ? nil : precision }

    private static let createdAt = Field<ShownSymbol>("created_at", \.symbol.createdAt)
    private static let updatedAt = Field<ShownSymbol>("updated_at", \.symbol.updatedAt)
    private static let lastSeen = Field<ShownSymbol>("last_seen", \.symbol.lastSeen)

    /// A line of a list.
    static let columns = identity + status + values + particulars
    static let columnsOfStale = identity + status + values + [lastSeen, createdAt] + particulars
    /// A line of a list of contracts of one pair: in tables without what the question and the status say already.
    static let columnsOfContracts = columns.map { field in
        ["base_asset", "quote_asset", "is_active", "kind"].contains(field.name) ? field.forScripts : field
    }
    /// The whole record that a server has.
    static let record =
        identity + status + values
        + [
            Field("exchange_is_active") { $0.symbol.flags.contains(.exchangeActive) },
            Field("is_last_good") { $0.symbol.flags.contains(.lastGood) }, createdAt, updatedAt, lastSeen,
        ] + particulars
    /// The row in the database, which knows no status, and what was derived no more.
    static let row =
        identity + values + [createdAt, updatedAt, lastSeen]
        + particulars.filter { !["digits_derived", "due"].contains($0.name) }
}
