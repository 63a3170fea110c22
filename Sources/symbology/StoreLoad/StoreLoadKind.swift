/// What a load test does, and how often of a hundred times.
enum StoreLoadKind: Int, CaseIterable, Sendable {
    case insertQuote, latestQuote, quoteRange, arbitrage, insertBalance, latestBalances, recordOrder, order

    var name: String {
        switch self {
        case .insertQuote: "insert_quote"
        case .latestQuote: "latest_quote"
        case .quoteRange: "quote_range"
        case .arbitrage: "arbitrage"
        case .insertBalance: "insert_balance"
        case .latestBalances: "latest_balances"
        case .recordOrder: "record_order"
        case .order: "order"
        }
    }

    private var share: Int {
        switch self {
        case .insertQuote: 50
        case .latestQuote: 25
        case .quoteRange: 10
        case .arbitrage: 1
        case .insertBalance, .recordOrder, .order: 4
        case .latestBalances: 2
        }
    }

    private static let hundred = allCases.flatMap { Array(repeating: $0, count: $0.share) }

    /// Of the operation at an index; 37 and 100 have no common divisor, so that the kinds take turns.
    static func ofOperation(_ index: Int) -> StoreLoadKind { hundred[index * 37 % 100] }
}
