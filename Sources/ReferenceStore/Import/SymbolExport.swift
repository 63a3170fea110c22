import PostgreSQL

/// Writes all symbols as the CSV that `SymbolImport` reads: every column, ordered by exchange, base and quote.
///
/// An import into an empty table gives the same rows back, ids and times included; into the table itself it changes
/// nothing. One statement, so one moment in time; constant memory. Not thread-safe.
public struct SymbolExport {
    private let connection: Connection

    public init(_ connection: Connection) { self.connection = connection }

    /// - Parameter write: takes the bytes of one line at a time, its LF included; the header comes first.
    /// - Returns: how many symbols were written.
    /// - Throws: `.database`, `.notMigrated`, `.output` with what `write` threw.
    @discardableResult
    public func run(_ write: (UnsafeRawBufferPointer) throws -> Void) throws(StoreError) -> Int {
        do {
            return try connection.copyOut(Self.statement) { line in
                do {
                    try write(line)
                } catch {
                    throw StoreError.output(String(describing: error))
                }
            }
        } catch let error as StoreError {
            throw error
        } catch let error as PostgreSQLError {
            throw StoreError(error)
        } catch {
            throw .unexpectedResult(statementName: Self.statement.name, reason: String(describing: error))
        }
    }

    /// Byte order, so that two databases with different collations write the same file.
    static let statement = Statement(
        name: "export symbols",
        sql: """
            COPY (
                SELECT e.enum_value AS exchange, s.base_asset, s.quote_asset, s.symbol_string, s.id,
                       CASE WHEN s.is_active THEN 'true' ELSE 'false' END AS is_active,
                       s.precision_base, s.precision_quote, s.precision_price,
                       trim_scale(s.min_order_size) AS min_order_size, trim_scale(s.max_order_size) AS max_order_size,
                       trim_scale(s.tick_size) AS tick_size, trim_scale(s.step_size) AS step_size,
                       \(utc("s.created_at")) AS created_at, \(utc("s.updated_at")) AS updated_at,
                       \(utc("s.last_seen")) AS last_seen
                  FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
                 ORDER BY e.enum_value COLLATE "C", s.base_asset COLLATE "C", s.quote_asset COLLATE "C"
            ) TO STDOUT (FORMAT csv, HEADER true)
            """)

    /// A moment as `Timestamp` writes it.
    static func utc(_ expression: String) -> String {
        "to_char(\(expression) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    }
}
