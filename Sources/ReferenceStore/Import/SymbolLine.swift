import ReferenceData

/// One line of a symbol file, checked field by field, as the texts that COPY takes. nil is NULL.
struct SymbolLine {
    /// One field for each of the columns that the file has, in their order.
    private(set) var fields: [String?] = []

    /// Everything that is wrong with a line.
    struct Fault: Error {
        let reason: String
    }

    /// The line, or why it cannot be imported.
    static func read(
        _ record: CSVReader.Record, _ header: SymbolHeader, _ columns: [SymbolColumn]
    ) -> Result<SymbolLine, Fault> {
        Result { () throws(Fault) in try SymbolLine(record, header, columns) }
    }

    /// Checks what can be checked without the database: the same rules as the schema's, so that a fault comes with the
    /// number of its line.
    private init(
        _ record: CSVReader.Record, _ header: SymbolHeader, _ columns: [SymbolColumn]
    ) throws(Fault) {
        guard record.fieldCount == header.fieldCount else {
            throw Fault(reason: "\(record.fieldCount) fields, the header has \(header.fieldCount)")
        }
        var rules = FieldRules()
        fields.reserveCapacity(columns.count)
        var baseAsset: String?
        var sizes: (least: DecimalValue, most: DecimalValue) = (.absent, .absent)
        for column in columns {
            guard let text = String(validating: header.field(column, of: record), as: UTF8.self) else {
                rules.add(column.rawValue, "", .notUTF8)
                fields.append(nil)
                continue
            }
            switch column {
            case .exchange, .baseAsset, .quoteAsset, .symbolString:
                Self.checkKey(column, text, &rules)
                if column == .baseAsset { baseAsset = text }
                if column == .quoteAsset, let baseAsset, text.hasBytes(of: baseAsset), !text.isEmpty {
                    rules.add(column.rawValue, text, .sameAs(field: SymbolColumn.baseAsset.rawValue))
                }
                fields.append(text)
            case _ where text.isEmpty: fields.append(nil)
            case .minOrderSize, .maxOrderSize, .tickSize, .stepSize:
                let value = rules.decimal(column.rawValue, text)
                if column == .minOrderSize { sizes.least = value ?? .absent }
                if column == .maxOrderSize { sizes.most = value ?? .absent }
                fields.append(value?.description)
            default: fields.append(Self.canonical(column, text, &rules))
            }
        }
        rules.checkOrder(
            SymbolColumn.minOrderSize.rawValue, sizes.least, SymbolColumn.maxOrderSize.rawValue, sizes.most)
        if !rules.faults.isEmpty {
            throw Fault(reason: rules.faults.map(\.description).joined(separator: "; "))
        }
    }

    private static func checkKey(_ column: SymbolColumn, _ text: String, _ rules: inout FieldRules) {
        let byteCountMax =
            switch column {
            case .exchange: Exchange.enumValueByteCountMax
            case .symbolString: SymbolDraft.symbolByteCountMax
            default: SymbolDraft.assetByteCountMax
            }
        rules.check(column.rawValue, text, byteCountMax: byteCountMax)
    }

    /// A number, flag or time as PostgreSQL is to read it; nil, and a fault, where it is none.
    private static func canonical(_ column: SymbolColumn, _ text: String, _ rules: inout FieldRules) -> String? {
        switch column {
        case .id: rules.integer(column.rawValue, text, in: 1...Int64(Int32.max)).map(String.init)
        case .isActive: rules.flag(column.rawValue, text).map { $0 ? "true" : "false" }
        case .precisionBase, .precisionQuote, .precisionPrice:
            rules.integer(column.rawValue, text, in: SymbolDraft.precisionRange).map(String.init)
        default: rules.time(column.rawValue, text)?.description
        }
    }
}
