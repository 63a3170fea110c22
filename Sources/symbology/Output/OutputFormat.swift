/// How results are printed.
enum OutputFormat: String, Sendable, CaseIterable {
    /// Aligned columns for people; the header line and colour appear only on a terminal, so that lines can be counted.
    case table
    /// One object a line, keys in snake_case, decimals as strings.
    case json
    /// A header line, then one line a row.
    case tsv
}
