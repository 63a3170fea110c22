/// An asset as lists order it: ASCII case folded, then byte for byte.
struct AssetName: BitwiseCopyable {
    let text: AssetText
    let folded: FoldedText

    init(_ text: AssetText) {
        self.text = text
        folded = FoldedText(text)
    }

    static func < (left: AssetName, right: AssetName) -> Bool {
        left.folded == right.folded ? left.text.precedes(right.text) : left.folded < right.folded
    }
}

/// A pair as lists order it: by base, then by quote.
struct PairName: BitwiseCopyable {
    let base: AssetName
    let quote: AssetName

    init(_ view: RowView, _ index: Int) {
        base = AssetName(view.baseText(at: index))
        quote = AssetName(view.quoteText(at: index))
    }

    /// Whether the pair of a row stands before this one. Texts are folded only as far as it takes.
    func isBehind(_ view: RowView, _ index: Int) -> Bool {
        let other = view.baseText(at: index)
        if other != base.text { return AssetName(other) < base }
        let otherQuote = view.quoteText(at: index)
        return otherQuote != quote.text && AssetName(otherQuote) < quote
    }

    static func < (left: PairName, right: PairName) -> Bool {
        left.base.text == right.base.text ? left.quote < right.quote : left.base < right.base
    }

    static func == (left: PairName, right: PairName) -> Bool {
        left.base.text == right.base.text && left.quote.text == right.quote.text
    }
}
