import ArgumentParser
import ReferenceData

/// A pair as two options, for assets that hold a `/` themselves.
struct PairOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The base asset, where it holds a / (BRK/B).", valueName: "asset"))
    var base: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The quote asset, where one of them holds a /.", valueName: "asset")
    )
    var quote: String?

    /// The pair that they name; nil where they are not given.
    var pair: PairText? {
        guard let base, let quote else { return nil }
        return PairText(base: base, quote: quote)
    }

    mutating func validate() throws {
        guard (base == nil) == (quote == nil) else {
            throw ValidationError("--base and --quote name a pair together: give both")
        }
        try pair.map(Self.require)
    }

    /// The pair of these options, or else of a text.
    /// - Throws: what is wrong with it.
    func pair(or text: String?) throws(ValidationError) -> PairText {
        if let pair {
            if let text {
                throw ValidationError(
                    "\"\(Cell.escapeControls(text))\" is a second pair, besides --base and --quote: give one of them")
            }
            return pair
        }
        guard let text else { throw ValidationError("which pair? write BASE/QUOTE, for example BTC/USDT") }
        guard let pair = PairText(text) else {
            let next =
                text.count { $0 == "/" } > 1
                ? "say which part is which with --base and --quote" : "write BASE/QUOTE, for example BTC/USDT"
            throw ValidationError("\"\(Cell.escapeControls(text))\" is no pair: \(next)")
        }
        try Self.require(pair)
        return pair
    }

    private static func require(_ pair: PairText) throws(ValidationError) {
        for asset in [pair.base, pair.quote] where !(1...AssetText.byteCountMax).contains(asset.utf8.count) {
            throw ValidationError("an asset has 1 to \(AssetText.byteCountMax) bytes, not \(asset.utf8.count)")
        }
    }
}
