import PostgreSQL
import ReferenceData

extension SymbolImport {
    /// What is still said of a symbol by a line that cannot be imported.
    private static let keys: [SymbolColumn] =
        [.baseAsset, .quoteAsset, .symbolString, .kind] + SymbolColumn.ofContracts
    /// Where 0 means that there is none, as venues write it.
    private static let noneAtZero: [SymbolColumn] = [
        .minOrderSize, .maxOrderSize, .tickSize, .stepSize, .minNotional,
    ]

    /// Checks each line by itself and copies it; of a bad one what can be read. Reads the list once.
    /// - Returns: what is wrong with bad lines, and what others are worth a look for.
    /// - Throws: `.tooManyBadLines`, `.unusableFile` where nobody knows the exchange of the whole list.
    func stageLines(
        _ list: inout some SymbolList, _ options: SymbolImportOptions, _ result: inout SymbolImportResult,
        _ onProgress: (SymbolImportProgress) -> Void
    ) throws -> (faults: [LineFault], remarks: [LineNotice]) {
        let exchanges = try exchangeIds()
        let codes = Dictionary(exchanges.keys.map { ($0.text.lowercased(), $0.text) }) { min($0, $1) }
        func similar(_ code: String) -> String? { codes[code.withoutBlanksAround.lowercased()] }
        func unknown(_ code: String) -> FieldFault {
            FieldFault("exchange", code, .unknownExchange(similar: similar(code)))
        }
        if let code = list.exchange, exchanges[ByteText(code)] == nil {
            throw StoreError.unusableFile("\(unknown(code)); symbology exchanges lists and adds them")
        }
        let columns = list.columns.filter { $0 != .exchange }
        let zeroes = Self.noneAtZero.filter(list.columns.contains)
        var faults: [LineFault] = []
        var remarks: [LineNotice] = []
        var last: (code: String?, id: String?) = (nil, nil)
        try connection.copyIn(ImportStatements.copy(columns)) { writer in
            while var line = list.next() {
                result.lineCount += 1
                if result.lineCount.isMultiple(of: Self.progressLineCount) {
                    onProgress(
                        .reading(
                            lineCount: result.lineCount, byteCount: list.byteOffset, ofByteCount: list.byteCount))
                }
                let code = line.fields[.exchange]?.description
                // Most lists go on with the same exchange, line after line.
                if !code.hasBytes(of: last.code) { last = (code, code.flatMap { exchanges[ByteText($0)] }) }
                let exchangeId = last.id
                if options.isOfPart, options.leavesOut(line.fields) {
                    result.leftOutCount += 1
                    continue
                }
                for column in zeroes where line.fields[column] == .decimal(.zero) {
                    line.fields[column] = .null
                    result.zeroCount += 1
                }
                var listedId = exchangeId
                if exchangeId == nil, let code, !code.isEmpty {
                    line.fields.refuse(.exchange, unknown(code))
                    listedId = similar(code).flatMap { exchanges[ByteText($0)] }
                }
                let fault = line.fault
                if let fault {
                    guard faults.count < badLineCountMax else {
                        throw StoreError.tooManyBadLines(faults, lineCount: result.lineCount)
                    }
                    faults.append(fault)
                } else if let remark = line.remark {
                    remarks.append(LineNotice(line: line.line, text: remark))
                }
                try writer.write(String(line.line))
                try writer.write(fault == nil ? "f" : "t")
                try writer.write(listedId)
                for column in columns {
                    if fault == nil {
                        try writer.write(line.fields.text(of: column))
                    } else {
                        try writer.write(Self.keys.contains(column) ? line.fields.keyText(of: column) : nil)
                    }
                }
                try writer.endRow()
            }
        }
        return (faults, remarks)
    }

    /// By code, as COPY takes them.
    private func exchangeIds() throws -> [ByteText: String] {
        let result = try connection.query(ImportStatements.exchanges)
        var ids: [ByteText: String] = [:]
        for row in 0..<result.rowCount {
            guard let id = try result.int64(row, 0), let code = try result.text(row, 1) else {
                throw StoreError.shape(result)
            }
            ids[ByteText(code)] = String(id)
        }
        return ids
    }
}

extension SymbolFields {
    /// What a bad line says in a column, where the database can take it. A stray blank delists nobody.
    fileprivate func keyText(of column: SymbolColumn) -> String? {
        guard let text = text(of: column)?.withoutBlanksAround, !text.isEmpty, !text.utf8.contains(0) else {
            return nil
        }
        // A kind that there is not says nothing.
        if case .name(let names) = column.rules.kind, !names.contains(text) { return nil }
        return text
    }
}

extension String {
    /// Without what nobody sees at its ends.
    fileprivate var withoutBlanksAround: String {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar.isKeptOutOfKeys }
        let start = unicodeScalars.drop(while: isBlank)
        return String(String.UnicodeScalarView(start.reversed().drop(while: isBlank).reversed()))
    }
}
