/// A kind of market data: a table by symbol, and the legacy table that feeds it.
public enum MarketDataSource: String, Sendable, CaseIterable {
    case bookTicker = "book_ticker"
    case trade

    /// The table by symbol.
    public var targetName: String {
        switch self {
        case .bookTicker: "book_ticker_snapshots_v2"
        case .trade: "trade_snapshots_v2"
        }
    }

    /// What the legacy table may be called; the first that has rows is it.
    var legacyNames: [String] {
        switch self {
        case .bookTicker: ["book_ticker_snapshots"]
        case .trade: ["trade_snapshots", "trades"]
        }
    }

    /// The trigger function of the mirror.
    var mirrorName: String { "\(rawValue)_mirror" }

    /// What tells a row of a legacy table: columns of both shapes, none of which may be missing.
    static let keyColumns = ["id", "timestamp", "exchange", "symbol_base", "symbol_quote"]

    /// Ids from here on are those of rows that no legacy table has; see migration 011.
    static let ownIdMin = "4503599627370496"

    /// The columns besides the key that a legacy table must have.
    var requiredColumns: [String] {
        switch self {
        case .bookTicker: ["bid_price", "bid_qty", "ask_price", "ask_qty"]
        case .trade: ["price", "quantity", "side", "trade_id"]
        }
    }

    /// What the table by symbol asks of a legacy row `row`, which may be NULL where it does not hold.
    func isAcceptable(_ row: String) -> String {
        let rules =
            switch self {
            case .bookTicker:
                "\(row).bid_price > 0 AND \(row).bid_qty > 0 AND \(row).ask_qty > 0 "
                    + "AND \(row).ask_price >= \(row).bid_price"
            case .trade:
                // What is longer than an index takes would raise.
                "\(row).price > 0 AND \(row).quantity > 0 AND lower(\(row).side) IN ('buy', 'sell') "
                    + "AND (octet_length(\(row).trade_id) > 2000) IS NOT TRUE"
            }
        return "\(rules) AND \(row).id < \(Self.ownIdMin)"
    }

    /// A column of a legacy row `row` as the table by symbol has it.
    func converted(_ column: String, of row: String) -> String {
        self == .trade && column == "side"
            ? "CASE lower(\(row).side) WHEN 'buy' THEN 1 WHEN 'sell' THEN 2 END" : "\(row).\"\(column)\""
    }

    /// The way back, for comparisons.
    func restored(_ column: String, of row: String) -> String {
        self == .trade && column == "side"
            ? "CASE \(row).side WHEN 1 THEN 'buy' WHEN 2 THEN 'sell' END" : "\(row).\"\(column)\""
    }

    /// A column of a legacy row as it is compared.
    func compared(_ column: String, of row: String) -> String {
        self == .trade && column == "side" ? "lower(\(row).side)" : "\(row).\"\(column)\""
    }
}
