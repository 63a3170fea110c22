/// One row of `symbols` as a plain block of memory: what loaders produce, snapshots hold and responses are written
/// from.
///
/// Copying it allocates and retains nothing.
@frozen
public struct SymbolRecord: Sendable, Hashable, BitwiseCopyable {
    /// The precision that says that nobody knows one. Others are digits behind the point, 0 to 254.
    @inlinable public static var unknownPrecision: UInt8 { .max }

    /// The number of decimals, `contractSize` the first: see `subscript(decimal:)`.
    package static let decimalCount = 7

    /// `symbols.id`, from 1.
    public var id: UInt32
    /// `symbols.exchange_id`, from 1.
    public var exchangeId: UInt16
    /// The symbol's own `is_active`. Whether it is due all the same, and whether its exchange is active, the flags say.
    public var isActive: Bool
    /// Whether the tick depends on the price; `tickSize` is then the smallest.
    public var isTiered: Bool
    /// Whether digits, tick and step were read off observed prices and quantities, by `populate`.
    public var isInferred: Bool
    /// Whether the venue lists rules for it that could not be imported: these are the last that could.
    public var isLastGood: Bool
    /// The raw values of `kind`, `payoff` and `optionType`, 0 for none.
    package var kindCode: UInt8
    package var payoffCode: UInt8
    package var optionTypeCode: UInt8
    /// Digits after the point of a quantity in base units, or `unknownPrecision`.
    public var precisionBase: UInt8
    /// Digits after the point of an amount in quote units, or `unknownPrecision`.
    public var precisionQuote: UInt8
    /// Digits after the point of a price, or `unknownPrecision`.
    public var precisionPrice: UInt8
    /// Which of the three nobody gave: see `derivingDigits(precisionDefault:)`. In a row of the table none.
    public var derivedDigits: DerivedDigits
    /// The venue's own name for the symbol.
    public var symbolString: SymbolText
    /// The asset that is bought and sold.
    public var baseAsset: AssetText
    /// The asset that it is paid in.
    public var quoteAsset: AssetText
    /// The asset that a contract settles in; empty for a spot symbol.
    public var settleAsset: AssetText
    @usableFromInline package var decimals: DecimalColumns
    /// When a future or an option expires; absent for anything else. From this moment on it is inactive.
    public var expiresAt: Timestamp
    /// When the venue listed the symbol, as it announced.
    public var listedAt: Timestamp
    /// When the venue delists the symbol, as it announced. From this moment on it is inactive.
    public var delistsAt: Timestamp
    /// When the row was made.
    public var createdAt: Timestamp
    /// When the row was changed last.
    public var updatedAt: Timestamp
    /// When the venue last listed the symbol.
    public var lastSeen: Timestamp

    /// Makes a row of its columns. The defaults are a spot symbol of which nothing else is known.
    public init(
        id: UInt32, exchangeId: UInt16, isActive: Bool = true, kind: InstrumentKind = .spot,
        settleAsset: AssetText = AssetText(), payoff: Payoff? = nil, contractSize: DecimalValue = .absent,
        expiresAt: Timestamp = .absent, strike: DecimalValue = .absent, optionType: OptionType? = nil,
        precisionBase: UInt8 = unknownPrecision, precisionQuote: UInt8 = unknownPrecision,
        precisionPrice: UInt8 = unknownPrecision, derivedDigits: DerivedDigits = [], symbolString: SymbolText,
        baseAsset: AssetText, quoteAsset: AssetText, minOrderSize: DecimalValue = .absent,
        maxOrderSize: DecimalValue = .absent, tickSize: DecimalValue = .absent, stepSize: DecimalValue = .absent,
        minNotional: DecimalValue = .absent, isTiered: Bool = false, isInferred: Bool = false,
        isLastGood: Bool = false, listedAt: Timestamp = .absent, delistsAt: Timestamp = .absent,
        createdAt: Timestamp = .absent,
        updatedAt: Timestamp = .absent, lastSeen: Timestamp = .absent
    ) {
        self.id = id
        self.exchangeId = exchangeId
        self.isActive = isActive
        self.isTiered = isTiered
        self.isInferred = isInferred
        self.isLastGood = isLastGood
        kindCode = kind.rawValue
        payoffCode = payoff?.rawValue ?? 0
        optionTypeCode = optionType?.rawValue ?? 0
        self.precisionBase = precisionBase
        self.precisionQuote = precisionQuote
        self.precisionPrice = precisionPrice
        self.derivedDigits = derivedDigits
        self.symbolString = symbolString
        self.baseAsset = baseAsset
        self.quoteAsset = quoteAsset
        self.settleAsset = settleAsset
        decimals = DecimalColumns(
            mantissas: [
                contractSize.mantissa, strike.mantissa, minOrderSize.mantissa, maxOrderSize.mantissa, tickSize.mantissa,
                stepSize.mantissa, minNotional.mantissa,
            ],
            exponents: [
                contractSize.exponent, strike.exponent, minOrderSize.exponent, maxOrderSize.exponent, tickSize.exponent,
                stepSize.exponent, minNotional.exponent,
            ])
        self.expiresAt = expiresAt
        self.listedAt = listedAt
        self.delistsAt = delistsAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.lastSeen = lastSeen
    }

    /// A record that says nothing: what a failed lookup returns beside its status.
    public static var empty: SymbolRecord {
        var record = SymbolRecord(
            id: 0, exchangeId: 0, isActive: false, precisionBase: 0, precisionQuote: 0, precisionPrice: 0,
            symbolString: SymbolText(), baseAsset: AssetText(), quoteAsset: AssetText())
        record.kindCode = 0
        return record
    }

    /// What it is.
    public var kind: InstrumentKind {
        get { InstrumentKind(rawValue: kindCode) ?? .other }
        set { kindCode = newValue.rawValue }
    }

    /// How the gain of a contract follows the price; nil for a spot symbol, or where the venue does not say.
    public var payoff: Payoff? {
        get { Payoff(rawValue: payoffCode) }
        set { payoffCode = newValue?.rawValue ?? 0 }
    }

    /// Which right an option gives; nil for anything else.
    public var optionType: OptionType? {
        get { OptionType(rawValue: optionTypeCode) }
        set { optionTypeCode = newValue?.rawValue ?? 0 }
    }

    /// When the symbol becomes inactive by itself: the earlier of `expiresAt` and `delistsAt`; absent for never.
    public var due: Timestamp { .earliest(expiresAt, delistsAt) }

    /// The key under which the venue's own string finds this record.
    public var symbolKey: SymbolKey { SymbolKey(exchangeId: exchangeId, symbol: symbolString) }

    /// The key under which its pair finds this record.
    public var pairKey: PairKey { PairKey(exchangeId: exchangeId, base: baseAsset, quote: quoteAsset) }

    /// Whether both say the same to a reader: all fields but `updatedAt` and `lastSeen`. A row that differs from the
    /// one held in nothing else publishes nothing.
    public func isSameDefinition(as other: SymbolRecord) -> Bool {
        var other = other
        other.updatedAt = updatedAt
        other.lastSeen = lastSeen
        return self == other
    }
}
