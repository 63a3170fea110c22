import PostgreSQL

/// What the database knows of the backfill of one table, for whoever looks from another session.
public struct BackfillStatus: Sendable, Hashable {
    public var source: MarketDataSource
    /// Nil while nothing is mirrored.
    public var legacyTable: String?
    /// What it is at, or was when it ended; nil before the first run.
    public var stage: String?
    public var isRunning: Bool
    public var rowCount: Int64
    public var rowCountExpected: Int64
    public var rowsPerSecond: Double
    /// At this rate; nil while nothing runs.
    public var secondsLeft: Int64? {
        guard isRunning, rowsPerSecond > 0 else { return nil }
        return Int64(min(Double(max(0, rowCountExpected - rowCount)) / rowsPerSecond, 1e9))
    }
    /// Partitions that are there, and those of them, or to come, that are not filled yet.
    public var partitionCount: Int64
    public var unfinishedCount: Int64
    public var queuedCount: Int64
    /// How long the oldest queued row waits.
    public var queueSeconds: Int64

    /// Of both tables. One scan of the queue.
    public static func read(_ connection: Connection) throws(MarketDataError) -> [BackfillStatus] {
        try MarketDataError.wrapping {
            let rows = try connection.query(statement, [.int64(SessionLock.backfill.rawValue)])
            return try (0..<rows.rowCount).compactMap { row in
                guard let source = try rows.text(row, 0).flatMap(MarketDataSource.init(rawValue:)) else { return nil }
                return BackfillStatus(
                    source: source, legacyTable: try rows.text(row, 1), stage: try rows.text(row, 2),
                    isRunning: try rows.bool(row, 3) ?? false, rowCount: try rows.int64(row, 4) ?? 0,
                    rowCountExpected: try rows.int64(row, 5) ?? 0, rowsPerSecond: try rows.float64(row, 6) ?? 0,
                    partitionCount: try rows.int64(row, 7) ?? 0, unfinishedCount: try rows.int64(row, 8) ?? 0,
                    queuedCount: try rows.int64(row, 9) ?? 0, queueSeconds: try rows.int64(row, 10) ?? 0)
            }
        }
    }

    private static let statement = Statement(
        name: "how far the backfill is",
        sql: """
            SELECT s.source, s.legacy::text, b.stage,
                   EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                              AND l.classid = ($1::bigint >> 32)::oid AND l.objid = ($1::bigint & 4294967295)::oid
                              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                              AND l.pid = b.process_id),
                   coalesce(b.row_count, 0), coalesce(b.row_count_expected, 0), coalesce(b.rows_per_second, 0),
                   p.partition_count, p.unfinished_count, q.queued_count, q.queue_seconds
              FROM market_data_sources s LEFT JOIN market_data_backfills b ON b.source = s.source
             CROSS JOIN LATERAL (
                   SELECT count(*) FILTER (WHERE state = 'attached') AS partition_count,
                          count(*) FILTER (WHERE state = 'building'
                                              OR state = 'attached' AND copied_to < ends_at) AS unfinished_count
                     FROM market_data_partitions p WHERE p.source = s.source) p
             CROSS JOIN LATERAL (
                   SELECT count(*) AS queued_count,
                          coalesce(extract(epoch FROM clock_timestamp() - min(queued_at))::int8, 0) AS queue_seconds
                     FROM market_data_queue q WHERE q.source = s.source) q
             ORDER BY s.source
            """)
}
