import PostgreSQL
import ReferenceData

/// The statements of management. Every value is bound, and the columns are those of our tables: none is made of input.
enum ManagementStatements {
    /// Conflicts with itself and with every writer, not with readers: what was looked for and not found is still not
    /// there when the row is inserted, so that no identity value is drawn for a row that is then refused.
    static let lockExchanges = Statement(
        name: "lock exchanges", sql: "LOCK TABLE exchanges IN SHARE ROW EXCLUSIVE MODE")
    static let lockSymbols = ImportStatements.lock

    // MARK: - Rows of either table

    static func row<Row: VersionedRow>(_: Row.Type) -> Statement {
        Statement(
            name: "\(Row.kind) by id", sql: "SELECT \(Row.selection) FROM \(Row.Column.tableName) WHERE id = $1::int8")
    }

    /// What is written of a symbol's kind besides, where somebody says it: it is not assumed any more.
    private static let kindIsStated = (column: "is_kind_assumed", value: "false")

    /// A kind that was assumed, and that somebody says now.
    static let confirmKind = Statement(
        name: "confirm kind",
        sql: """
            UPDATE symbols SET \(kindIsStated.column) = \(kindIsStated.value)
             WHERE id = $1::int8 AND \(kindIsStated.column)
            """)

    /// The parameters are the columns' values; the others get the schema's defaults.
    /// - Parameter statesKind: somebody said the kind; else it was taken from the exchange.
    static func insertion<Row: VersionedRow>(
        _: Row.Type, _ columns: [Row.Column], statesKind: Bool
    ) -> Statement {
        let names = columns.map(\.name) + (statesKind ? [kindIsStated.column] : [])
        let values = columns.indices.map { "$\($0 + 1)" } + (statesKind ? [kindIsStated.value] : [])
        return Statement(
            name: "insert \(Row.kind)",
            sql: """
                INSERT INTO \(Row.Column.tableName) (\(names.joined(separator: ", ")))
                VALUES (\(values.joined(separator: ", "))) RETURNING \(Row.selection)
                """)
    }

    /// The parameters are the columns' values, the id and the version. A column that is not named stays:
    /// `last_seen` moves without a new version.
    static func update<Row: VersionedRow>(_: Row.Type, _ columns: [Row.Column]) -> Statement {
        var assignments = columns.enumerated().map { "\($1.name) = $\($0 + 1)" }
        if columns.contains(where: { $0.name == SymbolColumn.kind.name }) {
            assignments.append("\(kindIsStated.column) = \(kindIsStated.value)")
        }
        let count = columns.count
        return Statement(
            name: "update \(Row.kind)",
            sql: """
                UPDATE \(Row.Column.tableName) SET \(assignments.joined(separator: ", "))
                 WHERE id = $\(count + 1)::int8 AND changed_xid = $\(count + 2)::xid8 RETURNING \(Row.selection)
                """)
    }

    // MARK: - Exchanges

    static let exchangeIdByCode = Statement(
        name: "exchange id by code", sql: "SELECT id FROM exchanges WHERE enum_value = $1")

    static let allExchanges = Statement(
        name: "all exchanges", sql: "SELECT \(ManagedExchange.selection) FROM exchanges ORDER BY id")

    static let exchangeCodes = Statement(
        name: "exchange codes", sql: "SELECT enum_value::text FROM exchanges ORDER BY id")

    /// `$1` name, `$2` enum value, `$3` the id that may have them.
    static let takenExchange = Statement(
        name: "taken exchange names",
        sql: """
            SELECT id, name = $1, enum_value = $2 FROM exchanges WHERE (name = $1 OR enum_value = $2) AND id <> $3::int8
            """)

    // MARK: - Symbols

    static let holdExchange = Statement(
        name: "hold exchange",
        sql: "SELECT id FROM exchanges WHERE enum_value = $1 FOR KEY SHARE")

    static let marketOfExchange = Statement(
        name: "market of an exchange", sql: "SELECT market_type::text FROM exchanges WHERE enum_value = $1")

    /// Of exchange `$1`: what has expired holds nobody up, whatever it is marked as.
    static let deactivateExpired = Statement(
        name: "deactivate expired symbols",
        sql: """
            UPDATE symbols s SET is_active = false
             WHERE s.exchange_id = $1::int8 AND s.is_active AND \(ImportStatements.isDue("s")) AND s.id <> $2::int8
            """)

    /// Who a string of exchange `$1` means: the live one, else the live one that it is an alias of, else the one that
    /// died last.
    static let symbolByString = Statement(
        name: "symbol by string",
        sql: """
            SELECT s.id FROM (
                SELECT id, CASE WHEN \(ImportStatements.isLive("o")) THEN 1 ELSE 3 END AS rank
                  FROM symbols o WHERE exchange_id = $1::int8 AND symbol_string = $2
                 UNION ALL
                SELECT o.id, 2 FROM symbol_aliases a JOIN symbols o ON o.id = a.symbol_id
                 WHERE a.exchange_id = $1::int8 AND a.symbol_string = $2 AND a.expires_at > now()
                   AND \(ImportStatements.isLive("o"))) s
             ORDER BY s.rank, s.id DESC LIMIT 1
            """)

    /// Live symbols of exchange `$1`, but for `$2`, that have the symbol string `$3` or are what the columns of
    /// `ImportStatements.identity` say.
    static let takenSymbol: Statement = {
        let isSame = ImportStatements.identity.enumerated().map { index, column in
            "\(column.name) IS NOT DISTINCT FROM $\(index + 4)::\(column.rules.stagedSQLType)"
        }
        return Statement(
            name: "taken symbol keys",
            sql: """
                SELECT s.id, t.is_identical, s.symbol_string = $3
                  FROM symbols s
                 CROSS JOIN LATERAL (SELECT s.kind <> 'other' AND \(isSame.joined(separator: " AND "))) t (is_identical)
                 WHERE s.exchange_id = $1::int8 AND s.id <> $2::int8 AND \(ImportStatements.isLive("s"))
                   AND (s.symbol_string = $3 OR (s.base_asset = $4 AND s.quote_asset = $5 AND t.is_identical))
                """)
    }()

    /// What contradicts itself in symbol `$1`; with `$2` also who bears its name besides it, if both are live.
    static let remarks = Statement(
        name: "remarks on a symbol",
        sql: """
            SELECT c.text
              FROM symbols n CROSS JOIN LATERAL (VALUES \(SymbolContradiction.values(of: "n"))) c (rank, text)
             WHERE n.id = $1::int8 AND c.text IS NOT NULL
            UNION ALL
            SELECT format('is %s, and so is %s: the name is ambiguous', \(ImportStatements.name("n")),
                          string_agg(format('"%s" (id %s)', o.symbol_string, o.id), ' and ' ORDER BY o.id))
              FROM symbols n
              JOIN symbols o ON o.exchange_id = n.exchange_id AND o.base_asset = n.base_asset
                            AND o.quote_asset = n.quote_asset AND o.id <> n.id
             WHERE $2 AND n.id = $1::int8 AND n.kind IN ('perpetual', 'future', 'option')
               AND (\(ImportStatements.nameKey("o"))) = (\(ImportStatements.nameKey("n")))
               AND \(ImportStatements.isLive("n")) AND \(ImportStatements.isLive("o"))
             GROUP BY n.id
            """)

    // MARK: - Aliases

    /// A name that the symbol bears again is no former name.
    static let dropOwnAlias = Statement(
        name: "drop alias of own name",
        sql: "DELETE FROM symbol_aliases WHERE exchange_id = $1::int8 AND symbol_string = $2 AND symbol_id = $3::int8")

    /// The symbol that bore the name last is the one that is meant by it.
    static let putAlias = Statement(
        name: "put alias",
        sql: """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, expires_at)
            VALUES ($1::int8, $2, $3::int8, now() + make_interval(days => $4::int4))
            ON CONFLICT (exchange_id, symbol_string) DO UPDATE
               SET symbol_id = excluded.symbol_id, created_at = now(), expires_at = excluded.expires_at
            RETURNING expires_at
            """)

    // MARK: - Statistics and history

    static let symbolStatistics = Statement(
        name: "symbol statistics",
        sql: """
            SELECT count(*), count(*) FILTER (WHERE is_active), count(DISTINCT exchange_id), max(updated_at),
                   max(last_seen), (SELECT count(*) FROM symbol_aliases WHERE expires_at > now())
              FROM symbols
            """)

    /// The newest `$3` lines of row `$2` of the tables `$1` (an array), with the truncations that it went through.
    static let history = Statement(
        name: "history",
        sql: """
            SELECT a.at, a.user_name, a.application_name, a.transaction_id, a.table_name, a.action,
                   coalesce(d.fields, ''),
                   CASE WHEN a.action = 'update' THEN d.old_fields ELSE a.old_row END::text,
                   CASE WHEN a.action = 'update' THEN d.new_fields ELSE a.new_row END::text
              FROM reference_audit a
              LEFT JOIN LATERAL (
                  SELECT string_agg(key, ',' ORDER BY key) AS fields, jsonb_object_agg(key, o.value) AS old_fields,
                         jsonb_object_agg(key, n.value) AS new_fields
                    FROM jsonb_each(a.old_row) o FULL JOIN jsonb_each(a.new_row) n USING (key)
                   WHERE o.value IS DISTINCT FROM n.value AND key <> 'updated_at') d ON a.action = 'update'
             WHERE a.table_name = ANY ($1::text[]) AND (a.row_id = $2::int8 OR (a.row_id = 0 AND a.at >= (
                       SELECT min(at) FROM reference_audit WHERE table_name = ANY ($1::text[]) AND row_id = $2::int8)))
             ORDER BY a.at DESC, a.sequence DESC LIMIT $3::int8
            """)
}

extension Parameter {
    /// The parameter that stores a value in its column.
    package init(_ value: ColumnValue) {
        self =
            switch value {
            case .null: .null
            case .text(let text): .text(text)
            case .integer(let number): .int64(number)
            case .flag(let flag): .bool(flag)
            case .decimal(let number): .numeric(number.description)
            case .time(let time): time.microsecondsSince2000.map { .timestamp(microsecondsSince2000: $0) } ?? .null
            }
    }
}
