import PostgreSQL
import ReferenceData

/// What was in the reference tables at a moment.
public struct PastReference: Sendable {
    public let content: ReferenceContent
    public let asOf: Timestamp
    /// The `pg_snapshot` that it was worked out in.
    public let databaseSnapshot: String
}

/// Tells the past of the reference tables from their audit: who was listed, with which rules, at any moment since it
/// began. Blocking; for tools. Not thread-safe.
///
/// All that was committed by then, by whole transactions: of one that was just committing either all or nothing. What
/// nobody recorded cannot be told: `last_seen` is absent where it moved since, and a row that was changed with the
/// triggers off has its later content.
public struct ReferenceHistory {
    private let connection: Connection

    /// - Parameter connection: not inside a transaction.
    public init(_ connection: Connection) { self.connection = connection }

    /// Everything as of `time`. O(rows + lines of the audit): 100,000 symbols and 300,000 lines take some 2 s.
    public func content(asOf time: Timestamp) throws(HistoryError) -> PastReference {
        let tables = PastTables(asOf: time)
        return try reading(asOf: time) {
            let result = try connection.query(ReferenceStatements.currentSnapshot)
            guard result.rowCount == 1, let databaseSnapshot = try result.text(0, 0) else {
                throw StoreError.shape(result)
            }
            var content = ReferenceContent()
            try copy(ReferenceStatements.exchangeColumns, tables.exchanges) { row throws(RowShapeError) in
                switch try RowDecoder.exchange(&row) {
                case .row(let exchange): content.exchanges.append(exchange)
                case .refused(let refused): content.refused.append(refused)
                }
            }
            try copy(ReferenceStatements.aliasColumns, tables.aliases) { row throws(RowShapeError) in
                if let alias = try RowDecoder.alias(&row) { content.aliases.append(alias) }
            }
            try copy(ReferenceStatements.symbolColumns, tables.symbols) { row throws(RowShapeError) in
                if let refused = try RowDecoder.addSymbol(&row, to: &content.symbols) {
                    content.refused.append(refused)
                }
            }
            return PastReference(content: content, asOf: time, databaseSnapshot: databaseSnapshot)
        }
    }

    /// Runs `body` in one transaction that sees tables and audit whole.
    private func reading<Value>(asOf time: Timestamp, _ body: () throws -> Value) throws(HistoryError) -> Value {
        do throws(StoreError) {
            return try StoreError.wrapping("past") {
                let value = try connection.transaction(.repeatableRead) {
                    try connection.query(Self.lock)
                    return try body()
                }
                // Not everybody who may ask may lock the audit: if lines went meanwhile, this says so.
                try connection.query(Statement(name: "past", sql: "SELECT FROM \(PastTables(asOf: time).exchanges)"))
                return value
            }
        } catch {
            throw HistoryError(error)
        }
    }

    private func copy(
        _ columns: String, _ table: String, _ take: (inout BinaryRow) throws(RowShapeError) -> Void
    ) throws {
        let statement = Statement(
            name: "past", sql: "COPY (SELECT \(columns) FROM \(table) past) TO STDOUT (FORMAT binary)")
        try connection.copyOut(statement) { bytes in
            do throws(RowShapeError) {
                guard var row = BinaryRow(bytes) else { throw RowShapeError(reason: "a row without a field count") }
                try take(&row)
                guard row.isAtEnd else { throw RowShapeError(reason: "a row with more fields than asked for") }
            } catch {
                throw StoreError.unexpectedResult(statementName: statement.name, reason: error.reason)
            }
        }
    }

    /// Before the first snapshot of the transaction, as `ReferenceStatements.lock`.
    private static let lock = Statement(
        name: "lock reference tables", sql: "LOCK TABLE exchanges, symbols, symbol_aliases IN ACCESS SHARE MODE")
}
