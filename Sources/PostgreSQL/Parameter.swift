/// A value bound to `$n` of a statement. Bound means: it travels beside the SQL, so nothing in it is ever executed.
///
/// Numbers and arrays travel in binary with their type; `text` travels untyped, so that the server infers the
/// type from where it stands (a `varchar` column, a `numeric` expression with a cast, an `xid8`, a date).
public enum Parameter: Sendable, Hashable {
    case null
    case bool(Bool)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    /// Text of the type the statement expects at this place. A NUL byte inside is refused: PostgreSQL cannot hold it.
    case text(String)
    /// A plain decimal, `"0.00001"`, typed `numeric`.
    case numeric(String)
    /// Microseconds since 2000-01-01 00:00:00 UTC, typed `timestamptz`.
    case timestamp(microsecondsSince2000: Int64)
    case textArray([String?])
    case int32Array([Int32])

    /// `text`, or `null` when there is none.
    public static func text(optional value: String?) -> Parameter { value.map { .text($0) } ?? .null }
}

/// The type numbers of `pg_type` that this module reads and writes. They are fixed for the built-in types.
enum TypeOID {
    static let bool: UInt32 = 16
    static let name: UInt32 = 19
    static let int64: UInt32 = 20
    static let int16: UInt32 = 21
    static let int32: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let float64: UInt32 = 701
    static let unknown: UInt32 = 705
    static let int32Array: UInt32 = 1007
    static let textArray: UInt32 = 1009
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let timestamptz: UInt32 = 1184
    static let numeric: UInt32 = 1700
    static let xid8: UInt32 = 5069
}
