import PostgreSQL
import ReferenceData

/// An exchange as the table has it now, with the version to name in an update.
public struct ManagedExchange: VersionedRow {
    public let exchange: Exchange
    public let version: RowVersion

    public static let kind = ReferenceKind.exchange
    public static let selection = "ROW(\(ReferenceStatements.exchangeColumns)), changed_xid"
    public static let fixed: [ExchangeColumn] = []

    public init(_ result: QueryResult, _ row: Int) throws {
        guard let bytes = result.rawBytes(row, 0) else { throw StoreError.shape(result) }
        var record = try BinaryRecord(bytes)
        exchange = try RowDecoder.exchange(&record).readable()
        version = try RowVersion(result, row)
    }

    public var rowId: Int64 { Int64(exchange.id) }
    public var updatedAt: Timestamp { exchange.updatedAt }
    public var fields: ExchangeFields { ExchangeFields(exchange) }
}
