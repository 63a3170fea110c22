import PostgreSQL
import ReferenceData

// What can hardly be what a venue decided, and would reach every engine at once.
extension ImportStatements {
    /// Prices and quantities that change ten-fold: more likely a wrong table than a venue's decision. What was inferred
    /// is no rule that could change. A number that a list without it took away in between is the last one that there
    /// was. A first tick or step is compared with one unit of the last digit that was known, unless it has as many
    /// digits, and known digits with others where there is neither; not where all that is known is the exchange's
    /// default.
    static let findJumps: Statement = {
        let columns: [(number: SymbolColumn, digits: SymbolColumn?)] = [
            (.tickSize, .precisionPrice), (.stepSize, .precisionBase), (.contractSize, nil),
        ]
        func former(_ column: SymbolColumn) -> String {
            let value = "a.old_row ->> '\(column.name)'"
            let isStated = column == .contractSize ? "" : " AND (a.old_row ->> 'is_inferred') IS DISTINCT FROM 'true'"
            return """
                CASE WHEN o.\(column.name) IS NULL AND n.\(column.name) IS NOT NULL THEN (
                    SELECT (\(value))::numeric FROM reference_audit a
                     WHERE a.row_id = o.id AND a.table_name = 'symbols' AND \(value) IS NOT NULL\(isStated)
                     ORDER BY a.at DESC, a.sequence DESC LIMIT 1) END
                """
        }
        let values = columns.map { number, digits in
            let isInferred = digits == nil ? "false" : "o.is_inferred"
            let known = digits.map { "o.\($0.name)" } ?? "NULL::smallint"
            let counted = digits.map { digits in
                """
                , ('\(digits.name)',
                   CASE WHEN o.\(number.name) IS NULL AND n.\(number.name) IS NULL AND NOT o.is_inferred
                        AND \(known) IS DISTINCT FROM e.precision_default THEN ('1e-' || \(known))::numeric END, NULL,
                   ('1e-' || n.\(digits.name))::numeric, '', NULL,
                   format('\(digits.name) goes from %s to %s', \(known), n.\(digits.name)))
                """
            }
            return """
                ('\(number.name)', CASE WHEN NOT \(isInferred) THEN o.\(number.name) END, \(former(number)),
                 n.\(number.name), '\(digits?.name ?? "")',
                 CASE WHEN o.\(number.name) IS NULL AND NOT \(isInferred) AND \(known) IS DISTINCT FROM
                                e.precision_default AND \(known) <> scale(trim_scale(n.\(number.name)))
                      THEN \(known) END, NULL)\(counted ?? "")
                """
        }
        return Statement(
            name: "find jumps of the import",
            sql: """
                SELECT n.line, string_agg(
                           CASE WHEN j.counted IS NOT NULL THEN j.counted
                                WHEN j.old IS NOT NULL
                                THEN format('%s goes from %s to %s', j.name, trim_scale(j.old), trim_scale(j.new))
                                WHEN j.former IS NOT NULL
                                THEN format('%s was %s before it was taken away, and is now %s', j.name,
                                            trim_scale(j.former), trim_scale(j.new))
                                ELSE format('%s is %s, the first, and %s %s was known, which is %s', j.name,
                                            trim_scale(j.new), j.digits_name, j.digits, d.unit) END, '; ')
                  FROM \(rows) n
                  JOIN symbols o ON o.id = n.symbol_id
                  JOIN exchanges e ON e.id = o.exchange_id
                 CROSS JOIN LATERAL (VALUES \(values.joined(separator: ", ")))
                            j (name, old, former, new, digits_name, digits, counted)
                 CROSS JOIN LATERAL (SELECT ('1e-' || j.digits)::numeric) d (unit)
                 WHERE n.is_changed AND (j.new >= coalesce(j.old, j.former, d.unit) * 10
                                         OR coalesce(j.old, j.former, d.unit) >= j.new * 10)
                 GROUP BY n.line ORDER BY n.line
                """)
    }()

    /// New lines whose ids are far above all others: rather a venue's own than ours. The sequence would go on behind
    /// them, and comes to its end once. Of a list of a table's own ids ten times as many may be missing.
    ///
    /// The others end where the sequence stands, or behind it where ids follow that leave no such gap. A symbol far
    /// above, which somebody wrote with SQL, is not one of them: who comes after it would take the sequence along.
    static let findFarIds = Statement(
        name: "find ids far above others",
        sql: """
            WITH known AS MATERIALIZED (
                SELECT CASE WHEN s.last_id >= t.last_id THEN s.last_id
                            WHEN s.last_id IS NULL THEN t.last_id
                            ELSE (SELECT min(i.id)
                                    FROM (SELECT a.id, lead(a.id) OVER (ORDER BY a.id) AS next_id
                                            FROM (SELECT id FROM symbols WHERE id > s.last_id
                                                  UNION ALL SELECT s.last_id) a) i
                                   WHERE i.next_id IS NULL OR i.next_id > i.id + \(idGapMin))
                       END AS last_id,
                       (SELECT count(id) FROM \(rows) WHERE symbol_id IS NULL) AS new_count
                  FROM (SELECT pg_get_serial_sequence('symbols', 'id')::regclass AS sequence) q,
                       LATERAL (SELECT CASE WHEN has_sequence_privilege(q.sequence, 'USAGE, SELECT')
                                            THEN coalesce(pg_sequence_last_value(q.sequence), 0) END) s (last_id),
                       (SELECT coalesce(max(id), 0) FROM symbols) t (last_id))
            SELECT n.line, format('id %s is far above %s, where the others end, and leaves %s for all symbols to come; '
                                  || 'without the column id each gets the next one', n.id, k.last_id,
                                  \(Int32.max) - n.id)
              FROM \(rows) n CROSS JOIN known k
             WHERE n.symbol_id IS NULL AND n.id > k.last_id + greatest(\(idGapMin), 10 * k.new_count)
             ORDER BY n.line
            """)

    /// A gap below this ends nothing.
    private static let idGapMin = 100_000

    /// Exchanges of which most live symbols of the part, and at least `$3`, become inactive, or get another string:
    /// rather a piece of a list than the whole, or one whose columns slipped. `$4`: what is missing is deactivated.
    static let findMassChanges: Statement = {
        func count(_ condition: String) -> String { "count(*) FILTER (WHERE \(condition))" }
        func isMeant(by condition: String) -> String {
            "s.id IN (SELECT k.symbol_id FROM \(rows) k WHERE k.symbol_id IS NOT NULL AND \(condition))"
        }
        let renamed = isMeant(by: "k.is_active AND k.former_string IS NOT NULL")
        let counts = [count("$4::bool AND \(gone)"), count(isMeant(by: "NOT k.is_active")), count(renamed)]
        return Statement(
            name: "find mass changes",
            sql: """
                SELECT exchange, CASE WHEN gone + dying >= mass THEN gone ELSE 0 END,
                       CASE WHEN gone + dying >= mass THEN dying ELSE 0 END,
                       CASE WHEN renamed >= mass THEN renamed ELSE 0 END, live
                  FROM (SELECT e.enum_value::text, \(counts.joined(separator: ", ")), count(*),
                               greatest($3::int8, count(*) / 2 + 1)
                          FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
                         WHERE \(isLive("s")) AND s.exchange_id IN \(exchangesOfList)
                           AND \(isOfPart("s", kinds: "$1", settleAssets: "$2"))
                         GROUP BY e.enum_value) venue (exchange, gone, dying, renamed, live, mass)
                 WHERE gone + dying >= mass OR renamed >= mass
                 ORDER BY exchange
                """)
    }()
}
