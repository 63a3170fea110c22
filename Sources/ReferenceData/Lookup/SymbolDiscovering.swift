/// A pair, and the symbols that trade it.
public struct PairListing: Sendable, Hashable {
    public var base: String
    public var quote: String
    /// One per exchange that lists the pair, in order of exchange id.
    public var symbols: [Symbol]

    public init(base: String, quote: String, symbols: [Symbol]) {
        self.base = base
        self.quote = quote
        self.symbols = symbols
    }
}

/// Some pairs of a list, and whether more follow.
public struct PairPage: Sendable, Hashable {
    public var status: ResolutionStatus
    public var pairs: [PairListing]
    public var hasMore: Bool

    public init(status: ResolutionStatus = .ok, pairs: [PairListing] = [], hasMore: Bool = false) {
        self.status = status
        self.pairs = pairs
        self.hasMore = hasMore
    }
}

extension PairPage {
    /// Adds the next symbol in the order of pairs.
    package mutating func append(_ symbol: Symbol) {
        if let last = pairs.last, last.base.hasBytes(of: symbol.baseAsset),
            last.quote.hasBytes(of: symbol.quoteAsset)
        {
            pairs[pairs.count - 1].symbols.append(symbol)
        } else {
            pairs.append(PairListing(base: symbol.baseAsset, quote: symbol.quoteAsset, symbols: [symbol]))
        }
    }

    /// Leaves at most `limit` pairs.
    package mutating func cut(to limit: Int) {
        guard pairs.count > limit else { return }
        pairs.removeLast(pairs.count - limit)
        hasMore = true
    }
}

/// An asset, and how many symbols have it on each side.
public struct AssetListing: Sendable, Hashable {
    public var asset: String
    /// Symbols whose base it is.
    public var baseSymbolCount: Int
    /// Symbols whose quote it is.
    public var quoteSymbolCount: Int

    public init(asset: String, baseSymbolCount: Int, quoteSymbolCount: Int) {
        self.asset = asset
        self.baseSymbolCount = baseSymbolCount
        self.quoteSymbolCount = quoteSymbolCount
    }

    /// Symbols that have it: base and quote of a symbol differ.
    public var symbolCount: Int { baseSymbolCount + quoteSymbolCount }
}

/// Some assets of a list, and whether more follow.
public struct AssetPage: Sendable, Hashable {
    public var status: ResolutionStatus
    public var assets: [AssetListing]
    public var hasMore: Bool

    public init(status: ResolutionStatus = .ok, assets: [AssetListing] = [], hasMore: Bool = false) {
        self.status = status
        self.assets = assets
        self.hasMore = hasMore
    }
}

/// Questions about the tables as a whole, for people and for what compares venues; as `SymbolResolving`.
public protocol SymbolDiscovering: SymbolResolving {
    /// Pairs that at least `venueCountMin` exchanges list, in order of base and quote (ASCII case folded, then byte for
    /// byte), at most `limit`.
    ///
    /// With `activeOnly` neither inactive symbols nor those of inactive exchanges count or are given.
    mutating func pairs(venueCountMin: Int, activeOnly: Bool, limit: Int) throws(Failure) -> PairPage

    /// The assets of an exchange with their counts of symbols, in order (ASCII case folded, then byte for byte), those
    /// after `after`, at most `limit`; nil is every exchange, and the beginning.
    mutating func assets(
        exchange: String?, activeOnly: Bool, after: String?, limit: Int
    ) throws(Failure) -> AssetPage

    /// Symbols that their venue has not listed since a time, in id order after `afterSymbolId`, at most `limit`; nil is
    /// every exchange.
    ///
    /// What counts is `lastSeen` or, for a symbol never seen, `createdAt`; without either it is given. An image knows
    /// `lastSeen` as of the row's last change or the last full reconcile, because seeing a symbol again changes nothing
    /// that readers hear of.
    mutating func symbols(
        exchange: String?, notSeenSince: Timestamp, activeOnly: Bool, afterSymbolId: UInt32, limit: Int
    ) throws(Failure) -> SymbolPage
}
