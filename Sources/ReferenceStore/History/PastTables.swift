import ReferenceData

/// What a statement reads from: the reference tables, or what was in them at a moment (`007_as_of.up.sql`).
struct PastTables: Sendable {
    let exchanges: String
    let symbols: String
    /// Those that had not expired.
    let aliases: String

    /// The tables as they are.
    static let present = PastTables(
        exchanges: "exchanges", symbols: "symbols",
        aliases: "(SELECT * FROM symbol_aliases WHERE expires_at > now())")

    private init(exchanges: String, symbols: String, aliases: String) {
        self.exchanges = exchanges
        self.symbols = symbols
        self.aliases = aliases
    }

    /// The tables at a moment. A COPY takes no parameters, and the text of a time holds nothing but digits and marks.
    init(asOf time: Timestamp) {
        func table(_ name: String) -> String { "reference_as_of(NULL::\(name), timestamptz '\(time)')" }
        exchanges = table("exchanges")
        symbols = table("symbols")
        aliases = "(SELECT * FROM \(table("symbol_aliases")) WHERE expires_at > timestamptz '\(time)')"
    }
}
