import PostgreSQL

/// What is asked of the market data by symbol. Symbols are `$1`, an array of ids; of each the index of each partition
/// is asked, those of other times left out.
package struct SnapshotStatements: Sendable {
    /// The newest row of each symbol.
    package let latest: Statement
    /// Rows from `$2` on and before `$3`, at most `$4`, behind the id `$5` of those at `$2` itself; in order of time
    /// and id.
    package let range: Statement
    /// The newest row of each step of `$4` microseconds from `$2` on and before `$3`, with the start of the step behind
    /// its columns.
    package let sampled: Statement
    /// Numbers about the rows from `$2` on and before `$3`, by symbol.
    package let statistics: Statement
    /// Removes rows before `$2`, at most `$3`; symbols are NULL for all.
    package let removal: Statement

    private init(_ table: TableStatements, statistics columns: String) {
        let newest = "ORDER BY t.\"timestamp\" DESC, t.id DESC LIMIT 1"
        let wanted = "unnest($1::int4[]) AS wanted (symbol_id)"
        latest = Statement(
            name: "latest of \(table.table)",
            sql: """
                SELECT \(table.selected("newest")) FROM \(wanted) CROSS JOIN LATERAL (
                    SELECT * FROM \(table.table) t WHERE t.symbol_id = wanted.symbol_id \(newest)) AS newest
                 ORDER BY newest.symbol_id
                """)
        range = Statement(
            name: "range of \(table.table)",
            sql: """
                SELECT \(table.selected("t")) FROM \(table.table) t
                 WHERE t.symbol_id = ANY ($1::int4[]) AND t."timestamp" >= $2::timestamptz AND t."timestamp" < $3
                   AND (t."timestamp" > $2 OR t.id > $5::int8)
                 ORDER BY t."timestamp", t.id LIMIT $4::int8
                """)
        sampled = Statement(
            name: "sampled \(table.table)",
            sql: """
                SELECT \(table.selected("newest")), step.starts_at
                  FROM \(wanted)
                 CROSS JOIN generate_series($2::timestamptz, $3::timestamptz - interval '1 microsecond',
                                            $4::int8 * interval '1 microsecond') AS step (starts_at)
                 CROSS JOIN LATERAL (
                    SELECT * FROM \(table.table) t
                     WHERE t.symbol_id = wanted.symbol_id AND t."timestamp" >= step.starts_at
                       AND t."timestamp" < least(step.starts_at + $4::int8 * interval '1 microsecond', $3)
                     \(newest)) AS newest
                 ORDER BY newest.symbol_id, step.starts_at
                """)
        statistics = Statement(
            name: "statistics of \(table.table)",
            sql: """
                SELECT t.symbol_id, count(*), min(t."timestamp"), max(t."timestamp"), \(columns)
                  FROM \(table.table) t
                 WHERE t.symbol_id = ANY ($1::int4[]) AND t."timestamp" >= $2::timestamptz AND t."timestamp" < $3
                 GROUP BY t.symbol_id ORDER BY t.symbol_id
                """)
        removal = Statement(
            name: "remove from \(table.table)",
            sql: """
                DELETE FROM \(table.table) t USING (
                    SELECT id, "timestamp" FROM \(table.table)
                     WHERE "timestamp" < $2::timestamptz AND ($1::int4[] IS NULL OR symbol_id = ANY ($1))
                     LIMIT $3::int8) AS old
                 WHERE t.id = old.id AND t."timestamp" = old."timestamp"
                """)
    }

    package static let bookTickers = SnapshotStatements(
        .bookTickers,
        statistics: """
            min(t.bid_price), max(t.bid_price), min(t.ask_price), max(t.ask_price), min(t.ask_price - t.bid_price),
            max(t.ask_price - t.bid_price), round(avg(t.ask_price - t.bid_price), 18)
            """)

    package static let trades = SnapshotStatements(
        .trades,
        statistics: """
            min(t.price), max(t.price), sum(t.quantity), sum(t.price * t.quantity),
            round(sum(t.price * t.quantity) / sum(t.quantity), 18), count(*) FILTER (WHERE t.side = 1)
            """)

    /// The symbols of an exchange, a base asset, a quote asset; NULL is any.
    package static let symbolIds = Statement(
        name: "ids of symbols",
        sql: """
            SELECT id FROM symbols
             WHERE ($1::int2 IS NULL OR exchange_id = $1) AND ($2::text IS NULL OR base_asset = $2)
               AND ($3::text IS NULL OR quote_asset = $3)
             ORDER BY id
            """)
}
