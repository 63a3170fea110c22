/// The columns of `exchanges`; as `SymbolColumn`.
public enum ExchangeColumn: Int, ReferenceColumn {
    case id
    case name
    case enumValue
    case displayName
    case marketType
    case isActive
    case baseURL
    case websocketURL
    case rateLimitRequestsPerSecond
    case precisionDefault
    case createdAt
    case updatedAt

    public static let tableName = "exchanges"
    public static let table = allCases.map(\.definition)

    private var definition: ColumnRules {
        switch self {
        case .id:
            ColumnRules(
                "id", .integer(1...Int64(Exchange.idMax)), byteCount: 2, writer: .database, wire: "exchangeId",
                given: .integer(1...Int64(Int16.max)))
        case .name: ColumnRules("name", .text(byteCountMax: Exchange.nameByteCountMax), wire: "name")
        case .enumValue:
            ColumnRules(
                "enum_value", .text(byteCountMax: Exchange.enumValueByteCountMax), writer: .key, wire: "enumValue")
        case .displayName:
            ColumnRules(
                "display_name", .text(byteCountMax: Exchange.displayNameByteCountMax, empty: .served),
                wire: "displayName")
        case .marketType: ColumnRules("market_type", .name(MarketType.allCases.map(\.databaseName)), wire: "marketType")
        case .isActive: ColumnRules("is_active", .flag, default: "true", wire: nil)
        case .baseURL: ColumnRules("base_url", Self.url, isNullable: true, wire: "baseURL")
        case .websocketURL: ColumnRules("websocket_url", Self.url, isNullable: true, wire: "websocketURL")
        case .rateLimitRequestsPerSecond:
            ColumnRules(
                "rate_limit_requests_per_second", .integer(0...Int64(UInt32.max)), byteCount: 4, isNullable: true,
                wire: "rateLimitRequestsPerSecond", given: .integer(0...Int64(Int32.max)))
        case .precisionDefault:
            ColumnRules(
                "precision_default", .integer(0...Int64(SymbolRecord.unknownPrecision - 1)), byteCount: 1,
                isNullable: true, default: "8",
                wire: "precisionDefault")
        case .createdAt: ColumnRules("created_at", .time, default: "now()", writer: .database, wire: "createdAt")
        case .updatedAt: ColumnRules("updated_at", .time, default: "now()", writer: .database, wire: "updatedAt")
        }
    }

    public var relation: ColumnRelation<ExchangeColumn>? { nil }

    private static let url = ColumnKind.text(byteCountMax: Exchange.urlByteCountMax, empty: .allowed)
}

extension Exchange {
    /// The value of a column.
    public subscript(column: ExchangeColumn) -> ColumnValue {
        switch column {
        case .id: .integer(Int64(id))
        case .name: .text(name)
        case .enumValue: .text(enumValue)
        case .displayName: .text(displayName)
        case .marketType: .text(marketType.databaseName)
        case .isActive: .flag(isActive)
        case .baseURL: ColumnValue(baseURL)
        case .websocketURL: ColumnValue(websocketURL)
        case .rateLimitRequestsPerSecond: ColumnValue(rateLimitRequestsPerSecond)
        case .precisionDefault: ColumnValue(precisionDefault)
        case .createdAt: ColumnValue(createdAt)
        case .updatedAt: ColumnValue(updatedAt)
        }
    }
}

extension Exchange {
    /// The row that says these things, one for each column; nil where a value is missing or does not fit its field.
    package init?(_ values: [ColumnValue]) {
        func text(_ column: ExchangeColumn) -> String? {
            if case .text(let text) = values[column.rawValue] { text } else { nil }
        }
        func integer<Value: FixedWidthInteger>(_ column: ExchangeColumn) -> Value? {
            if case .integer(let value) = values[column.rawValue] { Value(exactly: value) } else { nil }
        }
        func time(_ column: ExchangeColumn) -> Timestamp {
            if case .time(let time) = values[column.rawValue] { time } else { .absent }
        }
        guard values.count == ExchangeColumn.table.count, let id: UInt16 = integer(.id), let name = text(.name),
            let enumValue = text(.enumValue), let displayName = text(.displayName),
            let marketType = text(.marketType).flatMap(MarketType.init(databaseName:)),
            case .flag(let isActive) = values[ExchangeColumn.isActive.rawValue]
        else { return nil }
        self.init(
            id: id, name: name, enumValue: enumValue, displayName: displayName, marketType: marketType,
            isActive: isActive, baseURL: text(.baseURL), websocketURL: text(.websocketURL),
            rateLimitRequestsPerSecond: integer(.rateLimitRequestsPerSecond),
            precisionDefault: integer(.precisionDefault), createdAt: time(.createdAt), updatedAt: time(.updatedAt))
    }
}
