/// The columns of a symbol file, in the order of the staging table and of an export.
public enum SymbolColumn: String, Sendable, CaseIterable {
    /// The exchange's enum value (`GATEIO_SPOT`), in place of `exchange_id`: ids differ from database to database.
    case exchange
    case baseAsset = "base_asset"
    case quoteAsset = "quote_asset"
    case symbolString = "symbol_string"
    case id
    case isActive = "is_active"
    case precisionBase = "precision_base"
    case precisionQuote = "precision_quote"
    case precisionPrice = "precision_price"
    case minOrderSize = "min_order_size"
    case maxOrderSize = "max_order_size"
    case tickSize = "tick_size"
    case stepSize = "step_size"
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    case lastSeen = "last_seen"

    /// Without these a line says nothing.
    public static let required: [SymbolColumn] = [.exchange, .baseAsset, .quoteAsset, .symbolString]
}

/// Which field of a record holds which column, from the header line.
struct SymbolHeader {
    private var indexes: [Int?]
    let fieldCount: Int

    /// Names stand in any order; unknown, doubled and missing ones are refused, because a misspelt column that is
    /// silently left out looks like an import that worked.
    init(_ record: CSVReader.Record) throws(StoreError) {
        indexes = Array(repeating: nil, count: SymbolColumn.allCases.count)
        fieldCount = record.fieldCount
        for field in 0..<record.fieldCount {
            guard let name = String(validating: record.field(field), as: UTF8.self) else {
                throw .unusableFile("line \(record.line): the header is not UTF-8")
            }
            guard let column = SymbolColumn(rawValue: name) else {
                let known = SymbolColumn.allCases.map(\.rawValue).joined(separator: ", ")
                throw .unusableFile("line \(record.line): unknown column \"\(name)\"; known are \(known)")
            }
            guard indexes[column.position] == nil else {
                throw .unusableFile("line \(record.line): column \"\(name)\" stands twice")
            }
            indexes[column.position] = field
        }
        for column in SymbolColumn.required where indexes[column.position] == nil {
            throw .unusableFile(
                "line \(record.line): column \"\(column.rawValue)\" is missing; the first line names the columns")
        }
    }

    /// Those that the file has, in the order of `SymbolColumn.allCases`.
    var columns: [SymbolColumn] { SymbolColumn.allCases.filter(contains) }

    func contains(_ column: SymbolColumn) -> Bool { indexes[column.position] != nil }

    /// The field of `column`; empty when the file does not have the column.
    func field(_ column: SymbolColumn, of record: CSVReader.Record) -> ArraySlice<UInt8> {
        indexes[column.position].map { record.field($0) } ?? []
    }
}

extension SymbolColumn {
    /// In `allCases`; a switch over a dozen cases beats a search for each field.
    var position: Int {
        switch self {
        case .exchange: 0
        case .baseAsset: 1
        case .quoteAsset: 2
        case .symbolString: 3
        case .id: 4
        case .isActive: 5
        case .precisionBase: 6
        case .precisionQuote: 7
        case .precisionPrice: 8
        case .minOrderSize: 9
        case .maxOrderSize: 10
        case .tickSize: 11
        case .stepSize: 12
        case .createdAt: 13
        case .updatedAt: 14
        case .lastSeen: 15
        }
    }
}
