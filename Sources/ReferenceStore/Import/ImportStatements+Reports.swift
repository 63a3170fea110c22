import PostgreSQL
import ReferenceData

// What is worth a person's while.
extension ImportStatements {
    /// A remark on a line each, in the order of the list. `$1` deactivates what is missing; `$2`: some line means a
    /// known symbol.
    static let notices = Statement(
        name: "list notices of the import",
        sql: """
            SELECT line, text FROM (
                SELECT n.line, 1, format('"%s" (id %s) was %s, and is %s: the same symbol, of which more is said',
                                         n.symbol_string, o.id, \(name("o", besides: "n")), \(name("n", besides: "o")))
                  FROM \(rows) n JOIN symbols o ON o.id = n.symbol_id WHERE $2::bool AND n.is_completed AND n.is_changed
                UNION ALL
                SELECT n.line, 2, format(
                    '%s (id %s) was delisted and stays inactive; --deactivate-missing, or true in a '
                                         || 'column is_active, makes it active again, --new-listing makes it a new id',
                                         \(name("n")), n.symbol_id)
                  FROM \(rows) n WHERE $2::bool AND n.is_ignored AND NOT \(isDue("n"))
                UNION ALL
                SELECT n.line, 3, format('%s (id %s) was listed at %s, and now at %s: another asset of the same name? '
                                         || 'Then deactivate the id first, and import with --new-listing', \(name("n")),
                                         o.id, to_char(o.listed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
                                         to_char(n.listed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'))
                  FROM \(rows) n JOIN symbols o ON o.id = n.symbol_id
                 WHERE $2::bool AND NOT n.is_ignored AND n.was_live AND n.listed_at > o.listed_at + interval '1 day'
                UNION ALL
                SELECT n.line, 4, format('"%s" goes from %s (id %s), which is delisted, to %s, %s', n.symbol_string,
                                         \(name("o", besides: "n")), o.id, \(name("n", besides: "o")),
                                         coalesce('id ' || n.symbol_id, 'a new id'))
                  FROM \(rows) n JOIN symbols o ON o.id = n.holder_id
                 WHERE n.is_active AND $1 AND \(isUnmeant("o"))
                UNION ALL
                SELECT n.line, c.rank, c.text
                  FROM \(rows) n CROSS JOIN LATERAL (VALUES
                       \(contradictions.map { "(\($0.rank), CASE WHEN \($0.condition) THEN \($0.text) END)" }
                           .joined(separator: ", "))) c (rank, text)
                 WHERE NOT n.is_ignored AND (n.is_changed OR n.symbol_id IS NULL)
                   AND (\(contradictions.map(\.condition).joined(separator: " OR "))) AND c.text IS NOT NULL
                UNION ALL
                SELECT l.line, 8, format('%s (id %s) keeps the last rules that could be read, marked as such',
                                         \(name("s")), s.id)
                  FROM symbols s
                  JOIN (SELECT symbol_id, min(line) AS line FROM \(listed) WHERE is_exact GROUP BY 1) l
                    ON l.symbol_id = s.id
                 WHERE s.is_active AND \(isUnmeant("s"))
            ) notice (line, rank, text)
            ORDER BY line, rank
            """)

    /// Those of the lines `$1` that are new or change something.
    static let findNews = Statement(
        name: "find news of the import",
        sql: """
            SELECT line FROM \(rows)
             WHERE line = ANY (string_to_array($1, ',')::int4[]) AND NOT is_ignored
               AND (is_changed OR symbol_id IS NULL)
            """)

    /// Rules of a line that contradict one another. Of what is the same as ever they were reported when it came.
    private static let contradictions: [(rank: Int, condition: String, text: String)] = [
        (
            5, "n.precision_price < scale(trim_scale(n.tick_size))",
            "format('precision_price %s contradicts tick_size %s', n.precision_price, trim_scale(n.tick_size))"
        ),
        (
            6, "n.precision_base < scale(trim_scale(n.step_size))",
            "format('precision_base %s contradicts step_size %s', n.precision_base, trim_scale(n.step_size))"
        ),
        (
            7, "n.min_order_size % n.step_size <> 0",
            """
            format('min_order_size %s is no multiple of step_size %s', trim_scale(n.min_order_size),
                   trim_scale(n.step_size))
            """
        ),
    ]

    /// What would change, a row for each column that differs; `change`: 1 new, 2 changed, 3 gone, 4 expired.
    static let changes: Statement = {
        let columns = list(changing) { column in
            "('\(column.name)', \(SymbolExport.fileText(column, "o")), \(SymbolExport.fileText(column, "n")))"
        }
        let assumption = "o.is_kind_assumed::text, (o.is_kind_assumed AND n.is_silent)::text"
        let differences = "('is_kind_assumed', \(assumption)), \(columns)"
        return Statement(
            name: "list changes of the import",
            sql: """
                SELECT 1 AS change, n.line, e.enum_value::text, n.symbol_string, n.id AS symbol_id, NULL AS field,
                       NULL AS old, NULL AS new
                  FROM \(rows) n JOIN exchanges e ON e.id = n.exchange_id WHERE n.symbol_id IS NULL
                UNION ALL
                SELECT 2, n.line, e.enum_value::text, n.symbol_string, n.symbol_id, f.field, f.old, f.new
                  FROM \(rows) n
                  JOIN exchanges e ON e.id = n.exchange_id
                  JOIN symbols o ON o.id = n.symbol_id
                 CROSS JOIN LATERAL (VALUES \(differences)) f (field, old, new)
                 WHERE n.is_changed AND f.old IS DISTINCT FROM f.new
                UNION ALL
                SELECT 3, NULL, e.enum_value::text, s.symbol_string, s.id, NULL, NULL, NULL
                  FROM symbols s JOIN exchanges e ON e.id = s.exchange_id WHERE \(gone)
                UNION ALL
                SELECT 4, NULL, e.enum_value::text, s.symbol_string, s.id, NULL, NULL, NULL
                  FROM symbols s JOIN exchanges e ON e.id = s.exchange_id WHERE \(expired)
                ORDER BY 2, 5
                """)
    }()
}
