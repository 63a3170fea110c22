// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Which right an option gives.
@frozen public enum OptionType: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// To buy.
    case call = 1
    /// To sell.
    case put = 2

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .call: "call"
        case .put: "put"
        }
    }
}
