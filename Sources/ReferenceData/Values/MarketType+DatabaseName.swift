extension MarketType {
    /// The type of a value of `exchanges.market_type`; nil for a name that is none of them.
    public init?(databaseName: String) {
        switch databaseName {
        case "SPOT": self = .spot
        case "FUTURES": self = .futures
        case "OPTIONS": self = .options
        default: return nil
        }
    }

    /// The value of `exchanges.market_type`.
    public var databaseName: String {
        switch self {
        case .spot: "SPOT"
        case .futures: "FUTURES"
        case .options: "OPTIONS"
        }
    }
}
