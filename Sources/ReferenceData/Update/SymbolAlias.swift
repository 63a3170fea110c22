/// A further key of a symbol, such as its name before a rename. A live key always beats it.
public struct SymbolAlias: Sendable, Hashable {
    public var key: SymbolKey
    public var symbolId: UInt32

    public init(key: SymbolKey, symbolId: UInt32) {
        self.key = key
        self.symbolId = symbolId
    }
}
