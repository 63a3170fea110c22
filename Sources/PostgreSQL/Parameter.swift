/// A value bound to `$n` of a statement. Bound means: it travels beside the SQL, so nothing in it is ever executed.
///
/// Numbers, bytes and arrays travel in binary with their type; `text` travels untyped, so that the server infers the
/// type from the place it stands in (a `varchar` column, a `numeric` expression with a cast, an `xid8`, a date).
public enum Parameter: Sendable, Hashable {
    case null
    case bool(Bool)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case float64(Double)
    /// Text of the type the statement expects at this place. A NUL byte inside is refused: PostgreSQL cannot hold it.
    case text(String)
    /// A plain decimal, `"0.00001"`, typed `numeric`.
    case numeric(String)
    /// Microseconds since 2000-01-01 00:00:00 UTC, typed `timestamptz`.
    case timestamp(microsecondsSince2000: Int64)
    case bytes([UInt8])
    case textArray([String?])
    case int32Array([Int32])
    case int64Array([Int64])

    /// `text`, or `null` when there is none.
    public static func text(optional value: String?) -> Parameter { value.map { .text($0) } ?? .null }
}

/// The type numbers of `pg_type` that this module reads and writes. They are fixed for the built-in types.
package enum TypeOID {
    package static let bool: UInt32 = 16
    package static let bytea: UInt32 = 17
    package static let name: UInt32 = 19
    package static let int64: UInt32 = 20
    package static let int16: UInt32 = 21
    package static let int32: UInt32 = 23
    package static let text: UInt32 = 25
    package static let oid: UInt32 = 26
    package static let json: UInt32 = 114
    package static let float64: UInt32 = 701
    package static let unknown: UInt32 = 705
    package static let int32Array: UInt32 = 1007
    package static let textArray: UInt32 = 1009
    package static let int64Array: UInt32 = 1016
    package static let bpchar: UInt32 = 1042
    package static let varchar: UInt32 = 1043
    package static let timestamptz: UInt32 = 1184
    package static let numeric: UInt32 = 1700
    package static let xid8: UInt32 = 5069
}
