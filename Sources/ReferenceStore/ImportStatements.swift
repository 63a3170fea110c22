import PostgreSQL

/// The statements of an import, in the order in which they run, inside one transaction.
enum ImportStatements {
    static let stage = Statement(
        name: "create import staging tables",
        sql: """
            CREATE TEMPORARY TABLE symbology_import (
                line integer NOT NULL, exchange text NOT NULL, base_asset text NOT NULL, quote_asset text NOT NULL,
                symbol_string text NOT NULL, id integer, is_active boolean, precision_base smallint,
                precision_quote smallint, precision_price smallint, min_order_size numeric, max_order_size numeric,
                tick_size numeric, step_size numeric, created_at timestamptz, updated_at timestamptz,
                last_seen timestamptz, exchange_id smallint, symbol_id integer) ON COMMIT DROP;
            CREATE TEMPORARY TABLE symbology_import_fault (line integer NOT NULL, reason text NOT NULL) ON COMMIT DROP
            """)

    static let copy = Statement(
        name: "copy symbols into staging",
        sql: """
            COPY pg_temp.symbology_import (line, \(SymbolColumn.allCases.map(\.rawValue).joined(separator: ", ")))
            FROM STDIN
            """)

    static let analyze = Statement(name: "analyze staging", sql: "ANALYZE pg_temp.symbology_import")

    /// Conflicts with itself and with every writer, not with readers: of two imports the second waits, sees what the
    /// first wrote, and inserts nothing twice.
    static let lock = Statement(name: "lock symbols", sql: "LOCK TABLE symbols IN SHARE ROW EXCLUSIVE MODE")

    static let matchExchanges = Statement(
        name: "match exchanges",
        sql: """
            UPDATE pg_temp.symbology_import i SET exchange_id = e.id FROM exchanges e WHERE e.enum_value = i.exchange
            """)

    static let matchSymbols = Statement(
        name: "match symbols",
        sql: """
            UPDATE pg_temp.symbology_import i SET symbol_id = s.id FROM symbols s
             WHERE s.exchange_id = i.exchange_id AND s.base_asset = i.base_asset AND s.quote_asset = i.quote_asset
            """)

    /// What only the file as a whole and the tables can tell. `$1`, `$2`: the file has min_order_size, max_order_size.
    static let findFaults = Statement(
        name: "find faults of the import",
        sql: """
            INSERT INTO pg_temp.symbology_import_fault (line, reason)
            SELECT DISTINCT ON (line) line, reason FROM (
                SELECT line, 1 AS rank, format('unknown exchange "%s"', exchange) AS reason
                  FROM pg_temp.symbology_import WHERE exchange_id IS NULL
                UNION ALL
                SELECT line, 2, format('repeats the pair %s/%s of line %s', base_asset, quote_asset, first_line)
                  FROM (SELECT *, min(line) OVER (PARTITION BY exchange, base_asset, quote_asset) AS first_line
                          FROM pg_temp.symbology_import) i WHERE line <> first_line
                UNION ALL
                SELECT line, 3, format('repeats the symbol_string "%s" of line %s', symbol_string, first_line)
                  FROM (SELECT *, min(line) OVER (PARTITION BY exchange, symbol_string) AS first_line
                          FROM pg_temp.symbology_import) i WHERE line <> first_line
                UNION ALL
                SELECT line, 4, format('repeats the id %s of line %s', id, first_line)
                  FROM (SELECT *, min(line) OVER (PARTITION BY id) AS first_line
                          FROM pg_temp.symbology_import WHERE id IS NOT NULL) i WHERE line <> first_line
                UNION ALL
                SELECT i.line, 5, format('symbol_string "%s" belongs to %s/%s (id %s) already', i.symbol_string,
                                         s.base_asset, s.quote_asset, s.id)
                  FROM pg_temp.symbology_import i
                  JOIN symbols s ON s.exchange_id = i.exchange_id AND s.symbol_string = i.symbol_string
                 WHERE s.id IS DISTINCT FROM i.symbol_id
                UNION ALL
                SELECT line, 6, format('%s/%s has the id %s here, not %s; leave the id column out to match by pair',
                                       base_asset, quote_asset, symbol_id, id)
                  FROM pg_temp.symbology_import WHERE id <> symbol_id
                UNION ALL
                SELECT i.line, 7, format('id %s belongs to %s/%s (exchange id %s) already; leave the id column out to '
                                         || 'match by pair', i.id, s.base_asset, s.quote_asset, s.exchange_id)
                  FROM pg_temp.symbology_import i JOIN symbols s ON s.id = i.id WHERE i.symbol_id IS NULL
                UNION ALL
                SELECT i.line, 8, 'min_order_size would be above max_order_size'
                  FROM pg_temp.symbology_import i JOIN symbols s ON s.id = i.symbol_id
                 WHERE CASE WHEN $1::bool THEN i.min_order_size ELSE s.min_order_size END
                     > CASE WHEN $2::bool THEN i.max_order_size ELSE s.max_order_size END
            ) fault
            ORDER BY line, rank
            """)

    static let readFaults = Statement(
        name: "read faults of the import",
        sql: "SELECT line, reason FROM pg_temp.symbology_import_fault ORDER BY line LIMIT $1::int8")

    static let dropFaulty = Statement(
        name: "drop faulty lines",
        sql: """
            DELETE FROM pg_temp.symbology_import i USING pg_temp.symbology_import_fault f WHERE f.line = i.line
            """)

    /// Only rows that differ are written: no dead rows, no stamps, no doorbell for a file that says nothing new.
    /// `$1`…`$5`: the file has the nullable column, so that an empty field means NULL.
    static let update = Statement(
        name: "update symbols",
        sql: """
            UPDATE symbols s
               SET symbol_string = n.symbol_string, is_active = n.is_active, precision_base = n.precision_base,
                   precision_quote = n.precision_quote, precision_price = n.precision_price,
                   min_order_size = n.min_order_size, max_order_size = n.max_order_size, tick_size = n.tick_size,
                   step_size = n.step_size, last_seen = n.last_seen
              FROM (SELECT o.id, i.symbol_string,
                           coalesce(i.is_active, o.is_active) AS is_active,
                           coalesce(i.precision_base, o.precision_base) AS precision_base,
                           coalesce(i.precision_quote, o.precision_quote) AS precision_quote,
                           coalesce(i.precision_price, o.precision_price) AS precision_price,
                           CASE WHEN $1::bool THEN i.min_order_size ELSE o.min_order_size END AS min_order_size,
                           CASE WHEN $2::bool THEN i.max_order_size ELSE o.max_order_size END AS max_order_size,
                           CASE WHEN $3::bool THEN i.tick_size ELSE o.tick_size END AS tick_size,
                           CASE WHEN $4::bool THEN i.step_size ELSE o.step_size END AS step_size,
                           CASE WHEN $5::bool THEN i.last_seen ELSE o.last_seen END AS last_seen
                      FROM pg_temp.symbology_import i JOIN symbols o ON o.id = i.symbol_id) n
             WHERE s.id = n.id
               AND (s.symbol_string, s.is_active, s.precision_base, s.precision_quote, s.precision_price,
                    s.min_order_size, s.max_order_size, s.tick_size, s.step_size, s.last_seen)
                   IS DISTINCT FROM
                   (n.symbol_string, n.is_active, n.precision_base, n.precision_quote, n.precision_price,
                    n.min_order_size, n.max_order_size, n.tick_size, n.step_size, n.last_seen)
            """)

    /// Only pairs that are missing, in the order of the file; an identity value is drawn for no other.
    static let insert = Statement(
        name: "insert symbols",
        sql: """
            INSERT INTO symbols (\(insertedColumns))
            SELECT \(insertedValues) FROM pg_temp.symbology_import WHERE symbol_id IS NULL AND id IS NULL ORDER BY line
            """)

    static let insertWithId = Statement(
        name: "insert symbols with their ids",
        sql: """
            INSERT INTO symbols (id, \(insertedColumns)) OVERRIDING SYSTEM VALUE
            SELECT id, \(insertedValues) FROM pg_temp.symbology_import
             WHERE symbol_id IS NULL AND id IS NOT NULL ORDER BY line
            """)

    /// Runs before any value is drawn: the sequence must not hand out an id that the file brought along.
    static let advanceSequence = Statement(
        name: "advance symbol ids",
        sql: """
            SELECT setval(q.sequence, q.top)
              FROM (SELECT pg_get_serial_sequence('symbols', 'id')::regclass AS sequence,
                           (SELECT max(id) FROM pg_temp.symbology_import WHERE symbol_id IS NULL)::int8 AS top) q
             WHERE q.top > coalesce(pg_sequence_last_value(q.sequence), 0)
            """)

    private static let insertedColumns = """
        exchange_id, base_asset, quote_asset, symbol_string, is_active, precision_base, precision_quote, \
        precision_price, min_order_size, max_order_size, tick_size, step_size, created_at, updated_at, last_seen
        """

    /// Where the file is silent, the schema's defaults.
    private static let insertedValues = """
        exchange_id, base_asset, quote_asset, symbol_string, coalesce(is_active, true), coalesce(precision_base, 8), \
        coalesce(precision_quote, 8), coalesce(precision_price, 8), min_order_size, max_order_size, tick_size, \
        step_size, coalesce(created_at, now()), coalesce(updated_at, now()), last_seen
        """
}
