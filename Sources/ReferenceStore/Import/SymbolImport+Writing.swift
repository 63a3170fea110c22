import PostgreSQL
import ReferenceData

extension SymbolImport {
    /// Writes what differs, or lists it.
    func write(
        _ columns: [SymbolColumn], _ options: SymbolImportOptions, _ result: inout SymbolImportResult,
        _ onProgress: (SymbolImportProgress) -> Void, _ onChange: (SymbolImportChange) -> Void
    ) throws {
        let counts = try connection.query(ImportStatements.count)
        let newCount = Int(try counts.int64(0, 0) ?? 0)
        let changedCount = Int(try counts.int64(0, 1) ?? 0)
        let lastLine = Int(try counts.int32(0, 2) ?? 0)
        result.renamedCount = Int(try counts.int64(0, 3) ?? 0)
        if options.isDryRun {
            result.insertedCount = newCount
            result.updatedCount = changedCount
            result.goneCount = Int(try connection.query(ImportStatements.countGone).int64(0, 0) ?? 0)
            return try listChanges(onChange)
        }
        if options.deactivatesMissing {
            result.goneCount = try connection.query(ImportStatements.deactivateGone).affectedRowCount
        }
        func inPieces(_ statement: Statement) throws -> Int {
            var writtenCount = 0
            let step = max(Self.pieceLineCountMin, lastLine / Self.pieceCountMax + 1)
            for start in stride(from: 0, to: lastLine, by: step) {
                let piece: [Parameter] = [.int64(Int64(start)), .int64(Int64(start + step))]
                writtenCount += try connection.query(statement, piece).affectedRowCount
                let doneCount = result.updatedCount + result.insertedCount + writtenCount
                onProgress(.writing(rowCount: doneCount, ofRowCount: newCount + changedCount))
            }
            return writtenCount
        }
        if changedCount > 0 { result.updatedCount = try inPieces(ImportStatements.update) }
        if result.renamedCount > 0 { try keepFormerNames(options.aliasDayCount) }
        guard newCount > 0 else { return }
        if columns.contains(.id) {
            result.insertedCount = try inPieces(ImportStatements.insert(withIds: true))
            try connection.query(ImportStatements.advanceSequence)
        }
        if result.insertedCount < newCount {
            result.insertedCount += try inPieces(ImportStatements.insert(withIds: false))
        }
    }

    /// As `ReferenceManagement.renameSymbol` does it, for every line at once: engines may still ask by the old name.
    private func keepFormerNames(_ aliasDayCount: Int?) throws {
        try connection.query(ImportStatements.dropOwnAliases, [.bool(aliasDayCount == nil)])
        guard let aliasDayCount else { return }
        try connection.query(ImportStatements.putAliases, [.int32(Int32(clamping: aliasDayCount))])
    }

    private func listChanges(_ onChange: (SymbolImportChange) -> Void) throws {
        let result = try connection.query(ImportStatements.changes)
        var pending: SymbolImportChange?
        for row in 0..<result.rowCount {
            let kinds: [Int32: SymbolImportChange.Kind] = [1: .new, 2: .changed, 3: .gone]
            guard let kind = try result.int32(row, 0).flatMap({ kinds[$0] }), let exchange = try result.text(row, 2),
                let symbolString = try result.text(row, 3)
            else {
                throw StoreError.unexpectedResult(
                    statementName: result.statementName, reason: "a change of no known kind")
            }
            let line = try result.int32(row, 1).map(Int.init)
            if pending?.line != line || line == nil {
                if let pending { onChange(pending) }
                pending = SymbolImportChange(
                    kind: kind, line: line, exchange: exchange, symbolString: symbolString,
                    symbolId: try result.int64(row, 4).flatMap(UInt32.init(exactly:)), differences: [])
            }
            if let field = try result.text(row, 5) {
                pending?.differences.append(
                    SymbolImportChange.Difference(
                        field: field, old: try result.text(row, 6), new: try result.text(row, 7)))
            }
        }
        if let pending { onChange(pending) }
    }
}
