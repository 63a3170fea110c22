/// A base and a quote asset, both present.
struct PairText: Sendable {
    let base: String
    let quote: String

    init(base: String, quote: String) {
        self.base = base
        self.quote = quote
    }

    /// `BASE/QUOTE`. An asset that holds a `/` itself is said by --base and --quote.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        base = String(parts[0])
        quote = String(parts[1])
    }

    /// As a command takes it.
    var argument: String {
        let isPlain = !base.contains("/") && !quote.contains("/")
        return Cell.escapeControls(
            isPlain ? "\(base)/\(quote)".shellWord : "--base \(base.shellWord) --quote \(quote.shellWord)")
    }

    var shown: String { "\(Cell.escapeControls(base))/\(Cell.escapeControls(quote))" }
}
