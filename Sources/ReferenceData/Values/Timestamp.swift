/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z, as PostgreSQL's `timestamptz` resolves it.
@frozen
public struct Timestamp: Sendable, Hashable, Comparable, BitwiseCopyable {
    /// Microseconds since the start of 1970; `Int64.min` marks an absent time.
    public let microsecondsSince1970: Int64

    /// The moment so many microseconds after the start of 1970.
    @inlinable
    public init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    /// No time at all, as SQL NULL.
    @inlinable
    public static var absent: Timestamp { Timestamp(microsecondsSince1970: .min) }

    /// True for `absent`.
    @inlinable
    public var isAbsent: Bool { microsecondsSince1970 == .min }

    /// Earlier; an absent time is before all others.
    @inlinable
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microsecondsSince1970 < right.microsecondsSince1970
    }

    /// The earlier of two times of which either may be absent; absent where both are.
    static func earliest(_ left: Timestamp, _ right: Timestamp) -> Timestamp {
        left.isAbsent ? right : right.isAbsent ? left : min(left, right)
    }
}
