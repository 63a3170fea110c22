import PostgreSQL
import ReferenceData

/// The statements that read reference data. Names are unqualified: the session's pinned search path says which schema.
public enum ReferenceStatements {
    /// For `SessionSettings`: the other tables are read from the schema of this one.
    public static let homeTable = "symbols"

    /// Doorbells come on this channel, always with an empty payload; nothing in them is parsed.
    public static let doorbellChannel = "symbology_reference"

    /// A session's own channel, for notifications that prove that notifications arrive.
    ///
    /// - Parameter number: of the session; hexadecimal digits need no quoting.
    public static func probeChannel(_ number: UInt64) -> String { "symbology_probe_" + String(number, radix: 16) }

    /// For doorbells and for this session's probes. LISTEN takes no parameters; all in one text, for the simple
    /// protocol: a pooler would let the next session trip over what was prepared in this one.
    ///
    /// LISTEN begins with what lies in the queue since its tail, and fails (58P01) on an entry of a transaction that is
    /// long forgotten. To ask how full the queue is moves the tail to what somebody has still to read.
    public static func listen(probe number: UInt64) -> Statement {
        Statement(
            name: "listen",
            sql: """
                SELECT pg_notification_queue_usage();
                LISTEN \(doorbellChannel); LISTEN \(probeChannel(number))
                """)
    }

    /// Rings on channel `$1`.
    public static let ring = Statement(name: "probe", sql: "SELECT pg_notify($1, '')")

    /// Asked on the listener now and then, for a stopped or half-open one would be silent for ever: rings on channel
    /// `$1`, and says how full the queue of notifications is and which transaction has been writing for longest, be it
    /// one that was prepared and forgotten, which has no process. Its age is NULL where the role may not see it; the
    /// process and the transaction are shown to everybody.
    public static let heartbeat = Statement(
        name: "listener heartbeat",
        sql: """
            WITH ring AS MATERIALIZED (SELECT pg_notify($1, ''))
            SELECT pg_notification_queue_usage(), writer.pid, writer.xid::text,
                   (extract(epoch FROM clock_timestamp() - writer.since) * 1000)::int8
              FROM ring
              LEFT JOIN LATERAL (
                  SELECT * FROM (
                      SELECT pid, backend_xid AS xid, xact_start AS since FROM pg_stat_activity
                       WHERE backend_xid IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()
                       UNION ALL
                      SELECT NULL, transaction, prepared FROM pg_prepared_xacts
                       WHERE database = current_database()) writers
                   ORDER BY age(xid) DESC LIMIT 1) writer ON true
            """)

    /// Who answers. In recovery there is no current WAL file to read the timeline from. (The control file would name
    /// the timeline of the last checkpoint, which lags behind a promotion.)
    public static let identity = Statement(
        name: "server identity",
        sql: """
            SELECT system_identifier,
                   pg_is_in_recovery(),
                   CASE WHEN pg_is_in_recovery() THEN 0
                        ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int8 END,
                   pg_postmaster_start_time(),
                   (SELECT oid FROM pg_database WHERE datname = current_database())
              FROM pg_control_system()
            """)

    /// What pins the plan of `changes` to the indexes on `changed_xid`. It is prepared, and a plan made once must suit
    /// every watermark: without statistics about those, the planner would read whole tables, or compile, or start
    /// workers, for what is nearly always a handful of rows.
    public static let plannerSettings = [
        "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "jit": "off",
        "max_parallel_workers_per_gather": "0",
    ]

    static let begin = Statement(
        name: "begin reading reference data", sql: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    /// Comes before the first snapshot of the transaction: TRUNCATE and a rewriting ALTER TABLE are not MVCC-safe, and
    /// without it a load can see an empty table.
    static let lock = Statement(
        name: "lock reference tables",
        sql: "LOCK TABLE exchanges, symbols, symbol_aliases, reference_tombstones IN ACCESS SHARE MODE")

    /// A load reads every row, whatever `plannerSettings` say.
    static let allowScan = Statement(name: "allow a scan", sql: "SET LOCAL enable_seqscan = on")

    static let commit = Statement(name: "end reading reference data", sql: "COMMIT")

    public static let rollback = Statement(name: "abandon reading reference data", sql: "ROLLBACK")

    /// When the next alias expires: what expires changes no row, and so rings no bell.
    private static let aliasExpiry = "(SELECT min(expires_at) FROM symbol_aliases WHERE expires_at > now())"

    static let currentSnapshot = Statement(
        name: "current snapshot", sql: "SELECT pg_current_snapshot()::text, now(), \(aliasExpiry)")

    static let exchangeColumns = ExchangeColumn.allCases.map(\.name).joined(separator: ", ")
    static let symbolColumns = SymbolColumn.allCases.map(\.name).joined(separator: ", ")

    static let loadExchanges = Statement(
        name: "load exchanges",
        sql: "COPY (SELECT \(exchangeColumns) FROM exchanges) TO STDOUT (FORMAT binary)")

    static let loadSymbols = Statement(
        name: "load symbols",
        sql: "COPY (SELECT \(symbolColumns) FROM symbols) TO STDOUT (FORMAT binary)")

    /// The order of `RowDecoder.alias`.
    static let aliasColumns = "exchange_id, symbol_string, symbol_id"

    static let loadAliases = Statement(
        name: "load aliases",
        sql: "COPY (SELECT \(aliasColumns) FROM symbol_aliases WHERE expires_at > now()) TO STDOUT (FORMAT binary)")

    /// What snapshot `$1` did not see and this one does, at most `$2` rows of each table, every row as one record
    /// behind its kind (`ChangeRowKind`): one round trip, one plan. Of the aliases it is all or none: at most `$4` when
    /// one of them changed, or expired after `$3`, the moment of snapshot `$1`.
    ///
    /// The lower bound on the xmin lets the index on `changed_xid` find the rows; the upper bound keeps rows that were
    /// restored from another cluster, stamped with its far ahead transaction ids, from being read for ever. A tombstone
    /// that a live row contradicts says nothing: the row that is there wins. (OFFSET 0 keeps these two questions from
    /// becoming joins over whole tables.)
    static let changes = Statement(
        name: "reference changes",
        sql: """
            WITH news AS MATERIALIZED (
                SELECT EXISTS (SELECT FROM reference_tombstones t WHERE t.kind = 3 AND \(changed("t")))
                    OR EXISTS (SELECT FROM symbol_aliases a WHERE a.expires_at > $3 AND a.expires_at <= now())
                       AS aliases
            )
            SELECT 0::int2, ROW(
                       pg_current_snapshot()::text,
                       EXISTS (SELECT FROM reference_feed_state
                                WHERE prune_horizon >= pg_snapshot_xmin($1::pg_snapshot)
                                  AND prune_horizon < pg_snapshot_xmax(pg_current_snapshot())),
                       now(), (SELECT aliases FROM news), \(aliasExpiry))
            UNION ALL
            (SELECT 3::int2, ROW(t.kind, t.id)
               FROM reference_tombstones t
              WHERE t.kind <> 3 AND \(changed("t"))
                AND NOT EXISTS (SELECT FROM symbols s WHERE t.kind = 2 AND s.id = t.id OFFSET 0)
                AND NOT EXISTS (SELECT FROM exchanges e WHERE t.kind = 1 AND e.id = t.id OFFSET 0)
              LIMIT $2::int8)
            UNION ALL
            (SELECT 1::int2, ROW(\(qualified(exchangeColumns, "e"))) FROM exchanges e
              WHERE \(changed("e")) LIMIT $2::int8)
            UNION ALL
            (SELECT 2::int2, ROW(\(qualified(symbolColumns, "s"))) FROM symbols s WHERE \(changed("s")) LIMIT $2::int8)
            UNION ALL
            (SELECT 4::int2, ROW(\(qualified(aliasColumns, "a"))) FROM symbol_aliases a
              WHERE (SELECT aliases FROM news) AND a.expires_at > now() LIMIT $4::int8)
            """)

    /// Whether a row's stamp is one that snapshot `$1` did not see.
    package static func changed(_ table: String) -> String {
        """
        \(table).changed_xid >= pg_snapshot_xmin($1::pg_snapshot) \
        AND NOT pg_visible_in_snapshot(\(table).changed_xid, $1::pg_snapshot) \
        AND \(table).changed_xid < pg_snapshot_xmax(pg_current_snapshot())
        """
    }

    /// The columns of a list, each behind the table's name.
    static func qualified(_ columns: String, _ table: String) -> String {
        columns.split(separator: ", ").map { "\(table).\($0)" }.joined(separator: ", ")
    }
}

/// The first column of `ReferenceStatements.changes`.
enum ChangeRowKind: Int64 {
    case header = 0
    case exchange = 1
    case symbol = 2
    case tombstone = 3
    case alias = 4
}
