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
                "id", .integer(1...Int64(Int16.max)), byteCount: 2, writer: .database, wire: "exchangeId")
        case .name: ColumnRules("name", .text(byteCountMax: Exchange.nameByteCountMax), wire: "name")
        case .enumValue:
            ColumnRules(
                "enum_value", .text(byteCountMax: Exchange.enumValueByteCountMax), writer: .key, wire: "enumValue")
        case .displayName:
            ColumnRules("display_name", .text(byteCountMax: Exchange.displayNameByteCountMax), wire: "displayName")
        case .marketType: ColumnRules("market_type", .marketType, wire: "marketType")
        case .isActive: ColumnRules("is_active", .flag, default: "true", wire: nil)
        case .baseURL: ColumnRules("base_url", Self.url, isNullable: true, wire: "baseURL")
        case .websocketURL: ColumnRules("websocket_url", Self.url, isNullable: true, wire: "websocketURL")
        case .rateLimitRequestsPerSecond:
            ColumnRules(
                "rate_limit_requests_per_second", .integer(0...Int64(Int32.max)), byteCount: 4, isNullable: true,
                wire: "rateLimitRequestsPerSecond")
        case .precisionDefault:
            ColumnRules(
                "precision_default", .integer(0...18), byteCount: 1, isNullable: true, default: "8",
                wire: "precisionDefault")
        case .createdAt: ColumnRules("created_at", .time, default: "now()", writer: .database, wire: "createdAt")
        case .updatedAt: ColumnRules("updated_at", .time, default: "now()", writer: .database, wire: "updatedAt")
        }
    }

    public var relation: ColumnRelation<ExchangeColumn>? { nil }

    private static let url = ColumnKind.optionalText(byteCountMax: Exchange.urlByteCountMax)
}

extension Exchange {
    /// What a column says.
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
