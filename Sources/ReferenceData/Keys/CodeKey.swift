/// A prepared key: an exchange's code and the venue's own symbol string, for whoever does not know the exchange's id,
/// which can be another one in another life of the tables.
///
/// Asked for in one frame. Once the id is known a `SymbolKey` is half as long. Copying allocates nothing.
@frozen
public struct CodeKey: Sendable, Hashable, BitwiseCopyable {
    /// The exchange's enum value, or else its name.
    public let code: SymbolText
    /// The venue's own string.
    public let symbol: SymbolText

    /// Nil when one of them is empty, longer than 50 bytes of UTF-8, or contains NUL. O(length).
    public init?(code: String, symbol: String) {
        guard let code = SymbolText(code), let symbol = SymbolText(symbol), !code.isEmpty, !symbol.isEmpty else {
            return nil
        }
        self.code = code
        self.symbol = symbol
    }
}
