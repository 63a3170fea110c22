import PostgreSQL
import ReferenceData

/// The statements of an import, in the order in which they run, inside one transaction.
///
///     file ──COPY──▶ symbology_import ──match──▶ symbology_import_row ──▶ faults · changes · UPDATE · INSERT
///
/// Each is one pass over all lines; none is run once a line. What they say of columns comes from `SymbolColumn`.
package enum ImportStatements {
    private static let lines = "pg_temp.symbology_import"
    private static let rows = "pg_temp.symbology_import_row"
    private static let faults = "pg_temp.symbology_import_fault"

    /// The columns that a line changes in an existing symbol.
    private static let changing = columns(by: .person)
    /// The columns that a line may give for a new symbol, apart from its exchange.
    private static let inserted = SymbolColumn.allCases.filter { $0 != .exchange && $0 != .id }

    private static func columns(by writer: ColumnWriter) -> [SymbolColumn] {
        SymbolColumn.allCases.filter { $0.rules.writer == writer }
    }

    /// `text` of each column, one behind another.
    private static func list(_ columns: [SymbolColumn], _ text: (SymbolColumn) -> String = \.name) -> String {
        columns.map(text).joined(separator: ", ")
    }

    /// Sorts and hash tables of 100,000 lines stay in memory, and 3,000 of them are enough to plan by; ends with the
    /// transaction.
    static let planner = Statement(
        name: "set planner of the import",
        sql: """
            SELECT set_config('work_mem', '64MB', true), set_config('default_statistics_target', '10', true)
            """)

    static let stage: Statement = {
        func columns(isNotNull: (ColumnRules) -> Bool) -> String {
            list(SymbolColumn.allCases) { column in
                let rules = column.rules
                return "\(rules.fileName) \(rules.stagedSQLType)\(isNotNull(rules) ? " NOT NULL" : "")"
            }
        }
        let given = columns { $0.isRequired }
        let complete = columns { !$0.isNullable && $0.writer != .database }
        return Statement(
            name: "create import staging tables",
            sql: """
                CREATE TEMPORARY TABLE symbology_import (line integer NOT NULL, \(given)) ON COMMIT DROP;
                CREATE TEMPORARY TABLE symbology_import_row (
                    line integer NOT NULL, \(complete), exchange_id smallint, symbol_id integer,
                    is_changed boolean NOT NULL, former_string text) ON COMMIT DROP;
                CREATE TEMPORARY TABLE symbology_import_fault (line integer NOT NULL, reason text NOT NULL)
                    ON COMMIT DROP
                """)
    }()

    /// Only the columns that the file has: the others need not travel as NULL, once a line.
    static func copy(_ columns: [SymbolColumn]) -> Statement {
        Statement(
            name: "copy symbols into staging",
            sql: "COPY \(lines) (line, \(list(columns, \.rules.fileName))) FROM STDIN")
    }

    static let analyze = Statement(name: "analyze staging", sql: "ANALYZE \(lines)")
    static let analyzeRows = Statement(name: "analyze matched lines", sql: "ANALYZE \(rows)")

    /// Conflicts with itself and with every writer, not with readers: of two imports the second waits, sees what the
    /// first wrote, and inserts nothing twice.
    package static let lock = Statement(
        name: "lock symbols", sql: "LOCK TABLE symbols IN SHARE ROW EXCLUSIVE MODE")

    /// Each line beside the symbol it means, with the values as they will be, and the name that the symbol loses.
    /// Where the file is silent the row's own values stay, or the schema's defaults; an empty field means NULL.
    /// - Parameter given: the columns that the file has.
    static func match(_ given: [SymbolColumn]) -> Statement {
        let values = list(SymbolColumn.allCases) { column in
            let (rules, name) = (column.rules, column.rules.fileName)
            guard rules.writer == .person, !rules.isRequired else { return "i.\(name)" }
            if let value = rules.defaultText {
                return "coalesce(i.\(name), o.\(name), \(value)::\(rules.stagedSQLType)) AS \(name)"
            }
            return "\(given.contains(column) ? "i" : "o").\(name) AS \(name)"
        }
        return Statement(
            name: "match lines with symbols",
            sql: """
                INSERT INTO \(rows)
                SELECT n.*,
                       n.symbol_id IS NOT NULL AND (
                           (\(list(changing) { "o.\($0.name)" })) IS DISTINCT FROM
                           (\(list(changing) { "n.\($0.name)" }))),
                       nullif(o.symbol_string, n.symbol_string)
                  FROM \(lines) i
                  LEFT JOIN exchanges e ON e.enum_value = i.exchange
                  LEFT JOIN symbols o ON o.exchange_id = e.id AND o.base_asset = i.base_asset
                                     AND o.quote_asset = i.quote_asset
                 CROSS JOIN LATERAL (SELECT i.line, \(values), e.id AS exchange_id, o.id AS symbol_id) n
                """)
    }

    /// What only the file as a whole and the tables can tell. Repetitions are found by grouping, which keeps nothing of
    /// the groups of one; sorting all lines three times cost more than everything else that is checked here.
    static let findFaults: Statement = {
        func repetition(
            _ rank: Int, of keys: String, _ what: String, _ values: String, where condition: String = "true"
        ) -> String {
            """
            SELECT i.line, \(rank), format('repeats \(what) of line %s', \(values), d.first_line)
              FROM (SELECT \(keys), min(line) AS first_line FROM \(rows) WHERE \(condition)
                     GROUP BY \(keys) HAVING count(*) > 1) d
              JOIN \(rows) i USING (\(keys))
             WHERE i.line <> d.first_line
            """
        }
        let orders = SymbolColumn.allCases.compactMap { column -> String? in
            guard case .atMost(let limit) = column.relation else { return nil }
            return """
                SELECT line, 8, '\(column.name) would be above \(limit.name)' FROM \(rows)
                 WHERE \(column.name) > \(limit.name)
                """
        }
        let questions =
            [
                """
                SELECT line, 1 AS rank, format('unknown exchange "%s"', exchange) AS reason
                  FROM \(rows) WHERE exchange_id IS NULL
                """,
                repetition(
                    2, of: "exchange, base_asset, quote_asset", "the pair %s/%s", "i.base_asset, i.quote_asset"),
                repetition(3, of: "exchange, symbol_string", "the symbol_string \"%s\"", "i.symbol_string"),
                repetition(4, of: "id", "the id %s", "i.id", where: "id IS NOT NULL"),
                """
                SELECT i.line, 5, format('symbol_string "%s" belongs to %s/%s (id %s) already', i.symbol_string,
                                         s.base_asset, s.quote_asset, s.id)
                  FROM \(rows) i
                  JOIN symbols s ON s.exchange_id = i.exchange_id AND s.symbol_string = i.symbol_string
                 WHERE s.id IS DISTINCT FROM i.symbol_id
                """,
                """
                SELECT line, 6, format('%s/%s has the id %s here, not %s; leave the id column out to match by pair',
                                       base_asset, quote_asset, symbol_id, id)
                  FROM \(rows) WHERE id <> symbol_id
                """,
                """
                SELECT i.line, 7, format('id %s belongs to %s/%s (exchange id %s) already; leave the id column out to '
                                         || 'match by pair', i.id, s.base_asset, s.quote_asset, s.exchange_id)
                  FROM \(rows) i JOIN symbols s ON s.id = i.id WHERE i.symbol_id IS NULL
                """,
            ] + orders
        return Statement(
            name: "find faults of the import",
            sql: """
                INSERT INTO \(faults) (line, reason)
                SELECT DISTINCT ON (line) line, reason FROM (
                    \(questions.joined(separator: "\nUNION ALL\n"))
                ) fault
                ORDER BY line, rank
                """)
    }()

    static let readFaults = Statement(
        name: "read faults of the import", sql: "SELECT line, reason FROM \(faults) ORDER BY line LIMIT $1::int8")

    static let dropFaulty = Statement(
        name: "drop faulty lines", sql: "DELETE FROM \(rows) i USING \(faults) f WHERE f.line = i.line")

    /// Lines that are new, lines that change something, and those of them that rename.
    static let count = Statement(
        name: "count new and changed lines",
        sql: """
            SELECT count(*) FILTER (WHERE symbol_id IS NULL), count(*) FILTER (WHERE is_changed), max(line),
                   count(former_string)
              FROM \(rows)
            """)

    /// Only rows that differ are written: no dead rows, no stamps, no doorbell for a file that says nothing new.
    /// `$1`, `$2`: lines above and up to, so that a long file is written piece by piece.
    static let update = Statement(
        name: "update symbols",
        sql: """
            UPDATE symbols s SET \(list(changing) { "\($0.name) = n.\($0.name)" })
              FROM \(rows) n
             WHERE s.id = n.symbol_id AND n.is_changed AND n.line > $1::int8 AND n.line <= $2::int8
            """)

    /// A name that a symbol bears again is no former name; with `$1`, nor is the one that it loses.
    static let dropOwnAliases = Statement(
        name: "drop aliases of own names",
        sql: """
            DELETE FROM symbol_aliases a USING \(rows) n
             WHERE n.former_string IS NOT NULL AND a.exchange_id = n.exchange_id AND a.symbol_id = n.symbol_id
               AND (a.symbol_string = n.symbol_string OR ($1::bool AND a.symbol_string = n.former_string))
            """)

    /// For `$1` days; as `ManagementStatements.putAlias`.
    static let putAliases = Statement(
        name: "put aliases",
        sql: """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, expires_at)
            SELECT exchange_id, former_string, symbol_id, now() + make_interval(days => $1::int4)
              FROM \(rows) WHERE former_string IS NOT NULL
            ON CONFLICT (exchange_id, symbol_string) DO UPDATE
               SET symbol_id = excluded.symbol_id, created_at = now(), expires_at = excluded.expires_at
            """)

    /// Only pairs that are missing, in the order of the file; an identity value is drawn for no other. With their ids
    /// those that the file brings one for.
    static func insert(withIds: Bool) -> Statement {
        let values = list(inserted) { column in
            let rules = column.rules
            guard rules.writer == .database, let value = rules.defaultText else { return column.name }
            return "coalesce(\(column.name), \(value))"
        }
        return Statement(
            name: withIds ? "insert symbols with their ids" : "insert symbols",
            sql: """
                INSERT INTO symbols (exchange_id, \(withIds ? "id, " : "")\(list(inserted)))
                \(withIds ? "OVERRIDING SYSTEM VALUE" : "")
                SELECT exchange_id, \(withIds ? "id, " : "")\(values) FROM \(rows)
                 WHERE symbol_id IS NULL AND (id IS NOT NULL) = \(withIds) AND line > $1::int8 AND line <= $2::int8
                 ORDER BY line
                """)
    }

    /// Runs before any value is drawn: the sequence must not hand out an id that the file brought along.
    static let advanceSequence = Statement(
        name: "advance symbol ids",
        sql: """
            SELECT setval(q.sequence, q.top)
              FROM (SELECT pg_get_serial_sequence('symbols', 'id')::regclass AS sequence,
                           (SELECT max(id) FROM \(rows) WHERE symbol_id IS NULL)::int8 AS top) q
             WHERE q.top > coalesce(pg_sequence_last_value(q.sequence), 0)
            """)

    /// Active symbols, of exchanges that the file names, that it does not list.
    private static let gone = """
        s.is_active AND s.exchange_id IN (SELECT DISTINCT exchange_id FROM \(rows))
           AND NOT EXISTS (SELECT FROM \(rows) n WHERE n.symbol_id = s.id)
        """

    static let countGone = Statement(
        name: "count missing symbols", sql: "SELECT count(*) FROM symbols s WHERE \(gone)")

    static let deactivateGone = Statement(
        name: "deactivate missing symbols", sql: "UPDATE symbols s SET is_active = false WHERE \(gone)")

    /// What would change, a row for each column that differs; `change`: 1 new, 2 changed, 3 gone.
    static let changes: Statement = {
        let differences = list(changing) { column in
            "('\(column.name)', \(SymbolExport.fileText(column, "o")), \(SymbolExport.fileText(column, "n")))"
        }
        return Statement(
            name: "list changes of the import",
            sql: """
                SELECT 1 AS change, n.line, n.exchange, n.symbol_string, n.id AS symbol_id, NULL AS field, NULL AS old,
                       NULL AS new
                  FROM \(rows) n WHERE n.symbol_id IS NULL
                UNION ALL
                SELECT 2, n.line, n.exchange, n.symbol_string, n.symbol_id, f.field, f.old, f.new
                  FROM \(rows) n
                  JOIN symbols o ON o.id = n.symbol_id
                 CROSS JOIN LATERAL (VALUES \(differences)) f (field, old, new)
                 WHERE n.is_changed AND f.old IS DISTINCT FROM f.new
                UNION ALL
                SELECT 3, NULL, e.enum_value, s.symbol_string, s.id, NULL, NULL, NULL
                  FROM symbols s JOIN exchanges e ON e.id = s.exchange_id WHERE \(gone)
                ORDER BY 2, 5
                """)
    }()
}
