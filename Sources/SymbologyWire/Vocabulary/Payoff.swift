// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// How the gain of a contract follows the price.
@frozen public enum Payoff: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Settled in the quote asset.
    case linear = 1
    /// Settled in the base asset.
    case inverse = 2
    /// Settled in a third asset at a fixed rate.
    case quanto = 3

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .linear: "linear"
        case .inverse: "inverse"
        case .quanto: "quanto"
        }
    }
}
