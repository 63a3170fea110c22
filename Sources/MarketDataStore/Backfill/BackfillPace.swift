import Glibc
import Platform
import PostgreSQL

/// Keeps a backfill to the rate that was asked for, and behind the standbys.
struct BackfillPace {
    private let connection: Connection
    private let rowsPerSecondMax: Double?
    private let lagByteCountMax: Int64
    private var nextNanoseconds: UInt64 = 0
    private static let pauseMilliseconds: UInt32 = 100

    init(_ connection: Connection, _ options: Backfill.Options) {
        self.connection = connection
        rowsPerSecondMax = options.rowsPerSecondMax.map(Double.init)
        lagByteCountMax = options.replicationLagByteCountMax
    }

    /// When the next chunk may begin, in nanoseconds of the monotonic clock: each chunk takes its rows' share of time,
    /// and what was slower before is not made up for.
    static func next(after previous: UInt64, now: UInt64, rowCount: Int64, rowsPerSecondMax: Double) -> UInt64 {
        max(previous, now) + UInt64(Double(rowCount) / rowsPerSecondMax * 1e9)
    }

    /// How long to sleep before it is looked again whether to go on, in microseconds: hours may be left.
    static func pauseMicroseconds(until next: UInt64, now: UInt64) -> UInt32 {
        let left = next > now ? (next - now) / 1_000 : 0
        return min(UInt32(clamping: left), pauseMilliseconds * 1_000 - 1) + 1
    }

    /// - Parameter onLag: called each time that it goes on waiting, with who is how far behind.
    mutating func wait(after rowCount: Int64, isStopped: () -> Bool, onLag: (String) throws -> Void) throws {
        if let rowsPerSecondMax, rowCount > 0 {
            let now = MonotonicClock.nanoseconds()
            nextNanoseconds = Self.next(
                after: nextNanoseconds, now: now, rowCount: rowCount, rowsPerSecondMax: rowsPerSecondMax)
            while MonotonicClock.nanoseconds() < nextNanoseconds, !isStopped() {
                usleep(Self.pauseMicroseconds(until: nextNanoseconds, now: MonotonicClock.nanoseconds()))
            }
        }
        while let laggard = try laggard(), !isStopped() {
            try onLag(laggard)
            usleep(Self.pauseMilliseconds * 1_000)
        }
    }

    private func laggard() throws -> String? {
        let found = try connection.query(Self.mostBehind, [.int64(lagByteCountMax)])
        return found.rowCount > 0 ? try found.text(0, 0) : nil
    }

    /// Who is most behind, where that is more than `$1` bytes. A slot keeps its WAL also while nobody reads it.
    private static let mostBehind = Statement(
        name: "look at the standbys",
        sql: """
            SELECT format('%s, %s MiB behind', who, (lag / 1048576)::bigint)
              FROM (SELECT format('standby %s', coalesce(nullif(application_name, ''), pid::text)) AS who,
                           pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, sent_lsn)) AS lag
                      FROM pg_stat_replication
                     UNION ALL
                    SELECT format('replication slot %s', slot_name),
                           pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(confirmed_flush_lsn, restart_lsn))
                      FROM pg_replication_slots) AS peers
             WHERE lag > $1 ORDER BY lag DESC LIMIT 1
            """)
}
