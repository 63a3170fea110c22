import PostgreSQL
import ReferenceData

/// What the lines that are left lead to.
struct ImportCounts {
    let newCount: Int
    let changedCount: Int
    let lastLine: Int
    let renamedCount: Int
    let reactivatedCount: Int
    let completedCount: Int
    let ignoredCount: Int
    let lineCount: Int
    let dyingCount: Int
    let pastCount: Int
}

extension SymbolImport {
    func count() throws -> ImportCounts {
        let result = try connection.query(ImportStatements.count)
        func number(_ column: Int) throws -> Int { Int(try result.int64(0, column) ?? 0) }
        return ImportCounts(
            newCount: try number(0), changedCount: try number(1), lastLine: Int(try result.int32(0, 2) ?? 0),
            renamedCount: try number(3), reactivatedCount: try number(4), completedCount: try number(5),
            ignoredCount: try number(6), lineCount: try number(7), dyingCount: try number(8),
            pastCount: try number(9))
    }

    /// Lists what would change.
    func plan(
        _ counts: ImportCounts, _ options: SymbolImportOptions, _ result: inout SymbolImportResult,
        _ onChange: (SymbolImportChange) -> Void
    ) throws {
        func ask(_ statement: Statement, _ parameters: [Parameter] = []) throws -> Int {
            Int(try connection.query(statement, parameters).int64(0, 0) ?? 0)
        }
        result.insertedCount = counts.newCount
        result.updatedCount = counts.changedCount
        result.take(counts)
        result.goneCount = try ask(ImportStatements.countGone, options.part)
        result.expiredCount = try ask(ImportStatements.countExpired)
        result.lastGoodCount = try ask(ImportStatements.countOutdated)
        try listChanges(options, onChange)
    }

    /// Writes what differs: whoever goes goes first, whoever moves is parked, and then takes the place of another one.
    func write(
        _ columns: [SymbolColumn], _ counts: ImportCounts, _ options: SymbolImportOptions,
        _ result: inout SymbolImportResult, _ onProgress: (SymbolImportProgress) -> Void
    ) throws {
        result.expiredCount = try connection.query(ImportStatements.deactivateExpired).affectedRowCount
        if options.deactivatesMissing {
            result.goneCount = try connection.query(ImportStatements.deactivateGone, options.part).affectedRowCount
        }
        func inPieces(_ statement: Statement) throws -> Int {
            var writtenCount = 0
            let step = max(Self.pieceLineCountMin, counts.lastLine / Self.pieceCountMax + 1)
            for start in stride(from: 0, to: counts.lastLine, by: step) {
                let piece: [Parameter] = [.int64(Int64(start)), .int64(Int64(start + step))]
                writtenCount += try connection.query(statement, piece).affectedRowCount
                let doneCount = result.updatedCount + result.insertedCount + writtenCount
                onProgress(.writing(rowCount: doneCount, ofRowCount: counts.newCount + counts.changedCount))
            }
            return writtenCount
        }
        if counts.renamedCount > 0 { try connection.query(ImportStatements.park) }
        if counts.dyingCount > 0 { result.updatedCount = try inPieces(ImportStatements.update(active: false)) }
        if result.updatedCount < counts.changedCount {
            result.updatedCount += try inPieces(ImportStatements.update(active: true))
        }
        if counts.renamedCount > 0 { try keepFormerNames(options.aliasDayCount) }
        if counts.newCount > 0, columns.contains(.id) {
            result.insertedCount = try inPieces(ImportStatements.insert(withIds: true))
            try connection.query(ImportStatements.advanceSequence)
        }
        if result.insertedCount < counts.newCount {
            result.insertedCount += try inPieces(ImportStatements.insert(withIds: false))
        }
        if !result.faults.isEmpty {
            result.lastGoodCount = Int(try connection.query(ImportStatements.countOutdated).int64(0, 0) ?? 0)
            try connection.query(ImportStatements.markOutdated)
        }
        result.take(counts)
    }

    /// As `ReferenceManagement.renameSymbol` does it, for every line at once: engines may still ask by the old name.
    private func keepFormerNames(_ aliasDayCount: Int?) throws {
        try connection.query(ImportStatements.dropOwnAliases, [.bool(aliasDayCount == nil)])
        guard let aliasDayCount else { return }
        try connection.query(ImportStatements.putAliases, [.int32(Int32(clamping: aliasDayCount))])
    }

    private func listChanges(
        _ options: SymbolImportOptions, _ onChange: (SymbolImportChange) -> Void
    ) throws {
        let result = try connection.query(ImportStatements.changes, options.part)
        let kinds: [Int32: SymbolImportChange.Kind] = [1: .new, 2: .changed, 3: .gone, 4: .expired]
        var pending: SymbolImportChange?
        for row in 0..<result.rowCount {
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

extension SymbolImportResult {
    /// Behind the numbers of rows inserted and updated.
    fileprivate mutating func take(_ counts: ImportCounts) {
        renamedCount = counts.renamedCount
        reactivatedCount = counts.reactivatedCount
        completedCount = counts.completedCount
        ignoredCount = counts.ignoredCount
        pastCount = counts.pastCount
        unchangedCount = counts.lineCount - updatedCount - insertedCount
    }
}
