/// `BASE/QUOTE`, both present.
struct PairText {
    let base: String
    let quote: String

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        base = String(parts[0])
        quote = String(parts[1])
    }
}
