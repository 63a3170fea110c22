/// The columns of `symbols`: the list that loader, import, export, management, validation, row rules and image read.
///
/// To add a column:
///
/// 1. A case and its rules here, and a field in `SymbolRecord`. A decimal stands behind the last decimal, in both, and
///    `DecimalColumns` holds one more: `RowLayout` stores them by number. Any other field gets its place in
///    `RowLayout`, which writes, reads and judges it. The bytes of an image mean something else then: raise
///    `ImageHeader.currentVersion`.
/// 2. `Migrations/003_symbols.up.sql`: the table, its rules, the view. A test compares them with the rules here.
/// 3. The field of `SymbolRecord` in `Protocol/symbology.sbe.xml`, then `make protocol`; the server writes it in
///    `AnswerEncoding`, the client reads it in `ResponseParsing.symbolRecord`.
/// 4. The command line: `ShownSymbol` prints it, `SymbolColumn+Option` explains its option.
///
/// Loader, import, export, management, validation and the row rules follow from the list.
public enum SymbolColumn: Int, ReferenceColumn {
    case exchange
    case baseAsset
    case quoteAsset
    case symbolString
    case id
    case isActive
    case kind
    case settleAsset
    case payoff
    case contractSize
    case expiresAt
    case strike
    case optionType
    case precisionBase
    case precisionQuote
    case precisionPrice
    case minOrderSize
    case maxOrderSize
    case tickSize
    case stepSize
    case minNotional
    case isTiered
    case isInferred
    case isLastGood
    case listedAt
    case delistsAt
    case createdAt
    case updatedAt
    case lastSeen

    public static let tableName = "symbols"
    public static let table = allCases.map(\.definition)

    private var definition: ColumnRules {
        switch self {
        // Ids differ from database to database: files and people name an exchange by its code.
        case .exchange:
            ColumnRules(
                "exchange_id", \.exchangeId, .integer(1...Int64(Exchange.idMax)), writer: .key, wire: "exchangeId",
                given: .text(byteCountMax: Exchange.enumValueByteCountMax), inFiles: "exchange")
        case .baseAsset: ColumnRules("base_asset", \.baseAsset, Self.asset, writer: .key, wire: "baseAsset")
        case .quoteAsset: ColumnRules("quote_asset", \.quoteAsset, Self.asset, writer: .key, wire: "quoteAsset")
        case .symbolString:
            ColumnRules(
                "symbol_string", \.symbolString, .text(byteCountMax: SymbolText.byteCountMax), wire: "symbolText")
        case .id:
            ColumnRules(
                "id", \.id, .integer(1...Int64(UInt32.max)), writer: .database, wire: "symbolId",
                given: .integer(1...Int64(Int32.max)))
        case .isActive: ColumnRules("is_active", \.isActive, .flag, default: "true", wire: nil)
        case .kind:
            ColumnRules(
                "kind", \.kindCode, .name(InstrumentKind.allCases.map(\.name)), default: "'spot'::text", wire: "kind")
        case .settleAsset: ColumnRules("settle_asset", \.settleAsset, Self.asset, isNullable: true, wire: "settleAsset")
        case .payoff:
            ColumnRules("payoff", \.payoffCode, .name(Payoff.allCases.map(\.name)), isNullable: true, wire: "payoff")
        case .contractSize: ColumnRules("contract_size", decimal: 0, wire: "contractSize")
        case .expiresAt: ColumnRules("expires_at", \.expiresAt, .time, isNullable: true, wire: "expiresAt")
        case .strike: ColumnRules("strike", decimal: 1, wire: "strike")
        case .optionType:
            ColumnRules(
                "option_type", \.optionTypeCode, .name(OptionType.allCases.map(\.name)), isNullable: true,
                wire: "optionType")
        case .precisionBase:
            ColumnRules("precision_base", \.precisionBase, Self.precision, isNullable: true, wire: "basePrecision")
        case .precisionQuote:
            ColumnRules("precision_quote", \.precisionQuote, Self.precision, isNullable: true, wire: "quotePrecision")
        case .precisionPrice:
            ColumnRules("precision_price", \.precisionPrice, Self.precision, isNullable: true, wire: "pricePrecision")
        case .minOrderSize: ColumnRules("min_order_size", decimal: 2, wire: "minOrderSize")
        case .maxOrderSize: ColumnRules("max_order_size", decimal: 3, wire: "maxOrderSize")
        case .tickSize: ColumnRules("tick_size", decimal: 4, wire: "tickSize")
        case .stepSize: ColumnRules("step_size", decimal: 5, wire: "stepSize")
        case .minNotional: ColumnRules("min_notional", decimal: 6, wire: "minNotional")
        case .isTiered: ColumnRules("is_tiered", \.isTiered, .flag, default: "false", wire: nil)
        case .isInferred: ColumnRules("is_inferred", \.isInferred, .flag, default: "false", wire: nil)
        case .isLastGood: ColumnRules("is_last_good", \.isLastGood, .flag, default: "false", wire: nil)
        case .listedAt: ColumnRules("listed_at", \.listedAt, .time, isNullable: true, wire: "listedAt")
        case .delistsAt: ColumnRules("delists_at", \.delistsAt, .time, isNullable: true, wire: "delistsAt")
        case .createdAt:
            ColumnRules("created_at", \.createdAt, .time, default: "now()", writer: .database, wire: "createdAt")
        case .updatedAt:
            ColumnRules("updated_at", \.updatedAt, .time, default: "now()", writer: .database, wire: "updatedAt")
        case .lastSeen: ColumnRules("last_seen", \.lastSeen, .time, isNullable: true, wire: "lastSeen")
        }
    }

    public var relation: ColumnRelation<SymbolColumn>? {
        switch self {
        case .minOrderSize: .atMost(.maxOrderSize)
        default: nil
        }
    }

    private static let asset = ColumnKind.text(byteCountMax: AssetText.byteCountMax)
    private static let precision = ColumnKind.integer(0...Int64(SymbolRecord.unknownPrecision - 1))
}
