/// Prints one thing with many fields: a line a field for people, one JSON object or a TSV of two lines for scripts.
struct RecordWriter {
    let format: OutputFormat
    private var fields: [(name: String, cell: Cell)] = []

    init(_ format: OutputFormat) { self.format = format }

    mutating func add(_ name: String, _ value: some CellValue) { fields.append((name, value.cell)) }

    mutating func add<Row>(_ fields: [Field<Row>], of row: Row) {
        for field in fields where format != .table || field.isNeeded?(row) ?? true { add(field.name, field.cell(row)) }
    }

    func finish() {
        if format == .table {
            var writer = RowWriter<(name: String, cell: Cell)>(
                .table,
                [
                    Field("field") { $0.name },
                    // As text, so that values stand under one another whatever they are.
                    Field("value") { $0.cell == .absent ? Cell.absent : .text($0.cell.tableText) },
                ], hasHeader: false)
            for field in fields { writer.write(field) }
            writer.finish()
        } else {
            var output = StandardOutput()
            if format == .json {
                output.write(Cell.jsonLine(fields.map(\.name), fields.map(\.cell)))
            } else {
                output.write(fields.map(\.name).joined(separator: "\t") + "\n")
                output.write(fields.map(\.cell.tsvText).joined(separator: "\t") + "\n")
            }
            output.flush()
        }
    }
}
