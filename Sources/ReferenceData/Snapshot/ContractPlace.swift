/// Where a row stands among the rows of its pair: by exchange id, expiry (none first), strike (none first), option type
/// (none, calls, puts), then id. No two rows have one place.
struct ContractPlace: Comparable, BitwiseCopyable {
    let exchangeId: UInt16
    let expiresAt: Timestamp
    let strike: DecimalValue
    /// The raw value of the option type; 0 for none.
    let optionType: UInt8
    let id: UInt32

    /// Before all rows of a pair.
    static let start = ContractPlace(before: .absent, onExchange: 0)

    /// Before the contracts of an exchange that expire at a time or later.
    init(before expiresAt: Timestamp, onExchange exchangeId: UInt16) {
        self.exchangeId = exchangeId
        self.expiresAt = expiresAt
        strike = .absent
        optionType = 0
        id = 0
    }

    init(exchangeId: UInt16, expiresAt: Timestamp, strike: DecimalValue, optionType: UInt8, id: UInt32) {
        self.exchangeId = exchangeId
        self.expiresAt = expiresAt
        self.strike = strike
        self.optionType = optionType
        self.id = id
    }

    init(_ record: SymbolRecord) {
        exchangeId = record.exchangeId
        expiresAt = record.expiresAt
        strike = record.strike
        optionType = record.optionType?.rawValue ?? 0
        id = record.id
    }

    static func < (left: ContractPlace, right: ContractPlace) -> Bool {
        if left.exchangeId != right.exchangeId { return left.exchangeId < right.exchangeId }
        if left.expiresAt != right.expiresAt { return left.expiresAt < right.expiresAt }
        if left.strike != right.strike { return left.strike < right.strike }
        if left.optionType != right.optionType { return left.optionType < right.optionType }
        return left.id < right.id
    }
}
