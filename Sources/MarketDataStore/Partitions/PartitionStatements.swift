import PostgreSQL

/// What `PartitionMaintenance` and the backfill ask and tell the database of partitions.
enum PartitionStatements {
    /// Writes down what is attached, also by hand, and forgets what is gone.
    static let notice = Statement(
        name: "look at the partitions",
        sql: """
            WITH bound AS (
                SELECT i.inhrelid AS relation, s.source, regexp_match(pg_get_expr(c.relpartbound, c.oid),
                           '^FOR VALUES FROM \\(''(.*)''\\) TO \\(''(.*)''\\)$') AS ends
                  FROM market_data_sources s JOIN pg_inherits i ON i.inhparent = s.target AND NOT i.inhdetachpending
                  JOIN pg_class c ON c.oid = i.inhrelid
            ), attached AS (
                SELECT relation, source, ends[1]::timestamptz AS starts_at, ends[2]::timestamptz AS ends_at FROM bound
            ), gone AS (
                DELETE FROM market_data_partitions p WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = p.relation)
            ), taken_off AS (
                UPDATE market_data_partitions p SET state = 'detached'
                 WHERE state = 'attached' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = p.relation)
                   AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = p.relation)
            )
            INSERT INTO market_data_partitions AS p (relation, source, starts_at, ends_at, state, copied_to)
            SELECT relation, source, starts_at, ends_at, 'attached', starts_at FROM attached
             WHERE starts_at < ends_at
            ON CONFLICT (relation) DO UPDATE SET state = 'attached' WHERE p.state = 'building'
            """)

    /// Whether the table by symbol `$1` has a DEFAULT partition, whether pg_partman is there, and the table's name.
    static let state = Statement(
        name: "look at a partitioned table",
        sql: """
            SELECT (SELECT partdefid <> 0 FROM pg_partitioned_table WHERE partrelid = s.target),
                   to_regclass('partman.part_config') IS NOT NULL, s.target::text
              FROM market_data_sources s WHERE s.source = $1
            """)

    /// Partitions of `$1` whose detaching was broken off.
    static let pending = Statement(
        name: "look for broken off detaching",
        sql: """
            SELECT i.inhrelid::regclass::text FROM pg_inherits i JOIN market_data_sources s ON s.target = i.inhparent
             WHERE s.source = $1 AND i.inhdetachpending
            """)

    /// No row where `$1` is no partition any more.
    static let isPending = Statement(
        name: "look for a partition",
        sql: "SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = to_regclass($1)")

    /// The time that a partition for `$2` spans: what its width gives, cut where its neighbours begin and end.
    static let span = Statement(
        name: "span of a partition",
        sql: """
            SELECT greatest(w.starts_at, (SELECT max(p.ends_at) FROM market_data_partitions p
                                           WHERE p.source = s.source AND p.state <> 'detached'
                                             AND p.ends_at <= $2::timestamptz))::text,
                   least(w.ends_at, (SELECT min(p.starts_at) FROM market_data_partitions p
                                      WHERE p.source = s.source AND p.state <> 'detached'
                                        AND p.starts_at > $2::timestamptz))::text,
                   (SELECT p.ends_at::text FROM market_data_partitions p
                     WHERE p.source = s.source AND p.state <> 'detached'
                       AND p.starts_at <= $2::timestamptz AND p.ends_at > $2::timestamptz)
              FROM market_data_sources s CROSS JOIN LATERAL (
                   SELECT date_trunc(s.partition_width, $2::timestamptz, 'UTC') AS starts_at,
                          date_trunc(s.partition_width, $2::timestamptz, 'UTC') + (
                              CASE s.partition_width WHEN 'week' THEN '7 days' WHEN 'month' THEN '1 month'
                              ELSE '3 months' END)::interval AS ends_at) w
             WHERE s.source = $1
            """)

    static let name = Statement(
        name: "name a partition",
        sql: """
            SELECT n.name, to_regclass(n.name) IS NOT NULL
              FROM (SELECT format('%s.%I', relnamespace::regnamespace, format('%s_p%s', relname,
                                  to_char($2::timestamptz AT TIME ZONE 'UTC', 'YYYYMMDD'))) AS name
                      FROM pg_class WHERE oid = to_regclass($1)) n
            """)

    static let writeDown = Statement(
        name: "write a partition down",
        sql: """
            INSERT INTO market_data_partitions (relation, source, starts_at, ends_at, state, copied_to)
            VALUES ($1::text::regclass, $2, $3::timestamptz, $4::timestamptz, $5, $3::timestamptz)
            """)

    static let markAttached = Statement(
        name: "write down that a partition is attached",
        sql: "UPDATE market_data_partitions SET state = 'attached' WHERE relation = $1::text::regclass")

    static let width = Statement(
        name: "set the width of partitions",
        sql: "UPDATE market_data_sources SET partition_width = $2 WHERE source = $1 AND partition_width <> $2")

    /// Every partition that ended before `$2`, those whose detaching was begun too.
    static let expired = Statement(
        name: "look for old partitions",
        sql: """
            SELECT p.relation::text, p.ends_at::text
              FROM market_data_partitions p JOIN pg_inherits i ON i.inhrelid = p.relation
             WHERE p.source = $1 AND p.ends_at <= $2::timestamptz ORDER BY p.starts_at
            """)

    static let lockSource = Statement(
        name: "lock a source", sql: "SELECT FROM market_data_sources WHERE source = $1 FOR NO KEY UPDATE")

    /// Writes down the span of the newest attached partitions of `$1` that have no gap. With it goes, of each, that it
    /// is a partition: the planner asks that, so that one detached by hand ends it.
    /// - Returns: when that is another than before, the statement that makes the function say so.
    static let writeSpan = Statement(
        name: "write the span of the partitions down",
        sql: """
            WITH part AS (
                SELECT relation, starts_at, ends_at,
                       ends_at IS DISTINCT FROM lag(starts_at) OVER (ORDER BY starts_at DESC) AS is_behind_gap
                  FROM market_data_partitions WHERE source = $1 AND state = 'attached'
            ), run AS (
                SELECT *, count(*) FILTER (WHERE is_behind_gap) OVER (ORDER BY starts_at DESC) AS number FROM part
            ), newest AS (
                SELECT coalesce(format('moment >= %L AND moment < %L AND ', min(starts_at), max(ends_at)) || string_agg(
                           format('pg_catalog.pg_partition_root(%L::pg_catalog.oid) = %L::pg_catalog.oid',
                                  relation::oid, target::oid), ' AND ' ORDER BY starts_at), 'false') AS span
                  FROM run, market_data_sources WHERE source = $1 AND number = 1
            )
            UPDATE market_data_sources s SET span = newest.span FROM newest
             WHERE source = $1 AND s.span IS DISTINCT FROM newest.span
            RETURNING format('CREATE OR REPLACE FUNCTION %s.%I(moment timestamptz) RETURNS boolean '
                                 'LANGUAGE sql STABLE PARALLEL SAFE RETURN %s',
                             (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = target),
                             source || '_has_partition', s.span)
            """)

    static let keepFrom = Statement(
        name: "write down what is kept",
        sql: """
            UPDATE market_data_sources SET kept_from = $2::timestamptz
             WHERE source = $1 AND coalesce(kept_from < $2::timestamptz, true)
            """)

    static let markDetached = Statement(
        name: "write down that a partition is detached",
        sql: "UPDATE market_data_partitions SET state = 'detached' WHERE relation = $1::text::regclass")

    static let detached = Statement(
        name: "look for detached partitions",
        sql: """
            SELECT p.relation::text FROM market_data_partitions p
             WHERE p.source = $1 AND p.state = 'detached'
               AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = p.relation)
               AND EXISTS (SELECT FROM pg_class c WHERE c.oid = p.relation)
             ORDER BY p.starts_at
            """)

    static let forget = Statement(
        name: "forget a partition", sql: "DELETE FROM market_data_partitions WHERE relation = $1::text::regclass")
}
