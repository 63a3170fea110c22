/// Option number `index` of an option chain of generated assets: 3 expiries, 15 strikes, calls and puts of each.
///
/// They expire in 2099, so that all of them live whenever this is measured.
public struct GeneratedOption: Sendable {
    public static let countOfAsset = 90
    public static let quote = "USDT"
    private static let days = ["2099-03-27", "2099-06-26", "2099-09-25"]

    public let base: String
    /// `YYYY-MM-DD`; at 08:00 UTC.
    public let day: String
    public let strike: Int
    public let isCall: Bool

    public init(index: Int) {
        let (asset, number) = index.quotientAndRemainder(dividingBy: Self.countOfAsset)
        base = GeneratedSymbol(index: asset).base
        day = Self.days[number / 30]
        strike = 50_000 + 5_000 * (number / 2 % 15)
        isCall = number % 2 == 0
    }

    private var digits: String { day.filter { $0 != "-" } }

    /// As a venue writes it.
    public var symbol: String { "\(base)_\(Self.quote)-\(digits)-\(strike)-\(isCall ? "C" : "P")" }
    /// The unified name.
    public var name: String {
        "\(base)/\(Self.quote):\(Self.quote)-\(digits.dropFirst(2))-\(strike)-\(isCall ? "C" : "P")"
    }
}
