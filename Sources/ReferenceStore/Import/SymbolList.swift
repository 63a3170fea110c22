import ReferenceData

/// A list of symbols as somebody wrote it down, one line after another, whatever its format.
///
/// What it says is judged by `SymbolImport`; a list only reads. Reading goes on behind whatever cannot be read. A copy
/// of a list that was not read yet can be read again.
package protocol SymbolList {
    /// The columns that the list speaks of, in their order; exchange, base, quote and symbol string are among them. In
    /// any other column a symbol keeps what the table has.
    var columns: [SymbolColumn] { get }
    /// How far reading is, and of how much.
    var byteOffset: Int { get }
    var byteCount: Int { get }

    /// The next line; nil at the end.
    mutating func next() -> SymbolLine?

    /// The lines that have faults, each once, with their reasons: a CSV file that can be corrected and imported.
    /// - Parameter faults: in ascending order of lines.
    func rejects(_ faults: [LineFault]) -> [UInt8]
}

/// One line of a list.
package struct SymbolLine {
    /// Counted from 1, the header included; of a list without lines the number of its entry.
    package var line: Int
    /// What it is called in a list without lines.
    package var name: String?
    /// All that could be read, the exchange by its code; it knows why a column has no value (`RowFields.faults`). Also
    /// of a bad line whatever can be read counts: its pair or string tells that the venue still lists a symbol. Numbers
    /// are as they stand, 0 too; a kind that is not given is nil.
    package var fields: SymbolFields
    /// What is wrong with the line as a whole, apart from its fields; nil when it can be read.
    package var problem: String?

    package init(
        line: Int, name: String? = nil, fields: SymbolFields = SymbolFields(), problem: String? = nil
    ) {
        self.line = line
        self.name = name
        self.fields = fields
        self.problem = problem
    }

    /// All that is wrong with the line by itself; nil for a good one.
    package var fault: LineFault? {
        let reasons = problem.map { [$0] } ?? fields.faults.map(\.description)
        if reasons.isEmpty { return nil }
        let reason = reasons.joined(separator: "; ")
        return LineFault(line: line, reason: name.map { "\($0): \(reason)" } ?? reason)
    }
}
