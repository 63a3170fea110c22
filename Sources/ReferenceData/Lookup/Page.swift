/// Some rows of a list, why there are none, and whether more follow.
///
/// Every list has this shape: symbols, exchanges, pairs, assets, refused rows. Where a list takes a position, the next
/// page begins after the last row of this one:
///
/// ```swift
/// var after: UInt32 = 0
/// var hasMore = true
/// while hasMore {
///     let page = try client.symbols(exchange: "GATEIO_SPOT", activeOnly: true, afterSymbolId: after, limit: 1_000)
///     guard page.status == .ok else { break }  // `unknownExchange`, `notLoaded`
///     for symbol in page.rows { print(symbol.id, symbol.symbolString) }
///     after = page.rows.last?.id ?? after
///     hasMore = page.hasMore && !page.rows.isEmpty
/// }
/// ```
public struct Page<Row: Sendable & Hashable>: Sendable, Hashable, LookupAnswer {
    /// `ok`, also for a list without rows; or why nobody can say: `notLoaded`, `unknownExchange`, `refused`,
    /// `malformed` for a text that no row can have, `generationGone` where the symbol that a list of contracts should
    /// begin behind is not served.
    public var status: ResolutionStatus
    /// The rows in the order of the list; empty unless the status is `ok`.
    public var rows: [Row]
    /// Whether the list goes on after the last row, or may: a server looks at boundedly many rows for a page.
    public var hasMore: Bool

    /// Makes a page of rows that are known.
    public init(status: ResolutionStatus = .ok, rows: [Row] = [], hasMore: Bool = false) {
        self.status = status
        self.rows = rows
        self.hasMore = hasMore
    }
}

/// Some symbols of a list.
public typealias SymbolPage = Page<Symbol>

/// Some exchanges of a list.
public typealias ExchangePage = Page<Exchange>

/// Some pairs of a list, each with its symbols.
public typealias PairPage = Page<PairListing>

/// Some assets of a list, each with its counts of symbols.
public typealias AssetPage = Page<AssetListing>
