import PostgreSQL

/// The statements of the backfill of one legacy table. Times travel as text in UTC.
struct BackfillStatements {
    let table: LegacyTable

    var source: MarketDataSource { table.source }
    private static let namesTable = "pg_temp.market_data_names"
    private static let batchTable = "pg_temp.market_data_batch"

    /// What names mean, as far as they came up, and the queued rows at hand. Joins are by index: the planner knows
    /// nothing of these tables, and of a table of a billion rows a hash is never right.
    static let prepare = Statement(
        name: "prepare the backfill",
        sql: """
            CREATE TEMPORARY TABLE IF NOT EXISTS market_data_names (
                exchange text, symbol_base text, symbol_quote text, symbol_id integer, reason text,
                PRIMARY KEY (exchange, symbol_base, symbol_quote));
            CREATE TEMPORARY TABLE IF NOT EXISTS market_data_batch (
                queue_id bigint PRIMARY KEY, id bigint, "timestamp" timestamptz, exchange text, symbol_base text,
                symbol_quote text, symbol_id integer, reason text, queued_reason text)
            """)

    /// Of a chunk, and of a partition's symbols, a hash is right: these know how many rows they are.
    static let letHash = Statement(name: "let it hash", sql: "SET LOCAL enable_hashjoin = on")

    static let seeOneMoment = Statement(
        name: "see one moment", sql: "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    static let forgetNames = Statement(name: "forget the names", sql: "DELETE FROM \(namesTable)")

    // Chunks

    /// The time of the first row from `$1` on; NULL when there is none.
    var firstTime: Statement {
        Statement(
            name: "first row of \(table.name)",
            sql: "SELECT min(\"timestamp\")::text FROM \(table.name) WHERE \"timestamp\" >= $1::timestamptz")
    }

    /// Where a chunk of `$3` rows from `$1` on ends, `$2` at the latest. More rows of one moment are one chunk.
    var chunkEnd: Statement {
        Statement(
            name: "end of a chunk of \(table.name)",
            sql: """
                SELECT coalesce(CASE WHEN e.at <= $1::timestamptz THEN (
                           SELECT min("timestamp") FROM \(table.name)
                            WHERE "timestamp" > $1::timestamptz AND "timestamp" < $2::timestamptz) ELSE e.at END,
                       $2::timestamptz)::text
                  FROM (VALUES ((SELECT "timestamp" FROM \(table.name)
                          WHERE "timestamp" >= $1::timestamptz AND "timestamp" < $2::timestamptz
                          ORDER BY "timestamp" OFFSET $3::bigint LIMIT 1))) AS e (at)
                """)
    }

    static let isInChunk = "l.\"timestamp\" >= $1::timestamptz AND l.\"timestamp\" < $2::timestamptz"

    /// Learns what the names from `$1` up to `$2` mean, and counts the rows.
    var learnNames: Statement {
        Statement(
            name: "names of a chunk of \(table.name)",
            sql: """
                WITH d AS MATERIALIZED (
                    SELECT exchange::text, symbol_base::text, symbol_quote::text, count(*) FROM \(table.name) l
                     WHERE \(Self.isInChunk) GROUP BY 1, 2, 3
                ), learnt AS (
                    INSERT INTO \(Self.namesTable)
                    SELECT d.exchange, d.symbol_base, d.symbol_quote, s.symbol_id, s.reason
                      FROM (SELECT exchange, symbol_base, symbol_quote FROM d
                            EXCEPT SELECT exchange, symbol_base, symbol_quote FROM \(Self.namesTable)) d
                     CROSS JOIN LATERAL market_data_symbol(d.exchange, d.symbol_base, d.symbol_quote) s
                )
                SELECT coalesce(sum(count), 0)::int8 FROM d
                """)
    }

    private static let named = """
        LEFT JOIN \(namesTable) s ON s.exchange = l.exchange AND s.symbol_base = l.symbol_base
            AND s.symbol_quote = l.symbol_quote
        """

    /// Copies the rows from `$1` up to `$2` into a partition.
    /// - Parameter isAside: nobody else writes it, and it has no key yet.
    func copy(into partition: String, isAside: Bool) -> Statement {
        Statement(
            name: "copy a chunk of \(table.name)",
            sql: """
                INSERT INTO \(partition) (\(table.targetColumns))
                SELECT s.symbol_id, \(table.values(of: "l"))
                  FROM \(table.name) l \(Self.named)
                 WHERE \(Self.isInChunk) AND s.symbol_id IS NOT NULL AND \(source.isAcceptable("l"))
                \(isAside ? "" : "ON CONFLICT DO NOTHING")
                """)
    }

    /// Those of them that cannot be copied.
    var queueRest: Statement {
        Statement(
            name: "queue what cannot be copied of \(table.name)",
            sql: """
                INSERT INTO market_data_queue
                       (source, reason, id, "timestamp", exchange, symbol_base, symbol_quote)
                SELECT '\(source.rawValue)',
                       CASE WHEN s.symbol_id IS NULL THEN coalesce(s.reason, 'unknown symbol') ELSE 'refused' END,
                       l.id, l."timestamp", l.exchange, l.symbol_base, l.symbol_quote
                  FROM \(table.name) l \(Self.named)
                 WHERE \(Self.isInChunk) AND (s.symbol_id IS NULL OR (\(source.isAcceptable("l"))) IS NOT TRUE)
                """)
    }

    /// Takes the rows whose symbol was deleted out of a partition that is being built, and queues them.
    func queueOrphans(of partition: String) -> Statement {
        Statement(
            name: "queue rows without their symbol of \(partition)",
            sql: """
                WITH orphan AS (
                    DELETE FROM \(partition) t WHERE NOT EXISTS (SELECT FROM symbols s WHERE s.id = t.symbol_id)
                    RETURNING t.id, t."timestamp"
                )
                INSERT INTO market_data_queue
                       (source, reason, id, "timestamp", exchange, symbol_base, symbol_quote)
                SELECT '\(source.rawValue)', 'unknown symbol', l.id, l."timestamp", l.exchange, l.symbol_base,
                       l.symbol_quote
                  FROM orphan o JOIN \(table.name) l ON l.id = o.id AND l."timestamp" = o."timestamp"
                """)
    }

    static let advance = Statement(
        name: "write down how far a partition is",
        sql: """
            UPDATE market_data_partitions SET copied_to = $2::timestamptz, copied_count = copied_count + $3
             WHERE relation = $1::text::regclass
            """)

    // The queue

    /// Takes the next `$3` behind `$2`, of every reason if `$4`, with what their names mean now and why they cannot be
    /// copied yet.
    var takeBatch: Statement {
        Statement(
            name: "take a batch of the queue",
            sql: """
                INSERT INTO \(Self.batchTable)
                SELECT n.queue_id, n.id, n."timestamp", n.exchange, n.symbol_base, n.symbol_quote, s.symbol_id,
                       CASE WHEN n."timestamp" < m.kept_from THEN 'too old'
                            WHEN p.relation IS NULL AND EXISTS (
                                SELECT FROM market_data_partitions b
                                 WHERE b.source = n.source AND b.state = 'building'
                                   AND n."timestamp" >= b.starts_at AND n."timestamp" < b.ends_at) THEN 'being built'
                            WHEN s.reason IS NOT NULL THEN s.reason
                            WHEN p.relation IS NULL THEN 'no partition' END,
                       n.reason
                  FROM (SELECT * FROM market_data_queue
                         WHERE source = $1 AND queue_id > $2 AND id IS NOT NULL
                           AND ($4 OR reason NOT IN ('unknown symbol', 'ambiguous symbol', 'refused'))
                         ORDER BY queue_id LIMIT $3::bigint) n
                  JOIN market_data_sources m ON m.source = n.source
                 CROSS JOIN LATERAL market_data_symbol(n.exchange, n.symbol_base, n.symbol_quote) s
                 \(MirrorStatements.partition(of: "n", source.rawValue))
                """)
    }

    /// Of what waits under one key the last: who copies a row looks it up anew.
    static let forgetDoubles = Statement(
        name: "forget what is queued twice",
        sql: """
            DELETE FROM market_data_queue q USING (
                SELECT queue_id, lead(queue_id) OVER (
                           PARTITION BY id, "timestamp", exchange, symbol_base, symbol_quote ORDER BY queue_id) AS next
                  FROM market_data_queue WHERE source = $1 AND id IS NOT NULL) d
             WHERE q.queue_id = d.queue_id AND d.next IS NOT NULL
            """)

    static let queueEnd = Statement(
        name: "end of the queue", sql: "SELECT max(queue_id) FROM market_data_queue WHERE source = $1")
    static let batchEnd = Statement(name: "end of a batch", sql: "SELECT max(queue_id) FROM \(batchTable)")
    static let emptyBatch = Statement(name: "empty the batch", sql: "DELETE FROM \(batchTable)")

    var removeOld: Statement {
        Statement(
            name: "remove what was queued",
            sql: """
                DELETE FROM \(source.targetName) t
                 USING (SELECT DISTINCT id, "timestamp" FROM \(Self.batchTable)
                         WHERE reason IS DISTINCT FROM 'being built') b
                 WHERE t.id = b.id AND t."timestamp" = b."timestamp"
                """)
    }

    private static let isRow = """
        l."timestamp" = b."timestamp" AND l.id = b.id AND l.exchange = b.exchange
            AND l.symbol_base = b.symbol_base AND l.symbol_quote = b.symbol_quote
        """

    var copyAnew: Statement {
        Statement(
            name: "copy what was queued",
            sql: """
                INSERT INTO \(source.targetName) (\(table.targetColumns))
                SELECT b.symbol_id, \(table.values(of: "l"))
                  FROM (SELECT DISTINCT id, "timestamp", exchange, symbol_base, symbol_quote, symbol_id
                          FROM \(Self.batchTable) WHERE reason IS NULL) b
                  JOIN \(table.name) l ON \(Self.isRow)
                 WHERE \(source.isAcceptable("l"))
                ON CONFLICT DO NOTHING
                """)
    }

    /// What is done leaves the queue. What is not waits: rows that are there and cannot be copied, and all rows of a
    /// time whose partition is being built, because the copy in there may be of before.
    var finishBatch: Statement {
        Statement(
            name: "finish a batch of the queue",
            sql: """
                WITH done AS (
                    SELECT b.queue_id, b.reason, b.queued_reason,
                           b.reason IS NOT DISTINCT FROM 'too old'
                               OR b.reason IS DISTINCT FROM 'being built' AND NOT EXISTS (
                                   SELECT FROM \(table.name) l WHERE \(Self.isRow)
                                      AND (b.reason IS NOT NULL
                                           OR (\(source.isAcceptable("l"))) IS NOT TRUE)) AS is_done
                      FROM \(Self.batchTable) b
                ), removed AS (
                    DELETE FROM market_data_queue q USING done d WHERE q.queue_id = d.queue_id AND d.is_done
                    RETURNING 1
                ), renamed AS (
                    UPDATE market_data_queue q SET reason = coalesce(d.reason, 'refused')
                      FROM done d WHERE q.queue_id = d.queue_id AND NOT d.is_done
                       AND q.reason <> coalesce(d.reason, 'refused')
                )
                SELECT count(*) FROM removed
                """)
    }

    static let lastTruncation = Statement(
        name: "look for a TRUNCATE",
        sql: "SELECT max(queue_id) FROM market_data_queue WHERE source = $1 AND id IS NULL")

    static let forgetTruncation = Statement(
        name: "finish a TRUNCATE",
        sql: "DELETE FROM market_data_queue WHERE source = $1 AND id IS NULL AND queue_id <= $2")

    static let truncatedTables = Statement(
        name: "tables that a TRUNCATE concerns",
        sql: """
            SELECT relation::text, pg_relation_size(relation) / current_setting('block_size')::int8
              FROM market_data_partitions p
             WHERE source = $1 AND state <> 'detached' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = p.relation)
            """)

    /// Removes what the legacy table does not have any more from the pages `$1` to `$2` of a partition.
    func removeOrphans(of partition: String) -> Statement {
        Statement(
            name: "remove rows without their legacy row",
            sql: """
                DELETE FROM \(partition) t
                 WHERE t.ctid >= format('(%s,0)', $1::bigint)::tid AND t.ctid < format('(%s,0)', $2::bigint)::tid
                   AND t.id < \(MarketDataSource.ownIdMin)
                   AND NOT EXISTS (SELECT FROM \(table.name) l WHERE l."timestamp" = t."timestamp" AND l.id = t.id)
                """)
    }
}
