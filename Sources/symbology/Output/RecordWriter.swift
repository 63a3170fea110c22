/// Prints one thing with many fields: a line a field for people, one JSON object or a TSV of two lines for scripts.
struct RecordWriter {
    let format: OutputFormat
    private var fields: [(column: Column, cell: Cell)] = []

    init(_ format: OutputFormat) { self.format = format }

    mutating func add(_ name: String, _ cell: Cell) {
        fields.append((Column(name), cell))
    }

    func finish() {
        if format == .table {
            var writer = RowWriter(.table, columns: [Column("field"), Column("value")], hasHeader: false)
            for (column, cell) in fields {
                // As text, so that values stand under one another whatever they are.
                writer.write([.text(column.name), cell == .absent ? .absent : .text(cell.tableText)])
            }
            writer.finish()
        } else {
            var writer = RowWriter(format, columns: fields.map(\.column))
            writer.write(fields.map(\.cell))
            writer.finish()
        }
    }
}
