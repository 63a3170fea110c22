// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

/// Where the text of `SearchSymbols` must stand.
@frozen public enum SearchMode: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// The text begins the symbol string, the base or the quote asset.
    case prefix = 1
    /// The text occurs in one of them.
    case substring = 2

    /// The name in snake_case, as scripts see it.
    public var name: String {
        switch self {
        case .prefix: "prefix"
        case .substring: "substring"
        }
    }
}
