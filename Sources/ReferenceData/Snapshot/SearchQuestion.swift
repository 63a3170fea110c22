/// The parameters of a search.
struct SearchQuestion {
    let needle: SearchNeedle
    let mode: SearchMode
    /// 0 is every exchange.
    let exchangeId: UInt16
    let activeOnly: Bool
    /// How many of the best matches are wanted, at least 1.
    let keptCount: Int
}
