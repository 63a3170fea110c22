import PostgreSQL

/// The statements of an import, in the order in which they run, inside one transaction.
///
///     file ──COPY──▶ symbology_import ──match──▶ symbology_import_row ──▶ faults · changes · UPDATE · INSERT
///
/// Each is one pass over all lines; none is run once a line.
enum ImportStatements {
    /// Sorts and hash tables of 100,000 lines stay in memory, and 3,000 of them are enough to plan by; ends with the
    /// transaction.
    static let planner = Statement(
        name: "set planner of the import",
        sql: """
            SELECT set_config('work_mem', '64MB', true), set_config('default_statistics_target', '10', true)
            """)

    static let stage = Statement(
        name: "create import staging tables",
        sql: """
            CREATE TEMPORARY TABLE symbology_import (
                line integer NOT NULL, exchange text NOT NULL, base_asset text NOT NULL, quote_asset text NOT NULL,
                symbol_string text NOT NULL, id integer, is_active boolean, precision_base smallint,
                precision_quote smallint, precision_price smallint, min_order_size numeric, max_order_size numeric,
                tick_size numeric, step_size numeric, created_at timestamptz, updated_at timestamptz,
                last_seen timestamptz) ON COMMIT DROP;
            CREATE TEMPORARY TABLE symbology_import_row (
                line integer NOT NULL, exchange text NOT NULL, base_asset text NOT NULL, quote_asset text NOT NULL,
                symbol_string text NOT NULL, id integer, is_active boolean NOT NULL, precision_base smallint NOT NULL,
                precision_quote smallint NOT NULL, precision_price smallint NOT NULL, min_order_size numeric,
                max_order_size numeric, tick_size numeric, step_size numeric, created_at timestamptz,
                updated_at timestamptz, last_seen timestamptz, exchange_id smallint, symbol_id integer,
                is_changed boolean NOT NULL, former_string text) ON COMMIT DROP;
            CREATE TEMPORARY TABLE symbology_import_fault (line integer NOT NULL, reason text NOT NULL) ON COMMIT DROP
            """)

    /// Only the columns that the file has: the others need not travel as NULL, once a line.
    static func copy(_ columns: [SymbolColumn]) -> Statement {
        let names = columns.map(\.rawValue).joined(separator: ", ")
        return Statement(
            name: "copy symbols into staging", sql: "COPY pg_temp.symbology_import (line, \(names)) FROM STDIN")
    }

    static let analyze = Statement(name: "analyze staging", sql: "ANALYZE pg_temp.symbology_import")
    static let analyzeRows = Statement(name: "analyze matched lines", sql: "ANALYZE pg_temp.symbology_import_row")

    /// Conflicts with itself and with every writer, not with readers: of two imports the second waits, sees what the
    /// first wrote, and inserts nothing twice.
    static let lock = Statement(name: "lock symbols", sql: "LOCK TABLE symbols IN SHARE ROW EXCLUSIVE MODE")

    /// Each line beside the symbol it means, with the values as they will be, and the name that the symbol loses.
    /// `$1`…`$5`: the file has the nullable column, so that an empty field means NULL; where it is silent the row's own
    /// values stay, or the schema's defaults.
    static let match = Statement(
        name: "match lines with symbols",
        sql: """
            INSERT INTO pg_temp.symbology_import_row
            SELECT n.*,
                   n.symbol_id IS NOT NULL AND (
                       (o.symbol_string, o.is_active, o.precision_base, o.precision_quote, o.precision_price,
                        o.min_order_size, o.max_order_size, o.tick_size, o.step_size, o.last_seen)
                       IS DISTINCT FROM
                       (n.symbol_string, n.is_active, n.precision_base, n.precision_quote, n.precision_price,
                        n.min_order_size, n.max_order_size, n.tick_size, n.step_size, n.last_seen)),
                   nullif(o.symbol_string, n.symbol_string)
              FROM pg_temp.symbology_import i
              LEFT JOIN exchanges e ON e.enum_value = i.exchange
              LEFT JOIN symbols o ON o.exchange_id = e.id AND o.base_asset = i.base_asset
                                 AND o.quote_asset = i.quote_asset
             CROSS JOIN LATERAL (
                   SELECT i.line, i.exchange, i.base_asset, i.quote_asset, i.symbol_string, i.id,
                          coalesce(i.is_active, o.is_active, true) AS is_active,
                          coalesce(i.precision_base, o.precision_base, 8::int2) AS precision_base,
                          coalesce(i.precision_quote, o.precision_quote, 8::int2) AS precision_quote,
                          coalesce(i.precision_price, o.precision_price, 8::int2) AS precision_price,
                          CASE WHEN $1::bool THEN i.min_order_size ELSE o.min_order_size END AS min_order_size,
                          CASE WHEN $2::bool THEN i.max_order_size ELSE o.max_order_size END AS max_order_size,
                          CASE WHEN $3::bool THEN i.tick_size ELSE o.tick_size END AS tick_size,
                          CASE WHEN $4::bool THEN i.step_size ELSE o.step_size END AS step_size,
                          i.created_at, i.updated_at,
                          CASE WHEN $5::bool THEN i.last_seen ELSE o.last_seen END AS last_seen,
                          e.id AS exchange_id, o.id AS symbol_id) n
            """)

    /// What only the file as a whole and the tables can tell. Repetitions are found by grouping, which keeps nothing of
    /// the groups of one; sorting all lines three times cost more than everything else that is checked here.
    static let findFaults = Statement(
        name: "find faults of the import",
        sql: """
            INSERT INTO pg_temp.symbology_import_fault (line, reason)
            SELECT DISTINCT ON (line) line, reason FROM (
                SELECT line, 1 AS rank, format('unknown exchange "%s"', exchange) AS reason
                  FROM pg_temp.symbology_import_row WHERE exchange_id IS NULL
                UNION ALL
                SELECT i.line, 2, format('repeats the pair %s/%s of line %s', i.base_asset, i.quote_asset, d.first_line)
                  FROM (SELECT exchange, base_asset, quote_asset, min(line) AS first_line
                          FROM pg_temp.symbology_import_row GROUP BY 1, 2, 3 HAVING count(*) > 1) d
                  JOIN pg_temp.symbology_import_row i USING (exchange, base_asset, quote_asset)
                 WHERE i.line <> d.first_line
                UNION ALL
                SELECT i.line, 3, format('repeats the symbol_string "%s" of line %s', i.symbol_string, d.first_line)
                  FROM (SELECT exchange, symbol_string, min(line) AS first_line
                          FROM pg_temp.symbology_import_row GROUP BY 1, 2 HAVING count(*) > 1) d
                  JOIN pg_temp.symbology_import_row i USING (exchange, symbol_string)
                 WHERE i.line <> d.first_line
                UNION ALL
                SELECT i.line, 4, format('repeats the id %s of line %s', i.id, d.first_line)
                  FROM (SELECT id, min(line) AS first_line FROM pg_temp.symbology_import_row
                         WHERE id IS NOT NULL GROUP BY 1 HAVING count(*) > 1) d
                  JOIN pg_temp.symbology_import_row i USING (id)
                 WHERE i.line <> d.first_line
                UNION ALL
                SELECT i.line, 5, format('symbol_string "%s" belongs to %s/%s (id %s) already', i.symbol_string,
                                         s.base_asset, s.quote_asset, s.id)
                  FROM pg_temp.symbology_import_row i
                  JOIN symbols s ON s.exchange_id = i.exchange_id AND s.symbol_string = i.symbol_string
                 WHERE s.id IS DISTINCT FROM i.symbol_id
                UNION ALL
                SELECT line, 6, format('%s/%s has the id %s here, not %s; leave the id column out to match by pair',
                                       base_asset, quote_asset, symbol_id, id)
                  FROM pg_temp.symbology_import_row WHERE id <> symbol_id
                UNION ALL
                SELECT i.line, 7, format('id %s belongs to %s/%s (exchange id %s) already; leave the id column out to '
                                         || 'match by pair', i.id, s.base_asset, s.quote_asset, s.exchange_id)
                  FROM pg_temp.symbology_import_row i JOIN symbols s ON s.id = i.id WHERE i.symbol_id IS NULL
                UNION ALL
                SELECT line, 8, 'min_order_size would be above max_order_size'
                  FROM pg_temp.symbology_import_row WHERE min_order_size > max_order_size
            ) fault
            ORDER BY line, rank
            """)

    static let readFaults = Statement(
        name: "read faults of the import",
        sql: "SELECT line, reason FROM pg_temp.symbology_import_fault ORDER BY line LIMIT $1::int8")

    static let dropFaulty = Statement(
        name: "drop faulty lines",
        sql: """
            DELETE FROM pg_temp.symbology_import_row i USING pg_temp.symbology_import_fault f WHERE f.line = i.line
            """)

    /// Lines that are new, lines that change something, and those of them that rename.
    static let count = Statement(
        name: "count new and changed lines",
        sql: """
            SELECT count(*) FILTER (WHERE symbol_id IS NULL), count(*) FILTER (WHERE is_changed), max(line),
                   count(former_string)
              FROM pg_temp.symbology_import_row
            """)

    /// Only rows that differ are written: no dead rows, no stamps, no doorbell for a file that says nothing new.
    /// `$1`, `$2`: lines above and up to, so that a long file is written piece by piece.
    static let update = Statement(
        name: "update symbols",
        sql: """
            UPDATE symbols s
               SET symbol_string = n.symbol_string, is_active = n.is_active, precision_base = n.precision_base,
                   precision_quote = n.precision_quote, precision_price = n.precision_price,
                   min_order_size = n.min_order_size, max_order_size = n.max_order_size, tick_size = n.tick_size,
                   step_size = n.step_size, last_seen = n.last_seen
              FROM pg_temp.symbology_import_row n
             WHERE s.id = n.symbol_id AND n.is_changed AND n.line > $1::int8 AND n.line <= $2::int8
            """)

    /// A name that a symbol bears again is no former name; with `$1`, nor is the one that it loses.
    static let dropOwnAliases = Statement(
        name: "drop aliases of own names",
        sql: """
            DELETE FROM symbol_aliases a USING pg_temp.symbology_import_row n
             WHERE n.former_string IS NOT NULL AND a.exchange_id = n.exchange_id AND a.symbol_id = n.symbol_id
               AND (a.symbol_string = n.symbol_string OR ($1::bool AND a.symbol_string = n.former_string))
            """)

    /// For `$1` days; as `ManagementStatements.putAlias`.
    static let putAliases = Statement(
        name: "put aliases",
        sql: """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, expires_at)
            SELECT exchange_id, former_string, symbol_id, now() + make_interval(days => $1::int4)
              FROM pg_temp.symbology_import_row WHERE former_string IS NOT NULL
            ON CONFLICT (exchange_id, symbol_string) DO UPDATE
               SET symbol_id = excluded.symbol_id, created_at = now(), expires_at = excluded.expires_at
            """)

    /// Only pairs that are missing, in the order of the file; an identity value is drawn for no other.
    static let insert = Statement(
        name: "insert symbols",
        sql: """
            INSERT INTO symbols (\(insertedColumns))
            SELECT \(insertedValues) FROM pg_temp.symbology_import_row
             WHERE symbol_id IS NULL AND id IS NULL AND line > $1::int8 AND line <= $2::int8 ORDER BY line
            """)

    static let insertWithId = Statement(
        name: "insert symbols with their ids",
        sql: """
            INSERT INTO symbols (id, \(insertedColumns)) OVERRIDING SYSTEM VALUE
            SELECT id, \(insertedValues) FROM pg_temp.symbology_import_row
             WHERE symbol_id IS NULL AND id IS NOT NULL AND line > $1::int8 AND line <= $2::int8 ORDER BY line
            """)

    /// Runs before any value is drawn: the sequence must not hand out an id that the file brought along.
    static let advanceSequence = Statement(
        name: "advance symbol ids",
        sql: """
            SELECT setval(q.sequence, q.top)
              FROM (SELECT pg_get_serial_sequence('symbols', 'id')::regclass AS sequence,
                           (SELECT max(id) FROM pg_temp.symbology_import_row WHERE symbol_id IS NULL)::int8 AS top) q
             WHERE q.top > coalesce(pg_sequence_last_value(q.sequence), 0)
            """)

    /// Active symbols, of exchanges that the file names, that it does not list.
    private static let gone = """
        s.is_active AND s.exchange_id IN (SELECT DISTINCT exchange_id FROM pg_temp.symbology_import_row)
           AND NOT EXISTS (SELECT FROM pg_temp.symbology_import_row n WHERE n.symbol_id = s.id)
        """

    static let countGone = Statement(
        name: "count missing symbols", sql: "SELECT count(*) FROM symbols s WHERE \(gone)")

    static let deactivateGone = Statement(
        name: "deactivate missing symbols", sql: "UPDATE symbols s SET is_active = false WHERE \(gone)")

    /// What would change, a row for each column that differs; `change`: 1 new, 2 changed, 3 gone.
    static let changes = Statement(
        name: "list changes of the import",
        sql: """
            SELECT 1 AS change, n.line, n.exchange, n.symbol_string, n.id AS symbol_id, NULL AS field, NULL AS old,
                   NULL AS new
              FROM pg_temp.symbology_import_row n WHERE n.symbol_id IS NULL
            UNION ALL
            SELECT 2, n.line, n.exchange, n.symbol_string, n.symbol_id, f.field, f.old, f.new
              FROM pg_temp.symbology_import_row n
              JOIN symbols o ON o.id = n.symbol_id
             CROSS JOIN LATERAL (VALUES
                   ('symbol_string', o.symbol_string::text, n.symbol_string),
                   ('is_active', o.is_active::text, n.is_active::text),
                   ('precision_base', o.precision_base::text, n.precision_base::text),
                   ('precision_quote', o.precision_quote::text, n.precision_quote::text),
                   ('precision_price', o.precision_price::text, n.precision_price::text),
                   ('min_order_size', trim_scale(o.min_order_size)::text, trim_scale(n.min_order_size)::text),
                   ('max_order_size', trim_scale(o.max_order_size)::text, trim_scale(n.max_order_size)::text),
                   ('tick_size', trim_scale(o.tick_size)::text, trim_scale(n.tick_size)::text),
                   ('step_size', trim_scale(o.step_size)::text, trim_scale(n.step_size)::text),
                   ('last_seen', \(SymbolExport.utc("o.last_seen")), \(SymbolExport.utc("n.last_seen")))
             ) f (field, old, new)
             WHERE n.is_changed AND f.old IS DISTINCT FROM f.new
            UNION ALL
            SELECT 3, NULL, e.enum_value, s.symbol_string, s.id, NULL, NULL, NULL
              FROM symbols s JOIN exchanges e ON e.id = s.exchange_id WHERE \(gone)
            ORDER BY 2, 5
            """)

    private static let insertedColumns = """
        exchange_id, base_asset, quote_asset, symbol_string, is_active, precision_base, precision_quote, \
        precision_price, min_order_size, max_order_size, tick_size, step_size, created_at, updated_at, last_seen
        """

    private static let insertedValues = """
        exchange_id, base_asset, quote_asset, symbol_string, is_active, precision_base, precision_quote, \
        precision_price, min_order_size, max_order_size, tick_size, step_size, coalesce(created_at, now()), \
        coalesce(updated_at, now()), last_seen
        """
}
