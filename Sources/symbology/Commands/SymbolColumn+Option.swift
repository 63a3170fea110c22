import ReferenceData

extension SymbolColumn: OptionColumn {
    var explanation: (valueName: String, help: String)? {
        switch self {
        case .exchange, .symbolString, .id, .createdAt, .updatedAt: nil
        case .baseAsset: ("asset", "What is traded: BTC.")
        case .quoteAsset: ("asset", "What it is paid with: USDT.")
        case .isActive: ("flag", "true or false.")
        case .precisionBase: ("count", "Digits of a quantity, 1 to 18.")
        case .precisionQuote: ("count", "Digits of an amount, 1 to 18.")
        case .precisionPrice: ("count", "Digits of a price, 1 to 18.")
        case .minOrderSize: ("decimal", "Smallest quantity of an order.")
        case .maxOrderSize: ("decimal", "Largest quantity of an order.")
        case .tickSize: ("decimal", "Smallest price step.")
        case .stepSize: ("decimal", "Smallest quantity step.")
        case .minNotional: ("decimal", "Smallest value of an order, in quote assets.")
        case .lastSeen: ("time", "When the venue last listed it.")
        }
    }
}
