import PostgreSQL
import ReferenceData

/// Writes symbols as the CSV that `SymbolImport` reads: every column, ordered by exchange, base, quote and id.
///
/// An import into an empty table gives the same rows back, ids and times included; into the table itself it changes
/// nothing. A kind that was assumed is left empty where futures or options are traded, so that it is assumed again.
/// One statement, so one moment in time; constant memory. Not thread-safe.
public struct SymbolExport {
    private let connection: Connection
    private let tables: PastTables

    /// - Parameter time: a moment of the past whose symbols are meant; nil for those of now. What the audit cannot tell
    ///   is an error of the database then: see `HistoryError`.
    public init(_ connection: Connection, asOf time: Timestamp? = nil) {
        self.connection = connection
        tables = time.map { PastTables(asOf: $0) } ?? .present
    }

    /// The id of the exchange of a code; nil where there is none.
    /// - Throws: `.database`, `.notMigrated`.
    public func exchangeId(code: String) throws(StoreError) -> UInt16? {
        let statement = Statement(
            name: "exchange of a code", sql: "SELECT id FROM \(tables.exchanges) e WHERE enum_value = $1")
        return try StoreError.wrapping(statement.name) {
            let result = try connection.query(statement, [.text(code)])
            return result.rowCount == 0 ? nil : try result.int16(0, 0).flatMap(UInt16.init(exactly:))
        }
    }

    /// - Parameters:
    ///   - exchangeId: of the only exchange that is wanted; nil for all.
    ///   - write: takes the bytes of one line at a time, its LF included; the header comes first.
    /// - Returns: how many symbols were written.
    /// - Throws: `.database`, `.notMigrated`, `.output` with what `write` threw.
    @discardableResult
    public func run(
        exchangeId: UInt16? = nil, _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws(StoreError) -> Int {
        let statement = statement(exchangeId: exchangeId)
        return try StoreError.wrapping(statement.name) {
            try connection.copyOut(statement) { line in
                do {
                    try write(line)
                } catch {
                    throw StoreError.output(String(describing: error))
                }
            }
        }
    }

    /// The symbols of one exchange as the table has them, but for rows that cannot be served, which are counted.
    /// O(symbols) of memory.
    /// - Throws: `.database`, `.notMigrated`.
    public func symbols(exchangeId: UInt16) throws(StoreError) -> (symbols: [SymbolRecord], refusedCount: Int) {
        let statement = Statement(
            name: "read symbols",
            sql: """
                COPY (
                    SELECT \(ReferenceStatements.symbolColumns) FROM \(tables.symbols) s WHERE exchange_id =
                        \(exchangeId)
                ) TO STDOUT (FORMAT binary)
                """)
        return try StoreError.wrapping(statement.name) {
            var symbols: [SymbolRecord] = []
            var refusedCount = 0
            try connection.copyOut(statement) { bytes in
                guard var row = BinaryRow(bytes) else { throw RowShapeError(reason: "a row without a field count") }
                switch try RowDecoder.symbol(&row) {
                case .row(let symbol): symbols.append(symbol)
                case .refused: refusedCount += 1
                }
            }
            return (symbols, refusedCount)
        }
    }

    /// Whether nobody said a kind, and a list that does not say it either comes to the same: it stays unsaid then. A
    /// symbol of a SPOT exchange is that to whoever reads the list.
    private static let hasMarketsKind = """
        (s.is_kind_assumed AND (e.market_type = 'FUTURES' AND s.kind = 'perpetual' AND s.payoff IS NOT NULL
                                OR e.market_type = 'OPTIONS' AND s.kind = 'other'
                                   AND num_nulls(s.strike, s.option_type, s.expires_at) > 0))
        """

    /// Byte order, so that two databases with different collations write the same file.
    private func statement(exchangeId: UInt16?) -> Statement {
        let columns = SymbolColumn.allCases.map { column in
            let value =
                switch column {
                case .exchange: "e.enum_value"
                case .kind: "CASE WHEN NOT \(Self.hasMarketsKind) THEN s.kind END"
                default: Self.fileText(column, "s")
                }
            return "\(value) AS \(column.rules.fileName)"
        }
        return Statement(
            name: "export symbols",
            sql: """
                COPY (
                    SELECT \(columns.joined(separator: ", "))
                      FROM \(tables.symbols) s JOIN \(tables.exchanges) e ON e.id = s.exchange_id
                     \(exchangeId.map { "WHERE s.exchange_id = \($0)" } ?? "")
                     ORDER BY e.enum_value COLLATE "C", s.base_asset COLLATE "C", s.quote_asset COLLATE "C", s.id
                ) TO STDOUT (FORMAT csv, HEADER true)
                """)
    }

    /// A column of a table as a file has it: as `ColumnValue` writes it.
    static func fileText(_ column: SymbolColumn, _ table: String) -> String {
        let value = "\(table).\(column.name)"
        return switch column.rules.kind {
        case .decimal: "trim_scale(\(value))::text"
        case .time: "to_char(\(value) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        case .text, .name, .integer, .flag: "\(value)::text"
        }
    }
}
