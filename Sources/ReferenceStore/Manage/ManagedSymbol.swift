import PostgreSQL
import ReferenceData

/// A symbol as the table has it now, with the version to name in an update.
public struct ManagedSymbol: VersionedRow {
    public let symbol: SymbolRecord
    /// The code of its exchange.
    public let exchangeCode: String
    public let version: RowVersion

    public static let kind = ReferenceKind.symbol
    public static let selection = """
        ROW(\(ReferenceStatements.symbolColumns)), changed_xid, \
        (SELECT e.enum_value::text FROM exchanges e WHERE e.id = exchange_id)
        """
    /// A new symbol string is a rename, because engines may still ask by the old one.
    public static let fixed: [SymbolColumn] = [.exchange, .symbolString]

    public init(_ result: QueryResult, _ row: Int) throws {
        guard let bytes = result.rawBytes(row, 0), let code = try result.text(row, 2) else {
            throw StoreError.shape(result)
        }
        var record = try BinaryRecord(bytes)
        symbol = try RowDecoder.symbol(&record).readable()
        exchangeCode = code
        version = try RowVersion(result, row)
    }

    public var rowId: Int64 { Int64(symbol.id) }
    public var updatedAt: Timestamp { symbol.updatedAt }
    public var fields: SymbolFields { SymbolFields(symbol, exchange: exchangeCode) }
}
