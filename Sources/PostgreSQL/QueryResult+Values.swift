extension QueryResult {
    /// An `int2` column.
    public func int16(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Int16? {
        guard let wide = try int64(row, column) else { return nil }
        guard let value = Int16(exactly: wide) else { throw mismatch(row, column, "a 16-bit integer") }
        return value
    }

    /// An `int2` or `int4` column, or an `int8` whose value fits.
    public func int32(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Int32? {
        guard let wide = try int64(row, column) else { return nil }
        guard let value = Int32(exactly: wide) else { throw mismatch(row, column, "a 32-bit integer") }
        return value
    }

    /// An `int2`, `int4`, `int8` or `oid` column.
    public func int64(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Int64? {
        guard let bytes = try field(row, column) else { return nil }
        let value: Int64? =
            switch columnTypeOID(column) {
            case TypeOID.int16: BinaryValue.int16(bytes).map(Int64.init)
            case TypeOID.int32: BinaryValue.int32(bytes).map(Int64.init)
            case TypeOID.oid: BinaryValue.int32(bytes).map { Int64(UInt32(bitPattern: $0)) }
            case TypeOID.int64: BinaryValue.int64(bytes)
            default: nil
            }
        guard let value else { throw mismatch(row, column, "an integer") }
        return value
    }

    /// An `xid8` column: a transaction id with its epoch, never reused.
    public func transactionId(_ row: Int, _ column: Int) throws(PostgreSQLError) -> UInt64? {
        guard let bytes = try field(row, column) else { return nil }
        guard columnTypeOID(column) == TypeOID.xid8, let value = BinaryValue.int64(bytes) else {
            throw mismatch(row, column, "an xid8")
        }
        return UInt64(bitPattern: value)
    }

    public func float64(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Double? {
        guard let bytes = try field(row, column) else { return nil }
        guard columnTypeOID(column) == TypeOID.float64, let value = BinaryValue.float64(bytes) else {
            throw mismatch(row, column, "a double")
        }
        return value
    }

    public func bool(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Bool? {
        guard let bytes = try field(row, column) else { return nil }
        guard columnTypeOID(column) == TypeOID.bool, let value = BinaryValue.bool(bytes) else {
            throw mismatch(row, column, "a boolean")
        }
        return value
    }

    /// A `text`, `varchar`, `char(n)`, `name` or `json` column. Cast anything else to `text` in the statement.
    /// Allocates for more than 15 bytes.
    public func text(_ row: Int, _ column: Int) throws(PostgreSQLError) -> String? {
        guard let bytes = try field(row, column) else { return nil }
        switch columnTypeOID(column) {
        case TypeOID.text, TypeOID.varchar, TypeOID.bpchar, TypeOID.name, TypeOID.json, TypeOID.unknown: break
        default: throw mismatch(row, column, "text")
        }
        guard let value = String(validating: bytes, as: UTF8.self) else { throw mismatch(row, column, "UTF-8 text") }
        return value
    }

    /// A `bytea` column, copied.
    public func bytes(_ row: Int, _ column: Int) throws(PostgreSQLError) -> [UInt8]? {
        guard let bytes = try field(row, column) else { return nil }
        guard columnTypeOID(column) == TypeOID.bytea else { throw mismatch(row, column, "bytea") }
        return [UInt8](bytes)
    }

    /// A `timestamptz` column: microseconds since 2000-01-01 00:00:00 UTC; infinities are the ends of `Int64`.
    public func timestamp(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Int64? {
        guard let bytes = try field(row, column) else { return nil }
        guard columnTypeOID(column) == TypeOID.timestamptz, let value = BinaryValue.timestamp(bytes) else {
            throw mismatch(row, column, "a timestamptz")
        }
        return value
    }

    /// A `numeric` column as an exact plain decimal: `0.00001000`, `-12`, `NaN`, `Infinity`.
    public func numericText(_ row: Int, _ column: Int) throws(PostgreSQLError) -> String? {
        guard let bytes = try field(row, column) else { return nil }
        guard columnTypeOID(column) == TypeOID.numeric, let value = BinaryNumeric.text(bytes) else {
            throw mismatch(row, column, "a numeric")
        }
        return value
    }

    /// How many columns there are is the server's word too.
    private func field(_ row: Int, _ column: Int) throws(PostgreSQLError) -> UnsafeRawBufferPointer? {
        guard column < columnCount else {
            throw .value("there is no column \(column), only \(columnCount)", statement: statementName)
        }
        return rawBytes(row, column)
    }

    private func mismatch(_ row: Int, _ column: Int, _ wanted: String) -> PostgreSQLError {
        .value(
            "column \(columnName(column)) of row \(row) is not \(wanted) (type \(columnTypeOID(column)))",
            statement: statementName)
    }
}
