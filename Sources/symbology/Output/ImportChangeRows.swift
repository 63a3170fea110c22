import ReferenceStore

/// Prints what a dry run found: a line for each new and each missing symbol, and for each column that would change.
struct ImportChangeRows {
    private struct Row {
        let change: SymbolImportChange
        var field: String?
        var old: String?
        var new: String?
    }

    private static let fields: [Field<Row>] = [
        Field("change", \.change.kind.rawValue), Field("line", \.change.line), Field("exchange", \.change.exchange),
        Field("symbol", \.change.symbolString), Field("symbol_id", \.change.symbolId), Field("field", \.field),
        Field("old", \.old), Field("new", \.new),
    ]

    private var writer: RowWriter<Row>
    private let deactivatesMissing: Bool

    init(_ format: OutputFormat, deactivatesMissing: Bool) {
        writer = RowWriter(format, Self.fields)
        self.deactivatesMissing = deactivatesMissing
    }

    mutating func write(_ change: SymbolImportChange) {
        if change.kind == .gone, deactivatesMissing {
            writer.write(Row(change: change, field: "is_active", old: "true", new: "false"))
        } else if change.differences.isEmpty {
            writer.write(Row(change: change))
        }
        for difference in change.differences {
            writer.write(Row(change: change, field: difference.field, old: difference.old, new: difference.new))
        }
    }

    mutating func finish() { writer.finish() }
}
