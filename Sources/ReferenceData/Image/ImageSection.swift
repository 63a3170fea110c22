/// The sections of an image, in the order in which they lie. Those after `searchIndex` are in files only.
enum ImageSection: Int, CaseIterable {
    /// Slots keyed by exchange and symbol string, and by exchange and unified name.
    case symbolSlots
    /// Slots keyed by exchange, base and quote.
    case pairSlots
    /// The pilots of the two perfect hashes: one byte a bucket.
    case symbolPilots
    case pairPilots
    /// Rows in id order.
    case rows
    /// Those of nothing, then the terms of rows that have any, in the order of their rows.
    case terms
    /// See `IdBlock`; none where ids lie far apart.
    case idBlocks
    /// Hash table from id to row; empty where there are blocks.
    case idEntries
    /// By exchange id: where its members begin, how many they are, how many of them are live.
    case exchangeRanges
    /// Row indexes, by exchange, then in id order.
    case exchangeMembers
    /// Row indexes in folded order of the symbol string.
    case symbolOrder
    /// Positions in the symbol order, by folded base, then quote, exchange, expiry (none first), strike, option type
    /// (call first) and id: finds pairs, contracts and base prefixes.
    case pairOrder
    /// Positions in the symbol order, by folded quote; ascending within a quote.
    case quoteOrder
    /// See `SharedKeys`.
    case sharedKeys
    /// Row indexes of those that are active in the table and will be due or are, in the order in which they are.
    case dueOrder
    /// See `SearchIndex`.
    case searchIndex
    /// Exchanges in id order.
    case exchanges
    case aliases
    case refusedRows
    /// UTF-8: the `pg_snapshot`, then the reasons of the refused rows.
    case texts

    /// The sections of a main image.
    static let mainCases = allCases[...ImageSection.searchIndex.rawValue]
    /// The sections behind them, which only a file has.
    static let tailCases = allCases[ImageSection.exchanges.rawValue...]

    /// Bytes of one element.
    var elementByteCount: Int {
        switch self {
        case .symbolSlots, .pairSlots: SlotLayout.byteCount
        case .symbolPilots, .pairPilots, .searchIndex, .texts: 1
        case .rows: RowLayout.byteCount
        case .terms: TermsLayout.byteCount
        case .idBlocks: IdBlock.byteCount
        case .idEntries, .sharedKeys: 8
        case .exchangeRanges: 12
        case .exchangeMembers, .symbolOrder, .pairOrder, .quoteOrder, .dueOrder: 4
        case .exchanges: ExchangeLayout.byteCount
        case .aliases: AliasLayout.byteCount
        case .refusedRows: RefusedRowLayout.byteCount
        }
    }
}
