internal import PostgreSQL
import ReferenceData
internal import ReferenceStore

/// One row of a result. Columns count from 0; a NULL where there must be a value is an error, and so is a number that
/// has no exact value here.
struct ResultRow {
    let result: QueryResult
    let row: Int

    private func required<Value>(_ column: Int, _ value: Value?) throws(MarketStoreError) -> Value {
        guard let value else { throw unexpected(column, "is NULL or no known value") }
        return value
    }

    private func unexpected(_ column: Int, _ what: String) -> MarketStoreError {
        .unexpectedResult("\(result.statementName): column \(column) of row \(row) \(what)")
    }

    private func read<Value>(_ body: () throws(PostgreSQLError) -> Value) throws(MarketStoreError) -> Value {
        do throws(PostgreSQLError) { return try body() } catch { throw MarketStoreError(error) }
    }

    func int64(_ column: Int) throws(MarketStoreError) -> Int64 {
        try required(column, try read { () throws(PostgreSQLError) in try result.int64(row, column) })
    }

    func optionalInt64(_ column: Int) throws(MarketStoreError) -> Int64? {
        try read { () throws(PostgreSQLError) in try result.int64(row, column) }
    }

    func optionalText(_ column: Int) throws(MarketStoreError) -> String? {
        try read { () throws(PostgreSQLError) in try result.text(row, column) }
    }

    func text(_ column: Int) throws(MarketStoreError) -> String { try required(column, try optionalText(column)) }

    func optionalBool(_ column: Int) throws(MarketStoreError) -> Bool? {
        try read { () throws(PostgreSQLError) in try result.bool(row, column) }
    }

    func optionalDouble(_ column: Int) throws(MarketStoreError) -> Double? {
        try read { () throws(PostgreSQLError) in try result.float64(row, column) }
    }

    func symbolId(_ column: Int) throws(MarketStoreError) -> UInt32 {
        try required(column, UInt32(exactly: try int64(column)))
    }

    func exchangeId(_ column: Int) throws(MarketStoreError) -> UInt16 {
        try required(column, UInt16(exactly: try int64(column)))
    }

    /// A `numeric` column.
    func optionalDecimal(_ column: Int) throws(MarketStoreError) -> WideDecimal? {
        guard column < result.columnCount else { throw unexpected(column, "is not there") }
        guard let bytes = result.rawBytes(row, column) else { return nil }
        do throws(NumberFault) {
            return try WideDecimal.decode(binaryNumeric: bytes)
        } catch {
            throw .number(column: "\(result.statementName): column \(column) of row \(row)", value: nil, error)
        }
    }

    func decimal(_ column: Int) throws(MarketStoreError) -> WideDecimal {
        try required(column, try optionalDecimal(column))
    }

    func optionalTime(_ column: Int) throws(MarketStoreError) -> Timestamp? {
        let moment = try read { () throws(PostgreSQLError) in try result.timestamp(row, column) }
        guard let moment else { return nil }
        let time = Timestamp(microsecondsSince2000: moment)
        return time.isAbsent ? nil : time
    }

    func time(_ column: Int) throws(MarketStoreError) -> Timestamp { try required(column, try optionalTime(column)) }

    func optionalCode<Code: RawRepresentable<Int16>>(_ column: Int) throws(MarketStoreError) -> Code? {
        guard let raw = try optionalInt64(column) else { return nil }
        return try required(column, Int16(exactly: raw).flatMap(Code.init))
    }

    func code<Code: RawRepresentable<Int16>>(_ column: Int) throws(MarketStoreError) -> Code {
        try required(column, try optionalCode(column))
    }

    func code<Code: RawRepresentable<String>>(_ column: Int) throws(MarketStoreError) -> Code {
        try required(column, Code(rawValue: try text(column)))
    }
}

extension QueryResult {
    /// Its rows, each read by `body`.
    func map<Row, Failure: Error>(_ body: (ResultRow) throws(Failure) -> Row) throws(Failure) -> [Row] {
        var rows: [Row] = []
        rows.reserveCapacity(rowCount)
        for row in 0..<rowCount { rows.append(try body(ResultRow(result: self, row: row))) }
        return rows
    }
}
