/// What a row says of itself that can hardly be true together. Nothing of it is refused: venues do list such things.
///
/// Judged by SQL, so that import, management and validation mean the same by it.
package enum SymbolContradiction: Int, CaseIterable {
    case priceDigits, quantityDigits, smallestOrder
    /// The payoff decides the unit of a contract's size, so that one of another settle asset is a wrong size.
    case payoff

    /// Whether a row is so; NULL is no.
    package func condition(of row: String) -> String {
        switch self {
        case .priceDigits: "\(row).precision_price < scale(trim_scale(\(row).tick_size))"
        case .quantityDigits: "\(row).precision_base < scale(trim_scale(\(row).step_size))"
        case .smallestOrder: "\(row).min_order_size % nullif(\(row).step_size, 0) <> 0"
        case .payoff:
            """
            CASE \(row).payoff WHEN 'linear' THEN \(row).settle_asset = \(row).base_asset
                 WHEN 'inverse' THEN \(row).settle_asset = \(row).quote_asset
                 WHEN 'quanto' THEN \(row).settle_asset IN (\(row).base_asset, \(row).quote_asset) END
            AND \(row).base_asset <> \(row).quote_asset
            """
        }
    }

    /// It in words.
    package func text(of row: String) -> String {
        switch self {
        case .priceDigits:
            """
            format('precision_price %s contradicts tick_size %s', \(row).precision_price,
                   trim_scale(\(row).tick_size))
            """
        case .quantityDigits:
            """
            format('precision_base %s contradicts step_size %s', \(row).precision_base, trim_scale(\(row).step_size))
            """
        case .smallestOrder:
            """
            format('min_order_size %s is no multiple of step_size %s', trim_scale(\(row).min_order_size),
                   trim_scale(\(row).step_size))
            """
        case .payoff:
            """
            format('payoff %s contradicts settle_asset %s, the %s asset', \(row).payoff, \(row).settle_asset,
                   CASE WHEN \(row).settle_asset = \(row).base_asset THEN 'base' ELSE 'quote' END)
            """
        }
    }

    /// Rows of (rank, text), one for each, whose text is NULL where a row is not so.
    /// - Parameter firstRank: of the first; the others follow.
    static func values(of row: String, firstRank: Int = 0) -> String {
        allCases.map { contradiction in
            """
            (\(firstRank + contradiction.rawValue), CASE WHEN \(contradiction.condition(of: row))
                                                         THEN \(contradiction.text(of: row)) END)
            """
        }.joined(separator: ", ")
    }

    /// Whether a row is so in any way.
    static func anyCondition(of row: String) -> String {
        "(\(allCases.map { "(\($0.condition(of: row)))" }.joined(separator: " OR ")))"
    }
}
