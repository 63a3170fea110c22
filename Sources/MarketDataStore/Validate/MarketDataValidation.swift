import Platform
import PostgreSQL

/// Looks whether the market data by symbol are what they promise: partitions, the mirror, the queue, and that both
/// tables hold the same.
///
/// Changes nothing. Cost: one count of both tables, and some sampled chunks. Not thread-safe.
public struct MarketDataValidation {
    private let connection: Connection
    /// So many chunks of each table are compared, of so many rows.
    static let sampleCount = 16
    static let sampleRowCount = 1_000
    /// Fewer partitions to come than this, and a timer that fails for a month is noticed too late.
    static let aheadCountMin = 4
    static let queueSecondsMax = 600

    /// - Parameter connection: of a role that may read all of it, not inside a transaction.
    public init(_ connection: Connection) { self.connection = connection }

    /// Runs every check, whatever the others found.
    /// - Parameter onCheck: called after each.
    /// - Throws: `.database` only when the connection is lost; a statement that fails is a check that failed.
    @discardableResult
    public func run(onCheck: (MarketDataCheck) -> Void = { _ in }) throws(MarketDataError) -> [MarketDataCheck] {
        try MarketDataError.wrapping {
            var checks: [MarketDataCheck] = []
            func check(_ name: String, _ body: () throws -> Finding) throws {
                let start = MonotonicClock.nanoseconds()
                let finding: Finding
                do {
                    finding = try body()
                } catch let error as PostgreSQLError where !error.isConnectionLost {
                    finding = (.failed, error.description)
                } catch let error as MarketDataError {
                    finding = (.failed, error.description)
                }
                checks.append(
                    MarketDataCheck(
                        name: name, verdict: finding.verdict, detail: finding.detail,
                        microseconds: (MonotonicClock.nanoseconds() - start) / 1_000))
                checks.last.map(onCheck)
            }
            try check("schema.tables", checkTables)
            guard checks[0].verdict == .passed else { return checks }
            for source in MarketDataSource.allCases {
                for look in Self.looks { try check("\(look.name).\(source.rawValue)") { try complain(look, source) } }
                try check("orphans.\(source.rawValue)") { try checkOrphans(source) }
                try check("rows.\(source.rawValue)") { try compareCounts(source) }
                try check("samples.\(source.rawValue)") { try compareSamples(source) }
            }
            return checks
        }
    }

    private typealias Finding = (verdict: MarketDataCheck.Verdict, detail: String)

    private func checkTables() throws -> Finding {
        let missing = try texts(
            """
            SELECT name FROM unnest(ARRAY['book_ticker_snapshots_v2', 'trade_snapshots_v2', 'market_data_sources',
                'market_data_partitions', 'market_data_queue', 'market_data_backfills', 'latest_book_ticker_snapshots',
                'latest_trade_snapshots', 'book_ticker_snapshots_legacy', 'trade_snapshots_legacy']) AS name
             WHERE to_regclass(name) IS NULL
            """)
        return missing.isEmpty
            ? (.passed, "tables and views are there")
            : (.failed, "there is no \(missing.joined(separator: ", ")): symbology migrate up")
    }

    /// A statement that gives a complaint a row, about the source `$1`.
    private struct Look {
        let name: String
        let verdict: MarketDataCheck.Verdict
        let sql: String
    }

    private static let looks = [
        Look(
            name: "default_partition", verdict: .failed,
            sql: """
                SELECT format('%s is a DEFAULT partition: move its rows and drop it', partdefid::regclass)
                  FROM pg_partitioned_table p JOIN market_data_sources s ON s.target = p.partrelid
                 WHERE s.source = $1 AND partdefid <> 0
                """),
        Look(
            name: "partitions_ahead", verdict: .failed,
            sql: """
                SELECT format('%s partitions begin later than now, at least \(aheadCountMin) are to: '
                              'let a timer run symbology partitions', count(*))
                  FROM market_data_partitions p JOIN pg_inherits i ON i.inhrelid = p.relation
                 WHERE source = $1 AND starts_at > now() HAVING count(*) < \(aheadCountMin)
                """),
        Look(
            name: "partition_count", verdict: .warning,
            sql: """
                SELECT format('%s partitions, and \(PartitionMaintenance.partitionCountMax) are the most that serve: '
                              '--width month, or --keep', count(*))
                  FROM pg_inherits i JOIN market_data_sources s ON s.target = i.inhparent WHERE s.source = $1
                HAVING count(*) > \(PartitionMaintenance.partitionCountMax)
                """),
        Look(
            name: "partitions_filled", verdict: .warning,
            sql: """
                SELECT format('%s is filled up to %s: symbology backfill goes on there', relation, copied_to)
                  FROM market_data_partitions p JOIN market_data_sources s USING (source)
                 WHERE source = $1 AND s.legacy IS NOT NULL
                   AND (state = 'building' OR state = 'attached' AND copied_to < ends_at)
                """),
        Look(
            name: "mirror", verdict: .failed,
            sql: """
                SELECT format('%s has no trigger %s that fires always: writes were missed', legacy, name)
                  FROM market_data_sources CROSS JOIN unnest(ARRAY[
                       \(MirrorStatements.triggerNames.map { "'\($0)'" }.joined(separator: ", "))]) AS name
                 WHERE source = $1 AND legacy IS NOT NULL AND NOT EXISTS (
                       SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
                        WHERE t.tgrelid = legacy AND t.tgname = name AND t.tgenabled = 'A' AND f.prosecdef)
                """),
        Look(
            name: "columns", verdict: .warning,
            sql: """
                SELECT format('%s has %I since it is mirrored, which is not carried along: symbology rollback --phase '
                              '2, and a new backfill', legacy, a.attname)
                  FROM market_data_sources s JOIN pg_attribute a ON a.attrelid = legacy
                 WHERE source = $1 AND attnum > 0 AND NOT attisdropped
                   AND attname NOT IN ('exchange', 'symbol_base', 'symbol_quote') AND NOT EXISTS (
                       SELECT FROM pg_attribute b WHERE b.attrelid = s.target AND b.attname = a.attname
                          AND NOT b.attisdropped)
                """),
        Look(
            name: "queue_age", verdict: .failed,
            sql: """
                SELECT format('%s rows wait to be copied anew, the oldest for %s s: let a timer run symbology backfill',
                              count(*), max(extract(epoch FROM clock_timestamp() - queued_at))::int8)
                  FROM market_data_queue WHERE source = $1 AND reason IN ('changed', 'truncated')
                HAVING max(extract(epoch FROM clock_timestamp() - queued_at)) > \(queueSecondsMax)
                """),
        Look(
            name: "quarantine", verdict: .warning,
            sql: """
                SELECT format('%s rows wait: %s (%s %s/%s, for one)', count(*), reason, min(exchange),
                              min(symbol_base), min(symbol_quote))
                  FROM market_data_queue WHERE source = $1 AND reason NOT IN ('changed', 'truncated') GROUP BY reason
                """),
    ]

    private func complain(_ look: Look, _ source: MarketDataSource) throws -> Finding {
        let complaints = try texts(look.sql, [.text(source.rawValue)])
        guard !complaints.isEmpty else { return (.passed, "") }
        let rest = complaints.count > 3 ? "; and \(complaints.count - 3) more" : ""
        return (look.verdict, complaints.prefix(3).joined(separator: "; ") + rest)
    }

    /// With the key in force no row comes without its symbol, but who disables triggers is not refused.
    private func checkOrphans(_ source: MarketDataSource) throws -> Finding {
        let keyless = try texts(
            """
            SELECT i.inhrelid::regclass::text
              FROM pg_inherits i JOIN market_data_sources s ON s.target = i.inhparent
             WHERE s.source = $1 AND NOT EXISTS (
                   SELECT FROM pg_constraint c WHERE c.conrelid = i.inhrelid AND c.contype = 'f' AND c.convalidated
                      AND c.confrelid = to_regclass('symbols'))
            """, [.text(source.rawValue)])
        guard keyless.isEmpty else {
            return (.failed, "no foreign key on symbols holds for \(keyless.joined(separator: ", "))")
        }
        let orphaned = try texts(
            """
            SELECT format('%s rows of no symbol, of id %s for one', count(*), min(symbol_id))
              FROM \(source.targetName) t WHERE NOT EXISTS (SELECT FROM symbols s WHERE s.id = t.symbol_id)
            HAVING count(*) > 0
            """)
        return orphaned.isEmpty ? (.passed, "every row has its symbol") : (.failed, orphaned[0])
    }

    private func compareCounts(_ source: MarketDataSource) throws -> Finding {
        guard let table = try mirrored(source) else { return (.skipped, Self.unmirrored) }
        let counts = try connection.query(
            Statement(
                name: "count rows of \(table.name)",
                sql: """
                    SELECT (SELECT count(*) FROM \(table.name) l WHERE EXISTS (
                                SELECT FROM market_data_partitions p WHERE p.source = '\(source.rawValue)'
                                   AND p.state = 'attached' AND l."timestamp" >= p.starts_at
                                   AND l."timestamp" < p.ends_at)),
                           (SELECT count(*) FROM \(source.targetName) WHERE id < \(MarketDataSource.ownIdMin)),
                           (SELECT count(*) FROM market_data_queue WHERE source = '\(source.rawValue)'),
                           (SELECT count(*) FROM market_data_partitions WHERE source = '\(source.rawValue)'
                               AND state = 'attached' AND copied_to < ends_at)
                    """))
        if let unfinishedCount = try counts.int64(0, 3), unfinishedCount > 0 {
            return (.skipped, "\(unfinishedCount) partitions are not filled yet")
        }
        let (legacy, count) = (try counts.int64(0, 0) ?? 0, try counts.int64(0, 1) ?? 0)
        let queued = try counts.int64(0, 2) ?? 0
        let detail = "\(legacy) rows of \(table.name), \(count) by symbol, \(queued) in the queue"
        return abs(legacy - count) <= queued ? (.passed, detail) : (.failed, detail)
    }

    private func compareSamples(_ source: MarketDataSource) throws -> Finding {
        guard let table = try mirrored(source) else { return (.skipped, Self.unmirrored) }
        let statements = BackfillStatements(table: table)
        let starts = try connection.query(
            Statement(
                name: "sample chunks",
                sql: """
                    SELECT (starts_at + random() * (copied_to - starts_at))::text, copied_to::text
                      FROM market_data_partitions, generate_series(1, \(Self.sampleCount))
                     WHERE source = $1 AND state = 'attached' AND starts_at < copied_to AND starts_at < now()
                     ORDER BY random() LIMIT \(Self.sampleCount)
                    """), [.text(source.rawValue)])
        var rowCount: Int64 = 0
        for row in 0..<starts.rowCount {
            let time = Parameter.text(optional: try starts.text(row, 0))
            let end = try connection.query(
                statements.chunkEnd,
                [time, .text(optional: try starts.text(row, 1)), .int64(Int64(Self.sampleRowCount))]
            ).text(0, 0)
            let found = try connection.query(statements.compare, [time, .text(optional: end)])
            guard try found.bool(0, 2) == true else {
                return (.failed, "rows from \(try starts.text(row, 0) ?? "") to \(end ?? "") differ")
            }
            rowCount += try found.int64(0, 0) ?? 0
        }
        return (.passed, "\(rowCount) rows of \(starts.rowCount) chunks are the same in both tables")
    }

    private static let unmirrored = "no legacy table is mirrored: symbology backfill does it"

    private func mirrored(_ source: MarketDataSource) throws -> LegacyTable? {
        let isMirrored = try texts(
            "SELECT source FROM market_data_sources WHERE source = $1 AND legacy IS NOT NULL", [.text(source.rawValue)])
        return isMirrored.isEmpty ? nil : try LegacyTable.find(source, connection)
    }

    private func texts(_ sql: String, _ parameters: [Parameter] = []) throws -> [String] {
        let rows = try connection.query(Statement(name: "validate market data", sql: sql), parameters)
        return try (0..<rows.rowCount).map { try rows.text($0, 0) ?? "" }
    }
}
