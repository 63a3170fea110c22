/// Questions about the tables as a whole, for people and for what compares venues.
///
/// Exchanges, errors and threads are as in `SymbolResolving`.
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
