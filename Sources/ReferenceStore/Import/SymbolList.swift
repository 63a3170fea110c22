import ReferenceData

/// A list of symbols as somebody wrote it down, one line after another, whatever its format.
///
/// What it says is judged by `SymbolImport`; a list only reads. Reading goes on behind whatever cannot be read. A copy
/// of a list that was not read yet can be read again.
package protocol SymbolList {
    /// What it has for lines, in words: a line, a market.
    static var entryName: String { get }
    /// The code of the exchange whose symbols all of it lists; nil where each line says its own.
    var exchange: String? { get }
    /// The columns that the list speaks of, in their order; exchange, base, quote and symbol string are among them. In
    /// any other column a symbol keeps what the table has.
    var columns: [SymbolColumn] { get }
    /// How far reading is, and of how much.
    var byteOffset: Int { get }
    var byteCount: Int { get }

    /// The next line; nil at the end.
    mutating func next() -> SymbolLine?

    /// What some lines are called besides their numbers; a list whose lines have no names is not read for it.
    func names(of lines: Set<Int>) -> [Int: String]

    /// The lines that have faults, each once, with their reasons: a CSV file that can be corrected and imported.
    /// - Parameter faults: in ascending order of lines.
    func rejects(_ faults: [LineFault]) -> [UInt8]
}

/// One line of a list.
package struct SymbolLine {
    /// Counted from 1, the header included; of a list without lines the number of its entry.
    package var line: Int
    /// All that could be read, the exchange by its code; it knows why a column has no value (`RowFields.faults`). Also
    /// of a bad line whatever can be read counts: its pair or string tells that the venue still lists a symbol. Numbers
    /// are as they stand, 0 too; a kind that is not given is nil, and so is a column that the list does not have. Where
    /// a line says nothing in a column of the list, that is NULL, if the column takes it.
    package var fields: SymbolFields
    /// What is wrong with the line as a whole, apart from its fields; nil when it can be read.
    package var problem: String?
    /// What is worth a look; nil where nothing is.
    package var remark: String?

    package init(line: Int, fields: SymbolFields = SymbolFields(), problem: String? = nil, remark: String? = nil) {
        self.line = line
        self.fields = fields
        self.problem = problem
        self.remark = remark
    }

    /// All that is wrong with the line by itself; nil for a good one. What its kind needs and the list has no column
    /// for, the symbol may have that the line means.
    package var fault: LineFault? {
        if let problem { return LineFault(line: line, reason: problem) }
        let faults = fields.faults.filter { fault in
            if case .neededBy = fault.reason { !fields.isSilent(of: fault.field) } else { true }
        }
        guard let first = faults.first else { return nil }
        var unknownExchange: String?
        if faults.count == 1, case .unknownExchange = first.reason { unknownExchange = first.value }
        return LineFault(
            line: line, reason: faults.map(\.description).joined(separator: "; "), unknownExchange: unknownExchange)
    }
}

extension SymbolFields {
    /// Whether nothing at all is said in a column, not even NULL.
    fileprivate func isSilent(of column: String) -> Bool {
        SymbolColumn.allCases.contains { $0.name == column && self[$0] == nil }
    }
}
