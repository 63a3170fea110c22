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
        try value(row, column, TypeOID.xid8, "an xid8", BinaryValue.int64).map { UInt64(bitPattern: $0) }
    }

    public func float64(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Double? {
        try value(row, column, TypeOID.float64, "a double", BinaryValue.float64)
    }

    public func bool(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Bool? {
        try value(row, column, TypeOID.bool, "a boolean", BinaryValue.bool)
    }

    /// A `timestamptz` column: microseconds since 2000-01-01 00:00:00 UTC; infinities are the ends of `Int64`.
    public func timestamp(_ row: Int, _ column: Int) throws(PostgreSQLError) -> Int64? {
        try value(row, column, TypeOID.timestamptz, "a timestamptz", BinaryValue.int64)
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

    private func value<Value>(
        _ row: Int, _ column: Int, _ type: UInt32, _ wanted: String, _ read: (UnsafeRawBufferPointer) -> Value?
    ) throws(PostgreSQLError) -> Value? {
        guard let bytes = try field(row, column) else { return nil }
        guard columnTypeOID(column) == type, let value = read(bytes) else { throw mismatch(row, column, wanted) }
        return value
    }

    /// The server decides how many columns it sends: a missing one is an error, not a trap.
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
