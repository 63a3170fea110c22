/// An asset as lists order it: ASCII case folded, then byte for byte.
struct AssetName: Comparable, BitwiseCopyable {
    let text: AssetText
    let folded: FoldedText

    init(_ text: AssetText) {
        self.text = text
        folded = FoldedText(text)
    }

    static func < (left: AssetName, right: AssetName) -> Bool {
        left.folded == right.folded ? left.text.precedes(right.text) : left.folded < right.folded
    }

    static func == (left: AssetName, right: AssetName) -> Bool { left.text == right.text }
}
