import PostgreSQL

extension BackfillRun {
    static let lastEnd = Statement(
        name: "end of the partitions",
        sql: "SELECT max(ends_at)::text FROM market_data_partitions WHERE source = $1 AND state = 'attached'")

    static let impatience = Statement(
        name: "set the lock timeout", sql: "SET LOCAL lock_timeout = '100ms'")

    static let keptFrom = Statement(
        name: "what is kept", sql: "SELECT kept_from::text FROM market_data_sources WHERE source = $1")

    static let isBefore = Statement(
        name: "compare times",
        sql: "SELECT $1::timestamptz < $2::timestamptz AND isfinite($1::timestamptz)")

    static let count = Statement(
        name: "count partitions",
        sql: "SELECT count(*) FROM market_data_partitions WHERE source = $1 AND state <> 'detached'")

    static let unfinished = Statement(
        name: "partitions to be filled",
        sql: """
            SELECT relation::text, starts_at::text, ends_at::text, copied_to::text, state
              FROM market_data_partitions
             WHERE source = $1 AND (state = 'building' OR state = 'attached' AND copied_to < ends_at)
             ORDER BY starts_at
            """)

    /// The indexes of the partitioned table `$1` that the table `$2` lacks, as statements that make them.
    static let indexes = Statement(
        name: "indexes of a partition",
        sql: """
            SELECT CASE WHEN i.indisprimary THEN format('ALTER TABLE %s ADD PRIMARY KEY (id, "timestamp")', $2::text)
                   ELSE regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX .* ON .* USING',
                                       format('CREATE \\1INDEX ON %s USING', $2::text)) END
              FROM pg_index i
             WHERE i.indrelid = to_regclass($1) AND NOT EXISTS (
                   SELECT FROM pg_index o WHERE o.indrelid = to_regclass($2)
                      AND regexp_replace(pg_get_indexdef(o.indexrelid), '^.* USING ', '')
                        = regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', ''))
             ORDER BY i.indisprimary DESC, i.indexrelid
            """)

    static let hasForeignKey = Statement(
        name: "look for a foreign key",
        sql: "SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass($1) AND contype = 'f')")

    /// What the planner thinks, at least what is copied already. Of a table that nobody has analyzed it thinks nothing:
    /// some 80 rows are on a page.
    static let estimate = Statement(
        name: "estimate rows",
        sql: """
            SELECT greatest((SELECT CASE WHEN reltuples < 0 THEN pg_relation_size(oid) / 100 ELSE reltuples END::int8
                               FROM pg_class WHERE oid = to_regclass($1)), copied), copied
              FROM (SELECT coalesce(sum(copied_count), 0)::int8 AS copied FROM market_data_partitions
                     WHERE source = $2 AND state <> 'detached') done
            """)

    static let writeProgress = Statement(
        name: "write down how far it is",
        sql: """
            INSERT INTO market_data_backfills AS b (source, stage, process_id, started_at, updated_at, row_count,
                                                    row_count_expected, rows_per_second)
            VALUES ($1, $2, pg_backend_pid(), clock_timestamp(), clock_timestamp(), $3, $4, $5::float8)
            ON CONFLICT (source) DO UPDATE
               SET stage = $2, process_id = excluded.process_id, updated_at = excluded.updated_at,
                   started_at = CASE WHEN $2 = 'beginning' THEN excluded.started_at ELSE b.started_at END,
                   row_count = $3, row_count_expected = $4, rows_per_second = excluded.rows_per_second
            """)

    static let waiting = Statement(
        name: "what waits in the queue",
        sql: "SELECT reason, count(*) FROM market_data_queue WHERE source = $1 GROUP BY reason")
}
