import PostgreSQL
import ReferenceData

// What cannot be, and what a line that is left out still says: that the venue lists a symbol.
extension ImportStatements {
    /// What the list as a whole and the tables tell of single lines, but for what becomes of strings. Repetitions are
    /// found by grouping, which keeps little of the groups of one; sorting all lines three times cost more than
    /// everything else that is checked here. Of lines that repeat one another the first counts, or the first that
    /// leaves a known symbol its string, so that the list of yesterday changes nothing today. `$1`: what the list calls
    /// a line; `$2`: it has not all columns of contracts, so that a line does not tell by itself whether one is
    /// missing; `$3`: some line means a known symbol; `$4`: the list has ids. What is false need not be looked at once
    /// a line. OFFSET keeps the planner from turning a join round: few lines look few symbols up.
    static let findFaults: Statement = {
        func repetition(
            _ rank: Int, of keys: (String) -> String, _ what: String, _ values: String, where condition: String,
            besides conflict: String = "false"
        ) -> String {
            """
            SELECT line, \(rank), CASE WHEN conflict
                       THEN format('\(what) is that of %s %s too, of another kind or settle asset: \(partHint)',
                                   \(values), $1::text, other_line)
                       ELSE format('repeats \(what) of %s %s', \(values), $1::text, counted_line) END, false
              FROM (SELECT i.*, first_value(line) OVER (same ORDER BY \(isMoving("i")), line) AS counted_line,
                           CASE WHEN line = max(line) OVER same THEN min(line) OVER same ELSE max(line) OVER same END
                               AS other_line, \(conflict) AS conflict
                      FROM \(rows) i
                     WHERE (\(keys("i"))) IN (
                         SELECT \(keys("r")) FROM \(rows) r WHERE \(condition) GROUP BY \(keys("r"))
                         HAVING count(*) > 1) AND \(condition)
                    WINDOW same AS (PARTITION BY \(keys("i")))) i
             WHERE line <> counted_line OR conflict
            """
        }
        let part = "kind || ' ' || coalesce(settle_asset, '')"
        let orders = SymbolColumn.allCases.compactMap { column -> String? in
            guard case .atMost(let limit) = column.relation else { return nil }
            return """
                SELECT line, 8, '\(column.name) would be above \(limit.name)', true FROM \(rows)
                 WHERE \(column.name) > \(limit.name)
                """
        }
        let questions =
            [
                repetition(2, of: key, "%s", name("i"), where: "(id IS NULL OR is_active)"),
                repetition(
                    3, of: { "\($0).exchange_id, \($0).symbol_string" }, "the symbol_string \"%s\"", "symbol_string",
                    where: "is_active", besides: "min(\(part)) OVER same <> max(\(part)) OVER same"),
                repetition(4, of: { "\($0).id" }, "the id %s", "id", where: "$4::bool AND id IS NOT NULL"),
                repetition(
                    5, of: { "\($0).symbol_id" }, "the symbol with the id %s", "symbol_id",
                    where: "$3::bool AND symbol_id IS NOT NULL AND NOT is_ignored"),
                """
                SELECT i.line, 5, format('%s has the id %s here, not %s; leave the id column out to match without it',
                                         \(name("i")), i.symbol_id, i.id), false
                  FROM \(rows) i
                 WHERE $3::bool AND i.id <> i.symbol_id AND NOT EXISTS (SELECT FROM symbols s WHERE s.id = i.id)
                   AND i.was_live AND i.is_active
                """,
                """
                SELECT i.line, 6, format('id %s belongs to %s (exchange id %s) already; leave the id column out to '
                                         || 'match without it', i.id, \(name("s")), s.exchange_id), false
                  FROM \(rows) i JOIN symbols s ON s.id = i.id
                 WHERE $4::bool AND i.symbol_id IS DISTINCT FROM i.id
                """,
                """
                SELECT i.line, 7, format('%s is the id %s already', \(name("i")), s.id), false
                  FROM \(rows) i
                 CROSS JOIN LATERAL (
                     SELECT s.* FROM symbols s
                      WHERE s.exchange_id = i.exchange_id AND s.base_asset = i.base_asset
                        AND s.quote_asset = i.quote_asset AND s.kind = i.kind AND \(isIdentical("s", "i")) OFFSET 0) s
                 WHERE $4::bool AND i.id = i.symbol_id AND NOT i.was_live AND i.is_active AND s.id <> i.symbol_id
                   AND \(isLive("s")) AND i.kind <> 'other'
                   AND \(isUnmeant("s", by: "NOT k.is_active"))
                """,
                """
                SELECT line, 1, \(kindFault), true FROM \(rows)
                 WHERE (is_silent OR $2::bool) AND \(kindFault) IS NOT NULL
                """,
            ] + orders
        return Statement(
            name: "find faults of the import",
            sql: """
                INSERT INTO \(faults) (line, reason, is_of_rules)
                SELECT DISTINCT ON (line) line, reason, is_of_rules FROM (
                    \(questions.joined(separator: "\nUNION ALL\n"))
                ) fault (line, rank, reason, is_of_rules)
                ORDER BY line, rank
                """)
    }()

    /// Whether a line does more than leave a known symbol its string.
    private static func isMoving(_ row: String) -> String {
        "(\(row).symbol_id IS NULL OR \(row).former_string IS NOT NULL)"
    }

    /// What to do where two symbols have one string, as where a venue writes one for two kinds.
    private static let partHint = "give each part of the list an exchange of its own, by --kinds or --settle"

    /// Whether two rows of the same exchange, base, quote and kind are the same contract.
    private static func isIdentical(_ one: String, _ other: String) -> String {
        func values(_ table: String) -> String { "(\(list(Array(identity.dropFirst(3))) { "\(table).\($0.name)" }))" }
        return "\(values(one)) IS NOT DISTINCT FROM \(values(other))"
    }

    /// What contradicts a kind that the line itself does not say, as `SymbolFields.kindFaults` has it; or NULL.
    private static let kindFault: String = {
        let cases = InstrumentKind.allCases.flatMap { kind in
            SymbolColumn.ofContracts.compactMap { column -> String? in
                let (condition, reason): (String, FieldFault.Reason)
                switch column.rule(of: kind) {
                case .free: return nil
                case .required: (condition, reason) = ("IS NULL", .neededBy(kind: kind.name))
                case .refused: (condition, reason) = ("IS NOT NULL", .notOf(kind: kind.name))
                }
                let fault = FieldFault(column.name, "", reason)
                return "WHEN kind = '\(kind.name)' AND \(column.name) \(condition) THEN '\(fault)'"
            }
        }
        let same = FieldFault("quote_asset", "", .sameAs(field: "base_asset"))
        return """
            CASE WHEN kind = 'spot' AND base_asset = quote_asset THEN '\(same)' \(cases.joined(separator: " ")) END
            """
    }()

    /// The symbols that lines which are left out name: by their string, and, where that is not one of their pair, by
    /// what they are as far as it can be read. `is_exact`: the line is of this symbol and no other. Lines that were
    /// looked at before are skipped.
    static let findListed: Statement = {
        let known = [SymbolColumn.kind, .settleAsset, .expiresAt, .strike, .optionType].map {
            "(b.\($0.name) IS NULL OR b.\($0.name) = s.\($0.name))"
        }
        return Statement(
            name: "find listed symbols",
            sql: """
                WITH bad AS MATERIALIZED (
                    SELECT i.* FROM \(lines) i
                     WHERE (i.is_bad OR i.line IN (SELECT line FROM \(faults)))
                       AND i.exchange_id IS NOT NULL AND i.line NOT IN (SELECT line FROM \(listed))
                ), by_string AS (
                    SELECT s.id, b.line, coalesce((s.base_asset, s.quote_asset) = (b.base_asset, b.quote_asset), true)
                               AS is_exact
                      FROM bad b
                      JOIN symbols s ON s.exchange_id = b.exchange_id AND s.symbol_string = b.symbol_string
                     WHERE s.is_active
                ), by_target AS (
                    SELECT t.symbol_id, b.line FROM bad b JOIN \(targets) t USING (line)
                ), by_pair AS (
                    SELECT s.id, b.line FROM bad b
                      JOIN symbols s ON s.exchange_id = b.exchange_id AND s.base_asset = b.base_asset
                                    AND s.quote_asset = b.quote_asset
                     WHERE s.is_active AND \(known.joined(separator: " AND "))
                       AND b.line NOT IN (SELECT line FROM by_string WHERE is_exact)
                       AND b.line NOT IN (SELECT line FROM by_target)
                )
                INSERT INTO \(listed) (symbol_id, line, is_exact)
                SELECT id, line, is_exact FROM by_string
                 UNION SELECT symbol_id, line, true FROM by_target
                 UNION SELECT id, line, count(*) OVER (PARTITION BY line) = 1 FROM by_pair
                """)
    }()

    /// Lines that take a name which somebody keeps, and lines that give one up which nobody takes: a file of one
    /// mistyped line delists nobody and renames nobody. `$1` renames, `$2` deactivates what is missing of the part that
    /// `$3` and `$4` tell, as of `gone`; `$5`: what the list calls a line; `$6`: some line means a known symbol.
    static let findMovingFaults = Statement(
        name: "find faults of moving strings",
        sql: """
            INSERT INTO \(faults) (line, reason, is_of_rules)
            SELECT DISTINCT ON (line) line, reason, false FROM (
                SELECT n.line, 1, CASE
                           WHEN b.line IS NOT NULL THEN format(
                               '%1$s is known as "%2$s" (id %3$s), which %5$s %4$s lists, and that %5$s is bad',
                               \(name("n")), n.former_string, n.symbol_id, b.line, $5::text)
                           ELSE format(
                               '%s is known as "%s" (id %s), and now as "%s"; --rename gives it the new one and keeps '
                               || 'the former as an alias', \(name("n")), n.former_string, n.symbol_id, n.symbol_string)
                       END
                  FROM \(rows) n
                  LEFT JOIN (SELECT exchange_id, symbol_string, min(line) AS line FROM \(lines)
                              WHERE is_bad OR line IN (SELECT line FROM \(faults)) GROUP BY 1, 2) b
                    ON b.exchange_id = n.exchange_id AND b.symbol_string = n.former_string
                 WHERE $6::bool AND n.former_string IS NOT NULL AND (b.line IS NOT NULL OR NOT $1) AND \(isGood("n"))
                   AND (n.exchange_id, n.former_string) NOT IN (
                       SELECT k.exchange_id, k.symbol_string FROM \(rows) k WHERE k.is_active AND \(isGood("k")))
                UNION ALL
                SELECT n.line, 2, CASE
                           WHEN l.line IS NOT NULL THEN format(
                               'symbol_string "%1$s" belongs to %2$s (id %3$s), which %5$s %4$s lists, and that %5$s '
                               || 'is bad', n.symbol_string, \(name("o")), o.id, l.line, $5::text)
                           WHEN \(isElsewhere) THEN format(
                               'symbol_string "%s" belongs to %s (id %s), and here to %s: \(partHint)',
                               n.symbol_string, \(name("o", besides: "n")), o.id, \(name("n", besides: "o")))
                           ELSE format(
                               'symbol_string "%s" belongs to %s (id %s), which the list has no more, and goes to %s; '
                               || '--deactivate-missing delists the one and gives the other %s%s', n.symbol_string,
                               \(name("o", besides: "n")), o.id, \(name("n", besides: "o")),
                               CASE WHEN n.symbol_id IS NULL THEN 'a new id' ELSE 'the string' END,
                               CASE WHEN o.kind <> n.kind THEN '; if the venue lists both, \(partHint)' END)
                       END
                  FROM \(rows) n
                  JOIN symbols o ON o.id = n.holder_id
                  LEFT JOIN (SELECT symbol_id, min(line) AS line FROM \(listed) GROUP BY 1) l ON l.symbol_id = o.id
                 WHERE n.is_active AND n.holder_id IS DISTINCT FROM n.symbol_id
                   AND (l.line IS NOT NULL OR NOT $2 OR \(isElsewhere)) AND \(isGood("n"))
                   AND \(isUnmeant("o", by: "NOT k.is_ignored AND \(isGood("k"))"))
            ) fault (line, rank, reason)
            ORDER BY line, rank
            """)

    /// Whether who has a string is of a part of the venue that is not looked at.
    private static let isElsewhere = "\(isOfPart("o", kinds: "$3", settleAssets: "$4")) IS NOT TRUE"

    /// Whether a line has no fault so far.
    private static func isGood(_ row: String) -> String {
        "\(row).line NOT IN (SELECT line FROM \(faults))"
    }

    /// Which lines need another one: whoever takes a name needs a line by which its holder gives it up, and the other
    /// way round. Of a line that repeats another the other is needed.
    static let stageDependencies: Statement = {
        func isNeeded(unlessGood same: String) -> String {
            """
            k.line NOT IN (SELECT f.line FROM \(faults) f JOIN \(rows) r USING (line) JOIN \(rows) g ON \(same)
                            WHERE \(isGood("g")))
            """
        }
        let sameString = "g.exchange_id = r.exchange_id AND g.symbol_string = r.symbol_string AND g.is_active"
        return Statement(
            name: "stage dependencies of moving strings",
            sql: """
                CREATE TEMPORARY TABLE symbology_import_dependency ON COMMIT DROP AS
                SELECT n.line, k.line AS on_line
                  FROM \(rows) n JOIN \(rows) k ON k.symbol_id = n.holder_id
                 WHERE n.is_active AND n.symbol_id IS DISTINCT FROM n.holder_id AND NOT k.is_ignored
                   AND \(isNeeded(unlessGood: "g.symbol_id = r.symbol_id"))
                 UNION ALL
                SELECT n.line, k.line
                  FROM \(rows) n
                  JOIN \(rows) k ON k.exchange_id = n.exchange_id AND k.symbol_string = n.former_string
                 WHERE k.is_active AND k.line <> n.line AND \(isNeeded(unlessGood: sameString));
                CREATE INDEX ON pg_temp.symbology_import_dependency (on_line);
                ANALYZE pg_temp.symbology_import_dependency;
                SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off
                """)
    }()

    /// A ring of 50,000 is 50,000 steps: each must find its few lines by the index. `$1`: what the list calls a line.
    static let spreadFaults = Statement(
        name: "spread faults of moving strings",
        sql: """
            WITH RECURSIVE fault (line, from_line) AS (
                SELECT line, line FROM \(faults)
                 UNION
                SELECT d.line, f.line FROM fault f JOIN pg_temp.symbology_import_dependency d ON d.on_line = f.line
            )
            INSERT INTO \(faults) (line, reason, is_of_rules)
            SELECT line, format('needs %s %s, which is left out', $1::text, min(from_line)), false FROM fault
             WHERE line NOT IN (SELECT line FROM \(faults)) GROUP BY line
            """)

    static let resetPlanner = Statement(
        name: "reset planner of the import",
        sql: "SELECT set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true)")

    /// The first `$1` of them.
    static let readFaults = Statement(
        name: "read faults of the import", sql: "SELECT line, reason FROM \(faults) ORDER BY line LIMIT $1::int8")

    static let dropFaulty = Statement(
        name: "drop faulty lines", sql: "DELETE FROM \(rows) i USING \(faults) f WHERE f.line = i.line")
}
