/// The whole `pg_snapshot` that a load or refresh saw, as PostgreSQL writes it (`xmin:xmax:xip,…`).
///
/// The next refresh reads what this snapshot did not see. xmin alone would not do: behind one long transaction it
/// stands still, old tombstones are read again without their newer rows, and live symbols disappear.
public struct Watermark: Sendable, Hashable, CustomStringConvertible {
    /// Never parsed here; it goes back to PostgreSQL as a bound parameter.
    public let text: String
    /// Microseconds since 2000-01-01 UTC, by the server's clock, at which that transaction began: an alias that expired
    /// since then is news, though no row changed. The least number where that is not known.
    public let readAtMicroseconds: Int64
    /// By the same clock, when the next alias expires; nil when there is none.
    public let aliasExpiryMicroseconds: Int64?

    public init(text: String, readAtMicroseconds: Int64 = .min, aliasExpiryMicroseconds: Int64? = nil) {
        self.text = text
        self.readAtMicroseconds = readAtMicroseconds
        self.aliasExpiryMicroseconds = aliasExpiryMicroseconds
    }

    /// How long after the transaction's beginning a reader that looks again finds that alias expired; nil when there is
    /// none. Rounded up: a reader that is early finds nothing.
    public var aliasExpiryMilliseconds: Int64? {
        guard let aliasExpiryMicroseconds else { return nil }
        let (microseconds, isOverflow) = aliasExpiryMicroseconds.subtractingReportingOverflow(readAtMicroseconds)
        return isOverflow ? nil : max(0, microseconds) / 1_000 + 1
    }

    public var description: String { text }
}

/// Who answered on a connection. Two connections belong together when all of it is equal.
public struct ServerIdentity: Sendable, Hashable, CustomStringConvertible {
    /// Written by initdb; physical copies share it.
    public let systemIdentifier: UInt64
    /// Raised by every promotion; 0 in recovery, where it cannot be asked for.
    public let timeline: UInt32
    public let isInRecovery: Bool
    /// Microseconds since 2000-01-01 UTC at which the postmaster started: tells two running copies of one cluster
    /// apart.
    public let startedAtMicroseconds: Int64
    /// The database's oid.
    public let databaseId: UInt32

    public init(
        systemIdentifier: UInt64, timeline: UInt32, isInRecovery: Bool, startedAtMicroseconds: Int64, databaseId: UInt32
    ) {
        self.systemIdentifier = systemIdentifier
        self.timeline = timeline
        self.isInRecovery = isInRecovery
        self.startedAtMicroseconds = startedAtMicroseconds
        self.databaseId = databaseId
    }

    public var description: String {
        "system \(systemIdentifier), timeline \(timeline)\(isInRecovery ? ", in recovery" : ""), database \(databaseId)"
    }
}
