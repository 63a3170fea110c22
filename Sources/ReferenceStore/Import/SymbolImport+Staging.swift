import PostgreSQL
import ReferenceData

extension SymbolImport {
    private struct StagedExchange {
        let id: Int64
        let market: MarketType?
    }

    /// What is still said of a symbol by a line that cannot be imported.
    private static let keys: [SymbolColumn] =
        [.baseAsset, .quoteAsset, .symbolString, .kind] + SymbolColumn.ofContracts
    /// Where 0 means that there is none, as venues write it.
    private static let noneAtZero: [SymbolColumn] = [
        .minOrderSize, .maxOrderSize, .tickSize, .stepSize, .minNotional,
    ]

    /// Checks each line by itself and copies it; of a bad one what can be read. Reads the list once.
    /// - Returns: what is wrong with bad lines.
    func stageLines(
        _ list: inout some SymbolList, _ options: SymbolImportOptions, _ result: inout SymbolImportResult,
        _ onProgress: (SymbolImportProgress) -> Void
    ) throws -> [LineFault] {
        let exchanges = try stagedExchanges()
        let columns = list.columns.filter { $0 != .exchange }
        let zeroes = Self.noneAtZero.filter(list.columns.contains)
        var faults: [LineFault] = []
        try connection.copyIn(ImportStatements.copy(columns)) { writer in
            while var line = list.next() {
                result.lineCount += 1
                if result.lineCount.isMultiple(of: Self.progressLineCount) {
                    onProgress(
                        .reading(
                            lineCount: result.lineCount, byteCount: list.byteOffset, ofByteCount: list.byteCount))
                }
                let code = line.fields[.exchange]?.description
                let exchange = code.flatMap { exchanges[ByteText($0)] }
                if options.kinds != nil || options.settleAssets != nil {
                    var fields = line.fields
                    if let market = exchange?.market { fields.fillKind(of: market) }
                    if !options.wants(fields) {
                        result.leftOutCount += 1
                        continue
                    }
                }
                for column in zeroes where line.fields[column] == .decimal(.zero) {
                    line.fields[column] = .null
                    result.zeroCount += 1
                }
                if exchange == nil, let code, !code.isEmpty {
                    line.fields.refuse(.exchange, FieldFault("exchange", code, .unknownExchange))
                }
                let fault = line.fault
                if let fault { faults.append(fault) }
                let values = columns.map { column -> String? in
                    guard fault != nil else { return line.fields.text(of: column) }
                    return Self.keys.contains(column) ? line.fields.keyText(of: column) : nil
                }
                try writer.writeRow(
                    [String(line.line), fault == nil ? "f" : "t", exchange.map { String($0.id) }] + values)
            }
        }
        return faults
    }

    /// By code.
    private func stagedExchanges() throws -> [ByteText: StagedExchange] {
        let result = try connection.query(ImportStatements.exchanges)
        var exchanges: [ByteText: StagedExchange] = [:]
        for row in 0..<result.rowCount {
            guard let id = try result.int64(row, 0), let code = try result.text(row, 1),
                let market = try result.text(row, 2)
            else { throw StoreError.shape(result) }
            exchanges[ByteText(code)] = StagedExchange(id: id, market: MarketType(databaseName: market))
        }
        return exchanges
    }
}

extension SymbolFields {
    /// What a bad line says in a column, where the database can take it.
    fileprivate func keyText(of column: SymbolColumn) -> String? {
        guard let text = text(of: column), !text.isEmpty, !text.utf8.contains(0) else { return nil }
        // A kind that there is not says nothing.
        if case .name(let names) = column.rules.kind, !names.contains(text) { return nil }
        return text
    }
}
