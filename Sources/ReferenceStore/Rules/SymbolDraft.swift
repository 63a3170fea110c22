import ReferenceData

/// A row of `symbols` before the database gives it an id. Absent decimals and times are NULL.
public struct SymbolDraft: Sendable, Hashable {
    /// The exchange's code, `GATEIO_SPOT`.
    public var exchange: String
    public var baseAsset: String
    public var quoteAsset: String
    /// The venue's own spelling, compared byte for byte.
    public var symbolString: String
    public var isActive: Bool
    public var precisionBase: UInt8
    public var precisionQuote: UInt8
    public var precisionPrice: UInt8
    public var minOrderSize: DecimalValue
    public var maxOrderSize: DecimalValue
    public var tickSize: DecimalValue
    public var stepSize: DecimalValue
    public var lastSeen: Timestamp

    public init(
        exchange: String, baseAsset: String, quoteAsset: String, symbolString: String, isActive: Bool = true,
        precisionBase: UInt8 = 8, precisionQuote: UInt8 = 8, precisionPrice: UInt8 = 8,
        minOrderSize: DecimalValue = .absent, maxOrderSize: DecimalValue = .absent, tickSize: DecimalValue = .absent,
        stepSize: DecimalValue = .absent, lastSeen: Timestamp = .absent
    ) {
        self.exchange = exchange
        self.baseAsset = baseAsset
        self.quoteAsset = quoteAsset
        self.symbolString = symbolString
        self.isActive = isActive
        self.precisionBase = precisionBase
        self.precisionQuote = precisionQuote
        self.precisionPrice = precisionPrice
        self.minOrderSize = minOrderSize
        self.maxOrderSize = maxOrderSize
        self.tickSize = tickSize
        self.stepSize = stepSize
        self.lastSeen = lastSeen
    }

    init(_ record: SymbolRecord, exchange: String) {
        self.init(
            exchange: exchange, baseAsset: record.baseAsset.description, quoteAsset: record.quoteAsset.description,
            symbolString: record.symbolString.description, isActive: record.isActive,
            precisionBase: record.precisionBase, precisionQuote: record.precisionQuote,
            precisionPrice: record.precisionPrice, minOrderSize: record.minOrderSize,
            maxOrderSize: record.maxOrderSize, tickSize: record.tickSize, stepSize: record.stepSize,
            lastSeen: record.lastSeen)
    }

    /// Everything that the table would not take, but for what only the other rows can tell.
    public var faults: [FieldFault] {
        var rules = FieldRules()
        rules.check("exchange", exchange, byteCountMax: Exchange.enumValueByteCountMax)
        rules.check("base_asset", baseAsset, byteCountMax: Self.assetByteCountMax)
        rules.check("quote_asset", quoteAsset, byteCountMax: Self.assetByteCountMax)
        if baseAsset.hasBytes(of: quoteAsset) { rules.add("quote_asset", quoteAsset, .sameAs(field: "base_asset")) }
        rules.check("symbol_string", symbolString, byteCountMax: Self.symbolByteCountMax)
        rules.check("precision_base", precisionBase, in: Self.precisionRange)
        rules.check("precision_quote", precisionQuote, in: Self.precisionRange)
        rules.check("precision_price", precisionPrice, in: Self.precisionRange)
        rules.check("min_order_size", minOrderSize)
        rules.check("max_order_size", maxOrderSize)
        rules.checkOrder("min_order_size", minOrderSize, "max_order_size", maxOrderSize)
        rules.check("tick_size", tickSize)
        rules.check("step_size", stepSize)
        return rules.faults
    }

    /// Whether a row of this would be the same row, byte for byte.
    func isSameRow(as other: SymbolDraft) -> Bool {
        self == other && exchange.hasBytes(of: other.exchange) && baseAsset.hasBytes(of: other.baseAsset)
            && quoteAsset.hasBytes(of: other.quoteAsset) && symbolString.hasBytes(of: other.symbolString)
    }

    public static let assetByteCountMax = 20
    public static let symbolByteCountMax = 50
    public static let precisionRange: ClosedRange<Int64> = 1...18
}

/// What an update changes of a symbol; what is nil or `.keep` stays. A new symbol string is a rename
/// (`ReferenceManagement.renameSymbol`), because engines may still ask by the old one.
public struct SymbolEdit: Sendable, Hashable {
    public var baseAsset: String?
    public var quoteAsset: String?
    public var isActive: Bool?
    public var precisionBase: UInt8?
    public var precisionQuote: UInt8?
    public var precisionPrice: UInt8?
    public var minOrderSize: FieldChange<DecimalValue> = .keep
    public var maxOrderSize: FieldChange<DecimalValue> = .keep
    public var tickSize: FieldChange<DecimalValue> = .keep
    public var stepSize: FieldChange<DecimalValue> = .keep
    public var lastSeen: FieldChange<Timestamp> = .keep

    public init() {}

    /// Whether it changes nothing whatever the row says.
    public var isEmpty: Bool { self == SymbolEdit() }

    func applied(to old: SymbolDraft) -> SymbolDraft {
        var new = old
        new.baseAsset = baseAsset ?? old.baseAsset
        new.quoteAsset = quoteAsset ?? old.quoteAsset
        new.isActive = isActive ?? old.isActive
        new.precisionBase = precisionBase ?? old.precisionBase
        new.precisionQuote = precisionQuote ?? old.precisionQuote
        new.precisionPrice = precisionPrice ?? old.precisionPrice
        new.minOrderSize = minOrderSize.applied(to: old.minOrderSize) ?? .absent
        new.maxOrderSize = maxOrderSize.applied(to: old.maxOrderSize) ?? .absent
        new.tickSize = tickSize.applied(to: old.tickSize) ?? .absent
        new.stepSize = stepSize.applied(to: old.stepSize) ?? .absent
        new.lastSeen = lastSeen.applied(to: old.lastSeen) ?? .absent
        return new
    }
}
