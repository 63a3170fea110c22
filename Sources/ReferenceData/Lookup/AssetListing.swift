/// An asset, and how many symbols have it on each side.
public struct AssetListing: Sendable, Hashable {
    /// The asset as the tables write it.
    public var asset: String
    /// Symbols whose base it is.
    public var baseSymbolCount: Int
    /// Symbols whose quote it is.
    public var quoteSymbolCount: Int

    /// Makes a listing of an asset whose symbols are counted.
    public init(asset: String, baseSymbolCount: Int, quoteSymbolCount: Int) {
        self.asset = asset
        self.baseSymbolCount = baseSymbolCount
        self.quoteSymbolCount = quoteSymbolCount
    }

    /// Symbols that have it. A contract of an asset in itself counts twice.
    public var symbolCount: Int { baseSymbolCount + quoteSymbolCount }
}
