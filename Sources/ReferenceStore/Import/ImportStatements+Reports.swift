import PostgreSQL
import ReferenceData

// What is worth a person's while.
extension ImportStatements {
    /// A remark on a line each, in the order of the list. `$1` deactivates what is missing of the part that `$3` and
    /// `$4` tell, as of `gone`; `$2`: some line means a known symbol.
    static let notices = Statement(
        name: "list notices of the import",
        sql: """
            WITH \(named)
            SELECT line, text FROM (
                SELECT n.line, c.rank, c.text
                  FROM \(rows) n JOIN symbols o ON o.id = n.symbol_id
                 CROSS JOIN LATERAL (VALUES \(
                     remarks.map { "(\($0.rank), CASE WHEN \($0.condition) THEN \($0.text) END)" }
                         .joined(separator: ", "))) c (rank, text)
                 WHERE $2::bool AND (\(remarks.map(\.condition).joined(separator: " OR "))) AND c.text IS NOT NULL
                UNION ALL
                SELECT n.line, 2, format(
                    '%s (id %s) was delisted and stays inactive; --deactivate-missing, or true in a '
                                         || 'column is_active, makes it active again, --new-listing makes it a new id',
                                         \(name("n")), n.symbol_id)
                  FROM \(rows) n WHERE $2::bool AND n.is_ignored AND NOT \(isDue("n"))
                UNION ALL
                SELECT n.line, 2, format('%s (id %s) is listed and stays inactive: it expired at %s; %s', \(name("n")),
                                         n.symbol_id, \(SymbolExport.fileText(.expiresAt, "n")),
                                         CASE WHEN i.kind IS NULL THEN '--new-listing makes it a new id'
                                              ELSE 'a column expires_at tells which contract it is' END)
                  FROM \(rows) n JOIN \(lines) i USING (line)
                 WHERE $2::bool AND n.is_ignored AND n.expires_at <= now() AND i.expires_at IS NULL
                UNION ALL
                SELECT n.line, 2, format('%s (%s) is inactive: its %s, %s, is past', \(name("n")),
                                         coalesce('id ' || n.symbol_id, 'a new id'), d.name, d.time)
                  FROM \(rows) n
                 CROSS JOIN LATERAL (
                     SELECT 'expires_at', \(SymbolExport.fileText(.expiresAt, "n")) WHERE n.expires_at <= now()
                      UNION ALL
                     SELECT 'delists_at', \(SymbolExport.fileText(.delistsAt, "n"))
                      WHERE (n.expires_at <= now()) IS NOT TRUE) d (name, time)
                 WHERE \(isPast("n"))
                UNION ALL
                SELECT n.line, 14, format('listed_at %s is after %s', \(SymbolExport.fileText(.listedAt, "n")),
                                          CASE WHEN n.listed_at > n.expires_at
                                               THEN 'expires_at ' || \(SymbolExport.fileText(.expiresAt, "n"))
                                               ELSE 'delists_at ' || \(SymbolExport.fileText(.delistsAt, "n")) END)
                  FROM \(rows) n
                 WHERE NOT n.is_ignored AND (n.is_changed OR n.symbol_id IS NULL)
                   AND n.listed_at > least(n.expires_at, n.delists_at)
                UNION ALL
                SELECT n.line, 2, format('%1$s (id %2$s) is listed and stays inactive: its delists_at, %3$s, is past; '
                                         || 'symbols update %2$s --delists-at "" --is-active true ends that',
                                         \(name("n")), n.symbol_id,
                                         \(SymbolExport.fileText(.delistsAt, "n")))
                  FROM \(rows) n JOIN \(lines) i USING (line) WHERE $2::bool AND \(isListedPastDelisting)
                UNION ALL
                SELECT n.line, 4, format('"%s" goes from %s (id %s), which is delisted, to %s, %s', n.symbol_string,
                                         \(name("o", besides: "n")), o.id, \(name("n", besides: "o")),
                                         coalesce('id ' || n.symbol_id, 'a new id'))
                  FROM \(rows) n JOIN symbols o ON o.id = n.holder_id
                 WHERE n.is_active AND $1 AND \(isUnmeant("o"))
                UNION ALL
                SELECT n.line, 4, format('%s (id %s) moves from "%s" to "%s", and another one takes the former',
                                         \(name("n")), n.symbol_id, n.former_string, n.symbol_string)
                  FROM \(rows) n
                 WHERE $2::bool AND n.former_string IS NOT NULL AND n.is_active AND n.was_live
                   AND (n.exchange_id, n.former_string) IN (
                       SELECT k.exchange_id, k.symbol_string FROM \(rows) k WHERE k.is_active)
                UNION ALL
                SELECT n.line, c.rank, c.text
                  FROM \(rows) n
                 CROSS JOIN LATERAL (VALUES \(SymbolContradiction.values(of: "n", firstRank: 10))) c (rank, text)
                 WHERE NOT n.is_ignored AND (n.is_changed OR n.symbol_id IS NULL)
                   AND \(SymbolContradiction.anyCondition(of: "n")) AND c.text IS NOT NULL
                UNION ALL
                SELECT min(line) FILTER (WHERE is_news), 5, format(
                    '%s is ambiguous from now on, of %s', min(name) FILTER (WHERE is_news),
                    string_agg(format('"%s" (%s)', symbol_string, coalesce('id ' || id, 'a new id')), ' and '
                               ORDER BY id, line))
                  FROM (SELECT *, \(name("n")) AS name FROM named n) n
                 WHERE (\(nameKey("n"))) IN (
                     SELECT \(nameKey("k")) FROM named k GROUP BY \(nameKey("k"))
                     HAVING count(*) > 1 AND bool_or(k.is_news))
                 GROUP BY \(nameKey("n"))
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

    /// Whether a symbol is new or was live, and its time is past.
    static func isPast(_ row: String) -> String {
        "((\(row).symbol_id IS NULL OR \(row).is_changed AND \(row).was_live) AND \(isDue(row)))"
    }

    /// Whether the table's `delists_at` alone keeps a symbol inactive that a line lists: the venue may have put its
    /// delisting off, and a list without the column would never end it.
    private static let isListedPastDelisting = """
        NOT n.is_active AND n.delists_at <= now() AND (n.expires_at <= now()) IS NOT TRUE
        AND i.delists_at IS NULL AND i.is_active IS NOT FALSE
        """

    /// Remarks on a known symbol `o`, of which the line `n` says something else.
    private static let remarks: [(rank: Int, condition: String, text: String)] = {
        let replaced = list(Array(identity.dropFirst(2))) { column in
            let (old, new) = (SymbolExport.fileText(column, "o"), SymbolExport.fileText(column, "n"))
            return """
                CASE WHEN o.\(column.name) IS NOT NULL AND o.\(column.name) IS DISTINCT FROM n.\(column.name)
                     THEN format('\(column.name) %s instead of %s', coalesce(\(new), 'not given'), \(old)) END
                """
        }
        let lost = [SymbolColumn.contractSize, .tickSize, .stepSize, .precisionBase, .precisionPrice]
        func isLost(_ column: SymbolColumn) -> String { "o.\(column.name) IS NOT NULL AND n.\(column.name) IS NULL" }
        let losses = list(lost) { column in
            "CASE WHEN \(isLost(column)) THEN format('\(column.name) (%s)', \(SymbolExport.fileText(column, "o"))) END"
        }
        return [
            (
                1, "n.is_completed AND n.is_changed",
                """
                format('"%s" (id %s) was %s, and is %s: the same symbol, %s', n.symbol_string, o.id,
                       \(name("o", besides: "n")), \(name("n", besides: "o")),
                       coalesce('with ' || nullif(concat_ws(', ', \(replaced)), ''), 'of which more is said'))
                """
            ),
            (
                3, "NOT n.is_ignored AND n.was_live AND n.listed_at > o.listed_at + interval '1 day'",
                """
                format('%s (id %s) was listed at %s, and now at %s: another asset of the same name? '
                       || 'Then deactivate the id first, and import with --new-listing', \(name("n")), o.id,
                       to_char(o.listed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
                       to_char(n.listed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'))
                """
            ),
            (
                6, "n.is_changed AND (\(lost.map(isLost).joined(separator: " OR ")))",
                "format('%s (id %s) loses %s', \(name("n")), o.id, concat_ws(', ', \(losses)))"
            ),
        ]
    }()

    /// The contracts that may have a name in common with one that is new, is another contract than before, or is active
    /// again: those of the list, and the live ones of the tables that stay. Names are compared of such alone as differ
    /// in what no name tells: hour and payoff. Spot symbols of one name are one.
    private static let named: String = {
        let group: [SymbolColumn] = [.baseAsset, .quoteAsset, .settleAsset, .kind]
        let columns = list(group + [.expiresAt, .strike, .optionType, .symbolString])
        let key = "exchange_id, \(list(group))"
        let unnamed = "(expires_at AT TIME ZONE 'UTC')::time AS hour, payoff"
        func isNews(_ row: String) -> String {
            """
            (\(row).is_active AND \(row).kind IN ('perpetual', 'future', 'option')
             AND (\(row).symbol_id IS NULL OR \(row).is_changed AND (\(row).is_completed OR NOT \(row).was_live)))
            """
        }
        return """
            shapes AS MATERIALIZED (
                SELECT DISTINCT \(key), \(unnamed) FROM \(rows) n WHERE \(isNews("n"))
            ), mixed AS MATERIALIZED (
                SELECT \(key) FROM (
                    SELECT * FROM shapes
                     UNION SELECT \(key), \(unnamed) FROM symbols s
                             JOIN (SELECT DISTINCT \(key) FROM shapes) k USING (\(key)) WHERE s.is_active
                ) shape GROUP BY \(key) HAVING count(*) > 1
            ), named AS MATERIALIZED (
                SELECT n.line, n.symbol_id AS id, exchange_id, \(columns), true AS is_news
                  FROM \(rows) n JOIN mixed USING (\(key)) WHERE \(isNews("n"))
                UNION ALL
                SELECT NULL, s.id, exchange_id, \(columns), false
                  FROM symbols s JOIN mixed USING (\(key))
                 WHERE \(isLive("s")) AND \(isUnmeant("s", by: "(\(isNews("k")) OR NOT k.is_active)"))
                   AND NOT ($1 AND \(isOfPart("s", kinds: "$3", settleAssets: "$4")) AND \(isUnmeant("s"))
                            AND s.id NOT IN (SELECT symbol_id FROM \(listed)))
            )
            """
    }()

    /// What makes a contract's unified name, in a form that is equal to itself.
    static func nameKey(_ row: String) -> String {
        """
        \(row).exchange_id, \(row).base_asset, \(row).quote_asset, \(row).settle_asset, \(row).kind,
        coalesce((\(row).expires_at AT TIME ZONE 'UTC')::date, '-infinity'), coalesce(\(row).strike, 0),
        coalesce(\(row).option_type, '')
        """
    }

    /// Those of the lines `$1` that are new or change something.
    static let findNews = Statement(
        name: "find news of the import",
        sql: """
            SELECT line FROM \(rows)
             WHERE line = ANY (string_to_array($1, ',')::int4[]) AND NOT is_ignored
               AND (is_changed OR symbol_id IS NULL)
            """)

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
