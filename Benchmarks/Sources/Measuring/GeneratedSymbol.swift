/// Symbol number `index` of the key set that everything is measured with: database, peers and microbenchmarks alike.
///
/// Five letters name the base asset, scattered over the alphabet, so that neighbours in the table are no neighbours in
/// the name. Three venues spell the pair in their own way.
public struct GeneratedSymbol: Sendable {
    public static let exchangeCodes = ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"]
    private static let quotes = ["USDT", "USDC", "BTC", "ETH"]
    /// 26⁵: so many names there are.
    public static let countMax = 11_881_376

    public let base: String
    public let quote: String
    public let symbol: String
    /// Into `exchangeCodes`.
    public let exchangeIndex: Int

    public init(index: Int) {
        // Odd and no multiple of 13, so a permutation of the names.
        var scattered = (index &* 7_368_787) % Self.countMax
        var letters: [UInt8] = []
        for _ in 0..<5 {
            letters.append(UInt8(ascii: "A") + UInt8(scattered % 26))
            scattered /= 26
        }
        base = String(decoding: letters.reversed(), as: UTF8.self)
        exchangeIndex = index % Self.exchangeCodes.count
        quote = Self.quotes[index / Self.exchangeCodes.count % Self.quotes.count]
        symbol = exchangeIndex == 0 ? base + quote : base + "_" + quote
    }

    /// No generated symbol has it: a key for a miss.
    public static func missing(index: Int) -> String { "\(GeneratedSymbol(index: index).base)-X" }

    /// No generated symbol has it, spot, perpetual or option: a unified name for a miss.
    public static func missingName(index: Int) -> String { "\(GeneratedSymbol(index: index).base)/USDT:USDT-990101" }
}

extension GeneratedSymbol {
    public var exchangeCode: String { Self.exchangeCodes[exchangeIndex] }

    /// A perpetual, linear and settled in the quote asset; else a spot symbol.
    public var isPerpetual: Bool { exchangeIndex == 2 }
}
