// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// What a venue trades.
@frozen public enum MarketType: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The thing itself.
    case spot = 1
    /// Contracts for later delivery, perpetual ones too.
    case futures = 2
    /// Rights to buy or sell later.
    case options = 3

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .spot: "spot"
        case .futures: "futures"
        case .options: "options"
        }
    }
}
