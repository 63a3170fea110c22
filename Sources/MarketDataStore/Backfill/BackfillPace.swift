import Glibc
import Platform
import PostgreSQL

/// Keeps a backfill to the rate that was asked for, and behind the standbys.
struct BackfillPace {
    private let connection: Connection
    private let rowsPerSecondMax: Double?
    private let lagByteCountMax: Int64
    private var nextNanoseconds: UInt64 = 0
    private var hasSaidLag = false
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

    /// - Returns: a remark, when it begins to wait for a standby.
    mutating func wait(after rowCount: Int64, isStopped: () -> Bool) throws -> String? {
        if let rowsPerSecondMax, rowCount > 0 {
            let now = MonotonicClock.nanoseconds()
            nextNanoseconds = Self.next(
                after: nextNanoseconds, now: now, rowCount: rowCount, rowsPerSecondMax: rowsPerSecondMax)
            while MonotonicClock.nanoseconds() < nextNanoseconds, !isStopped() {
                let left = nextNanoseconds - min(nextNanoseconds, MonotonicClock.nanoseconds())
                usleep(min(Self.pauseMilliseconds * 1_000, UInt32(left / 1_000) + 1))
            }
        }
        var remark: String?
        while try lag() > lagByteCountMax, !isStopped() {
            if !hasSaidLag { remark = "waiting for a standby that is more than \(lagByteCountMax >> 20) MiB behind" }
            hasSaidLag = true
            usleep(Self.pauseMilliseconds * 1_000)
        }
        if remark == nil { hasSaidLag = false }
        return remark
    }

    private func lag() throws -> Int64 {
        try connection.query(Self.lagOfStandbys).int64(0, 0) ?? 0
    }

    private static let lagOfStandbys = Statement(
        name: "look at the standbys",
        sql: """
            SELECT coalesce(max(pg_wal_lsn_diff(
                       pg_current_wal_lsn(), coalesce(replay_lsn, flush_lsn, sent_lsn))), 0)::int8
              FROM pg_stat_replication
            """)
}
