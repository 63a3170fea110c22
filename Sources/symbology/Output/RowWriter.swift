/// Prints rows of the same columns in one of the formats.
///
/// JSON and TSV leave row by row. A table is held back until `finish` to align its columns and to leave out those that
/// no row needs, unless `isStreaming`: then each row leaves at once, aligned by the reserved widths.
struct RowWriter<Row> {
    let format: OutputFormat
    private let fields: [Field<Row>]
    private let names: [String]
    private let isStreaming: Bool
    private let hasHeader: Bool
    private let hasColour: Bool
    private var heldRows: [[Cell]] = []
    /// The columns of a table: all of them until it is known that no row needs one.
    private var shown: [Int]
    private var isNeeded: [Bool]
    private var isHeaderWritten = false
    private var output = StandardOutput()

    init(_ format: OutputFormat, _ fields: [Field<Row>], isStreaming: Bool = false, hasHeader: Bool = true) {
        self.format = format
        self.fields = fields
        names = fields.map(\.name)
        shown = Array(fields.indices)
        isNeeded = fields.map { $0.isNeeded == nil }
        self.isStreaming = isStreaming
        self.hasHeader = format == .tsv || (hasHeader && format == .table && StandardOutput.isTerminal)
        hasColour = format == .table && StandardOutput.hasColour
        if isStreaming { writeHeader(widths: fields.map(\.width)) }
    }

    /// Prints all rows of a list.
    static func print(_ rows: some Sequence<Row>, _ fields: [Field<Row>], _ format: OutputFormat) {
        var writer = RowWriter(format, fields)
        for row in rows { writer.write(row) }
        writer.finish()
    }

    mutating func write(_ row: Row) {
        let cells = fields.map { $0.cell(row) }
        switch format {
        case .json: output.write(Cell.jsonLine(names, cells))
        case .tsv:
            writeHeader(widths: [])
            output.write(cells.map(\.tsvText).joined(separator: "\t") + "\n")
        case .table where isStreaming: output.write(tableLine(cells, widths: fields.map(\.width)))
        case .table:
            heldRows.append(cells)
            for (index, field) in fields.enumerated() where !isNeeded[index] {
                isNeeded[index] = field.isNeeded?(row) ?? true
            }
        }
        if isStreaming { output.flush() }
    }

    /// Prints what was held back. Call it once, after the last row.
    mutating func finish() {
        if format == .tsv { writeHeader(widths: []) }
        if format == .table, !isStreaming, !heldRows.isEmpty {
            shown = fields.indices.filter { isNeeded[$0] }
            let widths = columnWidths()
            writeHeader(widths: widths)
            for row in heldRows { output.write(tableLine(row, widths: widths)) }
            heldRows.removeAll()
        }
        output.flush()
    }

    private func columnWidths() -> [Int] {
        var widths = hasHeader ? names.map(\.count) : Array(repeating: 0, count: names.count)
        for row in heldRows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.tableText.count) }
        }
        return widths
    }

    private mutating func writeHeader(widths: [Int]) {
        guard hasHeader, !isHeaderWritten else { return }
        isHeaderWritten = true
        if format == .tsv {
            output.write(names.joined(separator: "\t") + "\n")
        } else {
            let isNumeric = fields.indices.map { index in
                fields[index].isNumber || heldRows.contains { $0[index].isNumber }
            }
            let padded = shown.map { names[$0].padded(to: widths[$0], isRight: isNumeric[$0]) }
            let line = Self.trimEnd(padded.joined(separator: "  "))
            output.write(hasColour ? "\u{1B}[1m\(line)\u{1B}[0m\n" : line + "\n")
        }
        if isStreaming { output.flush() }
    }

    private func tableLine(_ row: [Cell], widths: [Int]) -> String {
        let parts = shown.map { index in
            let cell = row[index]
            let isRight = cell.isNumber || fields[index].isNumber
            let isLast = !isRight && index == shown.last
            let padded = isLast ? cell.tableText : cell.tableText.padded(to: widths[index], isRight: isRight)
            return hasColour ? TableColour.paint(padded, column: names[index], cell: cell) : padded
        }
        return Self.trimEnd(parts.joined(separator: "  ")) + "\n"
    }

    private static func trimEnd(_ line: String) -> String {
        var line = Substring(line)
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
