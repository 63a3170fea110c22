/// A pair as lists order it: by base, then by quote.
struct PairName: Equatable, BitwiseCopyable {
    let base: AssetName
    let quote: AssetName

    init(base: AssetName, quote: AssetName) {
        self.base = base
        self.quote = quote
    }

    init(_ view: RowView, _ index: Int) {
        self.init(base: AssetName(view.baseText(at: index)), quote: AssetName(view.quoteText(at: index)))
    }

    /// Whether the pair of a row stands before this one. Texts are folded only as far as it takes.
    func isBehind(_ view: RowView, _ index: Int) -> Bool {
        let other = view.baseText(at: index)
        if other != base.text { return AssetName(other) < base }
        let otherQuote = view.quoteText(at: index)
        return otherQuote != quote.text && AssetName(otherQuote) < quote
    }

    static func < (left: PairName, right: PairName) -> Bool {
        left.base == right.base ? left.quote < right.quote : left.base < right.base
    }
}
