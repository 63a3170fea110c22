import Measuring

/// A generated row of `symbols`, as COPY and as an import read it.
struct SymbolLine {
    /// Those of both, behind the exchange.
    private static let shared = """
        base_asset,quote_asset,symbol_string,kind,settle_asset,payoff,contract_size,expires_at,strike,option_type,\
        precision_base,precision_quote,precision_price,min_order_size,tick_size,step_size
        """
    static let columns = "exchange_id," + shared
    static let csvHeader = "exchange," + shared + "\n"

    private let exchangeIndex: Int
    /// Nil is NULL.
    private let values: [String?]

    init(index: Int, _ shape: ReferenceDatabase.Shape) {
        var key: [String?]
        switch shape {
        case .options where index % 10 != 0:
            let option = GeneratedOption(index: index / 10 * 9 + index % 10 - 1)
            let quote = GeneratedOption.quote
            exchangeIndex = 2
            key = [option.base, quote, option.symbol, "option", quote, "linear", "1", "\(option.day)T08:00:00Z"]
            key += [String(option.strike), option.isCall ? "call" : "put"]
        default:
            let symbol = GeneratedSymbol(index: index)
            let isPerpetual = symbol.isPerpetual && shape == .mixed
            exchangeIndex = shape == .mixed ? symbol.exchangeIndex : index % 2
            key = [symbol.base, symbol.quote, symbol.symbol, isPerpetual ? "perpetual" : "spot"]
            key += isPerpetual ? [symbol.quote, "linear", "1"] : [nil, nil, nil]
            key += [nil, nil, nil]
        }
        // As venues list them: the digits are those of the increment, so no line is worth a warning.
        let (baseDigits, priceDigits) = (1 + index % 8, 1 + index % 6)
        let (tick, step) = (Self.smallest(priceDigits), Self.smallest(baseDigits))
        values = key + ["\(baseDigits)", "8", "\(priceDigits)", step, tick, step]
    }

    /// The smallest number that has so many digits behind the point, at least one.
    private static func smallest(_ digitCount: Int) -> String {
        "0." + String(repeating: "0", count: digitCount - 1) + "1"
    }

    /// - Parameter ids: of `GeneratedSymbol.exchangeCodes`.
    func copied(_ ids: [String]) -> String {
        ids[exchangeIndex] + values.map { "\t" + ($0 ?? "\\N") }.joined() + "\n"
    }

    var csv: String {
        GeneratedSymbol.exchangeCodes[exchangeIndex] + values.map { "," + ($0 ?? "") }.joined() + "\n"
    }
}
