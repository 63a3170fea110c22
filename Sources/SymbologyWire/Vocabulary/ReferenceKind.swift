// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Which table a change or a refused row is of.
@frozen public enum ReferenceKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// Anything may have changed: read again what you hold.
    case everything = 0
    /// One row of `exchanges`.
    case exchange = 1
    /// One row of `symbols`.
    case symbol = 2

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .everything: "everything"
        case .exchange: "exchange"
        case .symbol: "symbol"
        }
    }
}
