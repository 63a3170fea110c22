import ReferenceStore

/// Prints what a dry run found: a line for each new and each missing symbol, and for each column that would change.
struct ImportChangeRows {
    private static let columns = [
        "change", "line", "exchange", "symbol", "symbol_id", "field", "old", "new",
    ].map { Column($0) }

    private var writer: RowWriter
    private let deactivatesMissing: Bool

    init(_ format: OutputFormat, deactivatesMissing: Bool) {
        writer = RowWriter(format, columns: Self.columns)
        self.deactivatesMissing = deactivatesMissing
    }

    mutating func write(_ change: SymbolImportChange) {
        let start: [Cell] = [
            .text(change.kind.rawValue), change.line.map { Cell($0) } ?? .absent, .text(change.exchange),
            .text(change.symbolString), change.symbolId.map { Cell($0) } ?? .absent,
        ]
        if change.kind == .gone, deactivatesMissing {
            writer.write(start + [.text("is_active"), .text("true"), .text("false")])
        } else if change.differences.isEmpty {
            writer.write(start + [.absent, .absent, .absent])
        }
        for difference in change.differences {
            writer.write(start + [.text(difference.field), Cell(difference.old), Cell(difference.new)])
        }
    }

    mutating func finish() { writer.finish() }
}
