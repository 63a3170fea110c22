/// One row of `symbols` as a plain block of memory: what loaders produce, snapshots hold and responses are written
/// from.
///
/// Copying it allocates and retains nothing.
@frozen
public struct SymbolRecord: Sendable, Hashable, BitwiseCopyable {
    /// The range of each of the three precisions: digits behind the point of a number that has 18 at most.
    public static let precisionRange: ClosedRange<UInt8> = 1...18

    /// The number of decimals, from `minOrderSize` on, one behind another: see `subscript(decimal:)`.
    package static let decimalCount = 5

    /// `symbols.id`, from 1.
    public var id: UInt32
    /// `symbols.exchange_id`, from 1.
    public var exchangeId: UInt16
    /// The symbol's own `is_active`; whether its exchange is active is said elsewhere.
    public var isActive: Bool
    /// Digits after the point of a quantity in base units.
    public var precisionBase: UInt8
    /// Digits after the point of an amount in quote units.
    public var precisionQuote: UInt8
    /// Digits after the point of a price.
    public var precisionPrice: UInt8
    /// The venue's own name for the symbol.
    public var symbolString: SymbolText
    /// The asset that is bought and sold.
    public var baseAsset: AssetText
    /// The asset that it is paid in.
    public var quoteAsset: AssetText
    /// The smallest order, in base units; absent where the venue names none.
    public var minOrderSize: DecimalValue
    /// The largest order, in base units; absent where the venue names none.
    public var maxOrderSize: DecimalValue
    /// The step of a price, in quote units; absent where the venue names none.
    public var tickSize: DecimalValue
    /// The step of a quantity, in base units; absent where the venue names none.
    public var stepSize: DecimalValue
    /// The smallest order by value, price times quantity, in quote units; absent where the venue names none.
    public var minNotional: DecimalValue
    /// When the row was made.
    public var createdAt: Timestamp
    /// When the row was changed last.
    public var updatedAt: Timestamp
    /// When the venue last listed the symbol.
    public var lastSeen: Timestamp

    /// Makes a row of its columns.
    public init(
        id: UInt32, exchangeId: UInt16, isActive: Bool = true, precisionBase: UInt8 = 8, precisionQuote: UInt8 = 8,
        precisionPrice: UInt8 = 8, symbolString: SymbolText, baseAsset: AssetText, quoteAsset: AssetText,
        minOrderSize: DecimalValue = .absent, maxOrderSize: DecimalValue = .absent, tickSize: DecimalValue = .absent,
        stepSize: DecimalValue = .absent, minNotional: DecimalValue = .absent, createdAt: Timestamp = .absent,
        updatedAt: Timestamp = .absent, lastSeen: Timestamp = .absent
    ) {
        self.id = id
        self.exchangeId = exchangeId
        self.isActive = isActive
        self.precisionBase = precisionBase
        self.precisionQuote = precisionQuote
        self.precisionPrice = precisionPrice
        self.symbolString = symbolString
        self.baseAsset = baseAsset
        self.quoteAsset = quoteAsset
        self.minOrderSize = minOrderSize
        self.maxOrderSize = maxOrderSize
        self.tickSize = tickSize
        self.stepSize = stepSize
        self.minNotional = minNotional
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.lastSeen = lastSeen
    }

    /// A record that says nothing: what a failed lookup returns beside its status.
    public static var empty: SymbolRecord {
        SymbolRecord(
            id: 0, exchangeId: 0, isActive: false, precisionBase: 0, precisionQuote: 0, precisionPrice: 0,
            symbolString: SymbolText(), baseAsset: AssetText(), quoteAsset: AssetText())
    }

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
