import SymbologyStore

/// The newest quote of each venue of each pair, and which of them cross.
struct CrossingWatch {
    struct Pair: Hashable {
        let base: String
        let quote: String
    }

    /// One venue asks less than another bids.
    struct Crossing: CustomStringConvertible {
        let pair: Pair
        let buy: LegacyBookTicker
        let sell: LegacyBookTicker
        let time: Timestamp

        /// Exact: a spread has no more digits than its prices. Fees and depth are not in it.
        var description: String {
            let gain = (try? sell.bidPrice.subtracting(buy.askPrice))?.description ?? "?"
            return "\(time) \(pair.base)/\(pair.quote) buy \(buy.exchange) at \(buy.askPrice) "
                + "sell \(sell.exchange) at \(sell.bidPrice) gain \(gain)"
        }
    }

    /// What is older says nothing about now.
    private static let ageMicrosecondsMax: Int64 = 300_000_000

    private var quotes: [Pair: [String: LegacyBookTicker]] = [:]

    /// Takes a quote, and gives the widest crossing that it makes with those of other venues.
    mutating func observe(_ quote: LegacyBookTicker) -> Crossing? {
        let pair = Pair(base: quote.symbolBase, quote: quote.symbolQuote)
        quotes[pair, default: [:]][quote.exchange] = quote
        let oldest = quote.time.microsecondsSince1970 - Self.ageMicrosecondsMax
        let others = (quotes[pair] ?? [:]).values.filter {
            $0.exchange != quote.exchange && $0.time.microsecondsSince1970 >= oldest
        }
        if let buy = others.min(by: { $0.askPrice < $1.askPrice }), quote.bidPrice > buy.askPrice {
            return Crossing(pair: pair, buy: buy, sell: quote, time: quote.time)
        }
        if let sell = others.max(by: { $0.bidPrice < $1.bidPrice }), sell.bidPrice > quote.askPrice {
            return Crossing(pair: pair, buy: quote, sell: sell, time: quote.time)
        }
        return nil
    }
}
