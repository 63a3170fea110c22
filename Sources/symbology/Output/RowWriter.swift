/// How results are printed.
enum OutputFormat: String, Sendable, CaseIterable {
    /// Aligned columns for people; the header line and colour appear only on a terminal, so that lines can be counted.
    case table
    /// One object a line, keys in snake_case, decimals as strings.
    case json
    /// A header line, then one line a row.
    case tsv
}

/// A named column. The name is the JSON key and the header; `width` is what a table reserves before it has seen a row.
struct Column: Sendable {
    let name: String
    let width: Int
    /// Numbers stand at the right; a streaming table must know before it has seen one.
    let isNumber: Bool

    init(_ name: String, width: Int = 0, isNumber: Bool = false) {
        self.name = name
        self.width = max(width, name.count)
        self.isNumber = isNumber
    }
}

/// Prints rows of the same columns in one of the formats.
///
/// JSON and TSV leave row by row. A table is held back until `finish` to align its columns, unless `isStreaming`: then
/// each row leaves at once, aligned by the reserved widths.
struct RowWriter {
    let format: OutputFormat
    let columns: [Column]
    let isStreaming: Bool
    private let hasHeader: Bool
    private let hasColour: Bool
    private var heldRows: [[Cell]] = []
    private var isHeaderWritten = false
    private var output = StandardOutput()

    init(_ format: OutputFormat, columns: [Column], isStreaming: Bool = false, hasHeader: Bool = true) {
        self.format = format
        self.columns = columns
        self.isStreaming = isStreaming
        self.hasHeader = format == .tsv || (hasHeader && format == .table && StandardOutput.isTerminal)
        hasColour = format == .table && StandardOutput.hasColour
        if isStreaming { writeHeader(widths: columns.map(\.width)) }
    }

    mutating func write(_ row: [Cell]) {
        precondition(row.count == columns.count, "a row has as many cells as there are columns")
        switch format {
        case .json: output.write(Self.jsonLine(columns, row))
        case .tsv:
            writeHeader(widths: [])
            output.write(row.map(\.tsvText).joined(separator: "\t") + "\n")
        case .table where isStreaming: output.write(tableLine(row, widths: columns.map(\.width)))
        case .table: heldRows.append(row)
        }
        if isStreaming { output.flush() }
    }

    /// Prints what was held back. Call it once, after the last row.
    mutating func finish() {
        if format == .tsv { writeHeader(widths: []) }
        if format == .table, !isStreaming, !heldRows.isEmpty {
            let widths = columnWidths()
            writeHeader(widths: widths)
            for row in heldRows { output.write(tableLine(row, widths: widths)) }
            heldRows.removeAll()
        }
        output.flush()
    }

    static func jsonLine(_ columns: [Column], _ row: [Cell]) -> String {
        let members = zip(columns, row).map { "\(Cell.quoteForJSON($0.name)):\($1.jsonText)" }
        return "{" + members.joined(separator: ",") + "}\n"
    }

    private func columnWidths() -> [Int] {
        var widths = hasHeader ? columns.map(\.name.count) : columns.map { _ in 0 }
        for row in heldRows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.tableText.count) }
        }
        return widths
    }

    private mutating func writeHeader(widths: [Int]) {
        guard hasHeader, !isHeaderWritten else { return }
        isHeaderWritten = true
        if format == .tsv {
            output.write(columns.map(\.name).joined(separator: "\t") + "\n")
        } else {
            let isNumeric = columns.indices.map { index in
                columns[index].isNumber || heldRows.contains { $0[index].isNumber }
            }
            let names = columns.indices.map { Self.pad(columns[$0].name, to: widths[$0], isRight: isNumeric[$0]) }
            let line = Self.trimEnd(names.joined(separator: "  "))
            output.write(hasColour ? "\u{1B}[1m\(line)\u{1B}[0m\n" : line + "\n")
        }
        if isStreaming { output.flush() }
    }

    private func tableLine(_ row: [Cell], widths: [Int]) -> String {
        let parts = row.indices.map { index in
            let cell = row[index]
            let isRight = cell.isNumber || columns[index].isNumber
            let padded = Self.pad(cell.tableText, to: widths[index], isRight: isRight)
            return hasColour ? TableColour.paint(padded, column: columns[index].name, cell: cell) : padded
        }
        return Self.trimEnd(parts.joined(separator: "  ")) + "\n"
    }

    static func pad(_ text: String, to width: Int, isRight: Bool) -> String {
        let missing = width - text.count
        guard missing > 0 else { return text }
        let padding = String(repeating: " ", count: missing)
        return isRight ? padding + text : text + padding
    }

    private static func trimEnd(_ line: String) -> String {
        var line = Substring(line)
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}

/// Which words of a table carry a colour: the verdict of an answer, and what is switched off.
enum TableColour {
    static func paint(_ padded: String, column: String, cell: Cell) -> String {
        switch (column, cell) {
        case ("status", .text("ok")), ("state", .text("applied")): "\u{1B}[32m\(padded)\u{1B}[0m"
        case ("status", .text("inactive")), ("state", .text("pending")): "\u{1B}[33m\(padded)\u{1B}[0m"
        case ("status", _): "\u{1B}[31m\(padded)\u{1B}[0m"
        case (_, .boolean(false)), (_, .absent): "\u{1B}[2m\(padded)\u{1B}[0m"
        default: padded
        }
    }
}
