import ReferenceData

extension SymbolColumn: OptionColumn {
    var explanation: (valueName: String, help: String)? {
        switch self {
        case .exchange, .symbolString, .id, .isLastGood, .createdAt, .updatedAt: nil
        case .baseAsset: ("asset", "What is traded: BTC.")
        case .quoteAsset: ("asset", "What it is paid with: USDT.")
        case .isActive: ("flag", "true or false.")
        case .kind: ("kind", "spot, perpetual, future, option or other.")
        case .settleAsset: ("asset", "What a contract settles in: USDT.")
        case .payoff: ("payoff", "linear, inverse or quanto.")
        case .contractSize: ("decimal", "What one contract is of, in base, quote or settle assets.")
        case .expiresAt: ("time", "When a future or an option expires.")
        case .strike: ("decimal", "Price at which an option may be exercised.")
        case .optionType: ("type", "call or put.")
        case .isTiered: ("flag", "Whether the tick depends on the price.")
        case .isInferred: ("flag", "Whether digits, tick and step were read off market data.")
        case .listedAt: ("time", "When the venue lists it.")
        case .delistsAt: ("time", "When the venue delists it.")
        case .precisionBase: ("count", "Digits of a quantity, 0 to 254.")
        case .precisionQuote: ("count", "Digits of an amount, 0 to 254.")
        case .precisionPrice: ("count", "Digits of a price, 0 to 254.")
        case .minOrderSize: ("decimal", "Smallest quantity of an order.")
        case .maxOrderSize: ("decimal", "Largest quantity of an order.")
        case .tickSize: ("decimal", "Smallest price step.")
        case .stepSize: ("decimal", "Smallest quantity step.")
        case .minNotional: ("decimal", "Smallest value of an order, in quote assets.")
        case .lastSeen: ("time", "When the venue last listed it.")
        }
    }
}
