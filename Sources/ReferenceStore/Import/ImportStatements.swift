import PostgreSQL
import ReferenceData

/// The statements of an import, in the order in which they run, inside one transaction.
///
///     list ──COPY──▶ line ──what it is──▶ identity ──whom it means──▶ target ──what it will be──▶ row
///                      │                                                                          │
///                      └── bad lines ──▶ listed ◀── fault ◀───── what cannot be ──────────────────┤
///                                                                                                 ▼
///                                       delist · park · UPDATE · aliases · INSERT · mark ◀── notices · changes
///
/// Each is one pass over all lines; none is run once a line. What they say of columns comes from `SymbolColumn`.
package enum ImportStatements {
    static let lines = "pg_temp.symbology_import"
    static let identities = "pg_temp.symbology_import_identity"
    static let targets = "pg_temp.symbology_import_target"
    static let rows = "pg_temp.symbology_import_row"
    static let faults = "pg_temp.symbology_import_fault"
    static let listed = "pg_temp.symbology_import_listed"

    /// What makes a symbol what it is, besides its exchange. A symbol of the kind `other` is known by base, quote and
    /// symbol string alone.
    static let identity: [SymbolColumn] = [
        .baseAsset, .quoteAsset, .kind, .settleAsset, .payoff, .expiresAt, .strike, .optionType,
    ]
    /// The columns that a line can change in an existing symbol.
    static let changing = SymbolColumn.allCases.filter {
        $0.rules.writer != .database && $0 != .exchange && $0 != .baseAsset && $0 != .quoteAsset
    }
    /// What a line says of its symbol, the exchange apart.
    static let said = SymbolColumn.allCases.filter { $0 != .exchange }
    /// The columns of which a value that is given ends that they were inferred.
    static let inferred: [SymbolColumn] = [.precisionBase, .precisionQuote, .precisionPrice, .tickSize, .stepSize]

    /// `text` of each column, one behind another.
    static func list(_ columns: [SymbolColumn], _ text: (SymbolColumn) -> String = \.name) -> String {
        columns.map(text).joined(separator: ", ")
    }

    /// Whether a row's expiry or delisting has passed.
    static func isDue(_ table: String) -> String {
        "coalesce(least(\(table).expires_at, \(table).delists_at) <= now(), false)"
    }

    /// Whether a symbol of the table holds its string and identity against others.
    static func isLive(_ symbol: String) -> String { "(\(symbol).is_active AND NOT \(isDue(symbol)))" }

    /// Whether no line means a symbol, of the lines `k` that `condition` holds for. A NOT IN is looked up in a hash
    /// table, whatever the planner believes of `symbols`: where its statistics are older than most rows it expects one
    /// row, and by NOT EXISTS goes through all lines for each of them.
    static func isUnmeant(_ symbol: String, by condition: String = "true") -> String {
        "\(symbol).id NOT IN (SELECT k.symbol_id FROM \(rows) k WHERE k.symbol_id IS NOT NULL AND \(condition))"
    }

    /// What a symbol is, for people.
    static func name(_ table: String) -> String {
        let columns = "base_asset, quote_asset, settle_asset, kind, expires_at, strike, option_type"
        let arguments = columns.split(separator: ", ").map { "\(table).\($0)" }.joined(separator: ", ")
        return """
            coalesce(symbol_unified_name(\(arguments)), \(table).base_asset || '/' || \(table).quote_asset)
            """
    }

    /// The same beside another row: where both have one name, with what they differ by.
    static func name(_ table: String, besides other: String) -> String {
        let differences = list(identity) { column in
            let text = SymbolExport.fileText(column, table)
            return """
                CASE WHEN \(table).\(column.name) IS DISTINCT FROM \(other).\(column.name)
                     THEN '\(column.name) ' || coalesce(\(text), 'not given') END
                """
        }
        return """
            (\(name(table)) || CASE WHEN \(name(table)) = \(name(other))
                                    THEN coalesce(' (' || nullif(concat_ws(', ', \(differences)), '') || ')', '')
                                    ELSE '' END)
            """
    }

    // MARK: - Lines

    /// Sorts and hash tables of 100,000 lines stay in memory, and 3,000 of them are enough to plan by; ends with the
    /// transaction.
    static let planner = Statement(
        name: "set planner of the import",
        sql: """
            SELECT set_config('work_mem', '64MB', true), set_config('default_statistics_target', '10', true)
            """)

    /// The lines and what is known of them stay in memory too, unless the session used temporary tables before.
    static let keepInMemory = Statement(
        name: "keep the import in memory",
        sql: """
            DO $$
            BEGIN
                PERFORM set_config('temp_buffers', '64MB', true);
            EXCEPTION WHEN invalid_parameter_value THEN
            END
            $$
            """)

    static let exchanges = Statement(
        name: "exchanges of the import", sql: "SELECT id, enum_value::text FROM exchanges")

    static let stage: Statement = {
        func columns(_ columns: [SymbolColumn]) -> String { list(columns) { "\($0.name) \($0.rules.stagedSQLType)" } }
        return Statement(
            name: "create import staging tables",
            sql: """
                CREATE TEMPORARY TABLE symbology_import (
                    line integer NOT NULL, is_bad boolean NOT NULL, exchange_id smallint, \(columns(said)))
                    ON COMMIT DROP;
                CREATE TEMPORARY TABLE symbology_import_identity (
                    line integer NOT NULL, exchange_id smallint NOT NULL, is_silent boolean NOT NULL,
                    symbol_string text NOT NULL, id integer, \(columns(identity)), holder_id integer,
                    is_holder_live boolean NOT NULL, is_holder_plain boolean NOT NULL) ON COMMIT DROP;
                CREATE TEMPORARY TABLE symbology_import_target (
                    line integer NOT NULL, symbol_id integer NOT NULL, is_live boolean NOT NULL,
                    is_completed boolean NOT NULL) ON COMMIT DROP;
                CREATE TEMPORARY TABLE symbology_import_row (
                    line integer NOT NULL, exchange_id smallint NOT NULL, is_silent boolean NOT NULL, \(columns(said)),
                    symbol_id integer, was_live boolean NOT NULL, is_completed boolean NOT NULL, holder_id integer,
                    is_ignored boolean NOT NULL, is_changed boolean NOT NULL, former_string text)
                    ON COMMIT DROP;
                CREATE TEMPORARY TABLE symbology_import_fault (
                    line integer NOT NULL, reason text NOT NULL, is_of_rules boolean NOT NULL) ON COMMIT DROP;
                CREATE TEMPORARY TABLE symbology_import_listed (
                    symbol_id integer NOT NULL, line integer NOT NULL, is_exact boolean NOT NULL) ON COMMIT DROP
                """)
    }()

    /// Only the columns that the list has: the others need not travel as NULL, once a line.
    static func copy(_ columns: [SymbolColumn]) -> Statement {
        Statement(
            name: "copy symbols into staging",
            sql: "COPY \(lines) (line, is_bad, exchange_id, \(list(columns))) FROM STDIN")
    }

    static let analyze = Statement(name: "analyze staging", sql: "ANALYZE \(lines)")
    static let analyzeIdentities = Statement(name: "analyze identities", sql: "ANALYZE \(identities)")
    static let analyzeTargets = Statement(name: "analyze targets", sql: "ANALYZE \(targets)")
    static let analyzeRows = Statement(name: "analyze matched lines", sql: "ANALYZE \(rows)")

    /// Conflicts with itself and with every writer, not with readers: of two imports the second waits, sees what the
    /// first wrote, and inserts nothing twice. Nobody waits for a row while somebody else waits for this lock, so that
    /// rows may be written in any order.
    package static let lock = Statement(
        name: "lock symbols", sql: "LOCK TABLE symbols IN SHARE ROW EXCLUSIVE MODE")

    /// Whether the table is more than twice what the planner's statistics of it were taken from, and the session may
    /// take them anew.
    static let isOutgrown = Statement(
        name: "age of statistics",
        sql: """
            SELECT pg_relation_size(oid) / current_setting('block_size')::int > 2 * relpages + 8
                   AND pg_has_role(relowner, 'USAGE')
              FROM pg_class WHERE oid = 'symbols'::regclass
            """)
    /// With the session's own target, which those of the staging tables do without.
    static let analyzeSymbols = Statement(
        name: "analyze symbols",
        sql: """
            SET LOCAL default_statistics_target TO DEFAULT; ANALYZE symbols; SET LOCAL default_statistics_target = 10
            """)

    // MARK: - What a line leads to

    /// Whether a symbol keeps its mark `is_last_good`. Which columns were bad nobody knows any more, so a list ends it
    /// that has each column in which the symbol has a number; of digits, those or the tick and step that tell them.
    /// - Parameter given: the columns that the list has.
    private static func isOutdated(_ given: Set<SymbolColumn>) -> String {
        let digits: [SymbolColumn] = [.precisionBase, .precisionQuote, .precisionPrice]
        let hasSteps = given.contains(.tickSize) || given.contains(.stepSize)
        let untold = SymbolFields.rules.filter { !given.contains($0) && !(hasSteps && digits.contains($0)) }
        let isUntold = untold.isEmpty ? "false" : "num_nonnulls(\(list(untold) { "o.\($0.name)" })) > 0"
        return "coalesce(o.is_last_good AND \(isUntold), false)"
    }

    /// Each line beside the symbol it means, with the values as they will be, and the name that the symbol loses.
    /// Where the list is silent the row's own values stay, or the schema's defaults; an empty field means NULL. A
    /// symbol that was delisted is left alone (`is_ignored`) unless the line or `$1` says that it is listed again. A
    /// kind that was assumed and is said now is a change, but not by a line with the row's own id: we exported that.
    /// - Parameter given: the columns that the list has.
    static func match(_ given: [SymbolColumn]) -> Statement {
        let given = Set(given)
        let values = list(said) { column in
            let name = column.name
            switch column {
            case .id: return "i.id"
            case .symbolString: return "n.symbol_string"
            case .isActive: return "NOT a.is_due AND (NOT a.is_ignored) AND coalesce(i.is_active, true)"
            case _ where identity.contains(column): return "n.\(name)"
            case .isInferred where !given.contains(column):
                let isGiven = inferred.filter(given.contains).map { "i.\($0.name) IS NULL" }
                return (["coalesce(o.is_inferred, false)"] + isGiven).joined(separator: " AND ")
            case .isLastGood: return "coalesce(i.is_last_good, \(isOutdated(given)))"
            case _ where column.rules.writer == .database: return "i.\(name)"
            default:
                if let value = column.rules.defaultText {
                    return "coalesce(i.\(name), o.\(name), \(value)::\(column.rules.stagedSQLType))"
                }
                return "\(given.contains(column) ? "i" : "o").\(name)"
            }
        }
        let named = zip(said, said).map { "v.c\($0.0.rawValue)" }
        let delistsAt = given.contains(.delistsAt) ? "i.delists_at" : "o.delists_at"
        let aliases = said.map { "c\($0.rawValue)" }.joined(separator: ", ")
        func new(_ column: SymbolColumn) -> String { "v.c\(column.rawValue)" }
        return Statement(
            name: "match lines with symbols",
            sql: """
                INSERT INTO \(rows)
                SELECT n.line, n.exchange_id, n.is_silent, \(named.joined(separator: ", ")), o.id,
                       coalesce(t.is_live, false), coalesce(t.is_completed, false),
                       CASE WHEN n.is_holder_live THEN n.holder_id END, a.is_ignored,
                       o.id IS NOT NULL AND NOT a.is_ignored AND (
                           n.is_holder_plain AND n.holder_id = o.id AND NOT n.is_silent
                               AND n.id IS DISTINCT FROM o.id OR
                           (\(list(changing) { "o.\($0.name)" })) IS DISTINCT FROM
                           (\(list(changing, new)))),
                       CASE WHEN NOT a.is_ignored THEN nullif(o.symbol_string, n.symbol_string) END
                  FROM \(identities) n
                  JOIN \(lines) i USING (line)
                  LEFT JOIN \(targets) t USING (line)
                  LEFT JOIN symbols o ON o.id = t.symbol_id
                 CROSS JOIN LATERAL (
                     SELECT coalesce(least(n.expires_at, \(delistsAt)) <= now(), false) AS is_due) d
                 CROSS JOIN LATERAL (
                     SELECT d.is_due, NOT coalesce(t.is_live, true) AND i.is_active IS NULL AND (d.is_due OR NOT $1)
                            AND NOT t.is_completed AS is_ignored) a
                 CROSS JOIN LATERAL (SELECT \(values)) v (\(aliases))
                """)
    }
}
