import PostgreSQL

extension BackfillStatements {
    /// The rows of both tables from `$1` up to `$2` as `old` and `new`, each by its key and as one text, without what
    /// waits in the queue.
    private var rowsOfBoth: String {
        let old = table.columns.map { source.compared($0, of: "l") }.joined(separator: ", ")
        let new = table.columns.map { source.restored($0, of: "l") }.joined(separator: ", ")
        return """
            WITH waiting AS MATERIALIZED (
                SELECT DISTINCT id, "timestamp" FROM market_data_queue l
                 WHERE source = '\(source.rawValue)' AND \(Self.isInChunk)
            ), old AS (
                SELECT l.id, l."timestamp",
                       ROW(coalesce(c.id, d.id)::int4, l.symbol_base, l.symbol_quote, \(old))::text AS row
                  FROM \(table.name) l LEFT JOIN exchanges c ON c.enum_value = l.exchange
                  LEFT JOIN exchanges d ON d.name = l.exchange
                 WHERE \(Self.isInChunk) AND (l.id, l."timestamp") NOT IN (SELECT * FROM waiting)
            ), new AS (
                SELECT l.id, l."timestamp",
                       ROW(s.exchange_id::int4, s.base_asset, s.quote_asset, \(new))::text AS row
                  FROM \(source.targetName) l JOIN symbols s ON s.id = l.symbol_id
                 WHERE \(Self.isInChunk) AND l.id < \(MarketDataSource.ownIdMin)
                   AND (l.id, l."timestamp") NOT IN (SELECT * FROM waiting)
            )
            """
    }

    /// Counts and checksums of both tables from `$1` up to `$2`, in one snapshot.
    var compare: Statement {
        let sums = "count(*), coalesce(sum(hashtextextended(row, 0)), 0) AS sum"
        return Statement(
            name: "compare a chunk of \(table.name)",
            sql: """
                \(rowsOfBoth)
                SELECT o.count, n.count, o.sum = n.sum
                  FROM (SELECT \(sums) FROM old) o, (SELECT \(sums) FROM new) n
                """)
    }

    /// Names up to `$3` rows from `$1` up to `$2` that are not the same in both tables.
    var differing: Statement {
        Statement(
            name: "name differing rows of \(table.name)",
            sql: """
                \(rowsOfBoth)
                SELECT format('id %s of %s %s', id, "timestamp", CASE WHEN new.row IS NULL THEN 'is missing'
                              WHEN old.row IS NULL THEN 'is in no legacy row' ELSE 'has other values' END)
                  FROM old FULL JOIN new USING (id, "timestamp")
                 WHERE old.row IS DISTINCT FROM new.row ORDER BY "timestamp", id LIMIT $3::bigint
                """)
    }
}
