// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// What a symbol is.
@frozen public enum InstrumentKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The base asset itself, for the quote asset.
    case spot = 1
    /// A contract that never expires.
    case perpetual = 2
    /// A contract that is settled when it expires.
    case future = 3
    /// The right to buy or sell at `strike`, until it expires.
    case option = 4
    /// A spread, an index, a prediction or anything else; has no unified name.
    case other = 5

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .spot: "spot"
        case .perpetual: "perpetual"
        case .future: "future"
        case .option: "option"
        case .other: "other"
        }
    }
}
