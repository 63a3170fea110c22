import PostgreSQL

/// The statements of `DatabaseResolver`. Each lookup is one statement, so exchange and symbol are of one moment; each
/// row comes as a record of the loader's columns, so that the loader's decoder judges it.
///
/// Whatever gives symbols gives a symbol, its exchange and the moment at which it is judged, in columns 0 to 2. That
/// moment is the statement's last parameter, or now where it is NULL.
enum LookupStatements {
    private static let exchange = record(ReferenceStatements.exchangeColumns, "e")
    private static let symbol = record(ReferenceStatements.symbolColumns, "s")
    private static let byCode = "e.enum_value = $1 OR e.name = $1 ORDER BY (e.enum_value = $1) DESC, e.id LIMIT 2"

    private static func record(_ columns: String, _ table: String) -> String {
        "ROW(\(ReferenceStatements.qualified(columns, table)))"
    }

    private static func moment(_ parameter: Int) -> String { "coalesce($\(parameter)::timestamptz, now())" }

    /// Whether a symbol is active at the moment: `is_active`, and neither expired nor delisted.
    private static func isLive(_ parameter: Int) -> String {
        "(s.is_active AND (least(s.expires_at, s.delists_at) > \(moment(parameter))) IS NOT FALSE)"
    }

    static let hasAliases = Statement(name: "look for aliases", sql: "SELECT to_regclass('symbol_aliases') IS NOT NULL")

    static let exchangeByCode = Statement(
        name: "exchange by code", sql: "SELECT \(exchange) FROM exchanges e WHERE \(byCode)")

    static let exchangeById = Statement(
        name: "exchange by id", sql: "SELECT \(exchange) FROM exchanges e WHERE e.id = $1::int4")

    static let exchanges = Statement(name: "exchanges", sql: "SELECT \(exchange) FROM exchanges e ORDER BY e.id")

    // MARK: - Lookups by key

    // Besides the three columns: the exchange that was asked (3), and whether the string is only an alias (4). One row
    // for each symbol that may answer, those that are live first, then the latest; one without a symbol where none may.
    // The exchanges come in the order of their claim to the code.

    static let symbolByString = candidates("symbol by string", ofString, moment: 3)

    /// An alias is asked of its own table; its symbol may be of another exchange.
    static let symbolByStringOrAlias = candidates(
        "symbol by string or alias",
        """
        \(ofString)
         UNION ALL
        SELECT s.*, true FROM symbol_aliases a JOIN symbols s ON s.id = a.symbol_id
         WHERE a.exchange_id = asked.id AND a.symbol_string = $2 AND a.expires_at > now()
        """, moment: 3)

    /// Symbols of base `$2` and quote `$3` of a kind that pairs answer, or of none that is known.
    static let symbolByPair = candidates(
        "symbol by pair",
        """
        SELECT s.*, false AS is_alias FROM symbols s
         WHERE s.exchange_id = asked.id AND s.base_asset = $2 AND s.quote_asset = $3
           AND s.kind NOT IN ('future', 'option', 'other')
        """, moment: 4)

    /// Symbols of the unified name `$2`. Names are not parsed: `$3` and `$4` are the pairs that it can begin with,
    /// nearly always one, by which an index finds the few rows whose names are worth making.
    static let symbolByName = candidates(
        "symbol by unified name",
        """
        SELECT s.*, false AS is_alias FROM unnest($3::text[], $4::text[]) AS pair (base, quote)
          JOIN symbols s ON s.exchange_id = asked.id AND s.base_asset = pair.base AND s.quote_asset = pair.quote
         WHERE s.kind <> 'other' AND $2 = symbol_unified_name(
                   s.base_asset, s.quote_asset, s.settle_asset, s.kind, s.expires_at, s.strike, s.option_type)
        """, moment: 5)

    /// By the two indexes there are: one of those that are active, one of all others.
    private static let ofString = ["s.is_active", "NOT s.is_active"].map { condition in
        """
        SELECT s.*, false AS is_alias FROM symbols s
         WHERE s.exchange_id = asked.id AND s.symbol_string = $2 AND \(condition)
        """
    }.joined(separator: "\n UNION ALL\n")

    private static func candidates(_ name: String, _ rows: String, moment parameter: Int) -> Statement {
        Statement(
            name: name,
            sql: """
                SELECT CASE WHEN s.id IS NOT NULL THEN \(symbol) END, CASE WHEN e.id IS NOT NULL THEN \(exchange) END,
                       \(moment(parameter)), \(record(ReferenceStatements.exchangeColumns, "asked")), s.is_alias
                  FROM (SELECT * FROM exchanges e WHERE \(byCode)) asked
                  LEFT JOIN LATERAL (\(rows)) s ON true
                  LEFT JOIN exchanges e ON e.id = s.exchange_id
                 ORDER BY (asked.enum_value = $1) DESC, asked.id, \(isLive(parameter)) DESC, s.id DESC
                """)
    }

    static let symbolById = Statement(
        name: "symbol by id",
        sql: """
            SELECT \(symbol), (SELECT \(exchange) FROM exchanges e WHERE e.id = s.exchange_id), \(moment(2))
              FROM symbols s WHERE s.id = $1::int8
            """)

    // MARK: - Lists

    /// Symbols of exchange `$1` (0 is any) after id `$2`, at most `$3`; `$4` only those active on an active exchange.
    static let symbolsAfter = Statement(
        name: "symbols after an id",
        sql: """
            SELECT \(symbol), \(exchange), \(moment(5))
              FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
             WHERE s.id > $2::int8 AND ($1::int4 = 0 OR s.exchange_id = $1::int4)
               AND (NOT $4::bool OR (\(isLive(5)) AND e.is_active))
             ORDER BY s.id LIMIT $3::int8
            """)

    /// Symbols of base `$1` and quote `$2` on exchange `$3` (0 is any), of the kinds `$4`, expiring from `$5` to `$6`
    /// (NULL is open), `$7` only those active on an active exchange, behind the symbol `$8` (0 is the start), at most
    /// `$9`.
    static let symbolsOfPair = Statement(
        name: "symbols of a pair",
        sql: """
            SELECT \(symbol), \(exchange), \(moment(10))
              FROM exchanges e CROSS JOIN LATERAL (
                   SELECT * FROM symbols WHERE exchange_id = e.id AND base_asset = $1 AND quote_asset = $2) s
             WHERE ($3::int4 = 0 OR e.id = $3::int4) AND s.kind = ANY ($4::text[])
               AND ($5::timestamptz IS NULL OR s.expires_at >= $5::timestamptz)
               AND ($6::timestamptz IS NULL OR s.expires_at < $6::timestamptz)
               AND (NOT $7::bool OR (\(isLive(10)) AND e.is_active))
               AND ($8::int8 IS NULL OR (\(place("s"))) > (SELECT \(place("a")) FROM symbols a WHERE a.id = $8::int8))
             ORDER BY \(place("s")) LIMIT $9::int8
            """)

    /// Where a symbol stands among those of its pair.
    private static func place(_ table: String) -> String {
        """
        \(table).exchange_id, coalesce(\(table).expires_at, '-infinity'), coalesce(\(table).strike, '-Infinity'), \
        CASE \(table).option_type WHEN 'call' THEN 1 WHEN 'put' THEN 2 ELSE 0 END, \(table).id
        """
    }

    /// Matches of the folded text `$1` on exchange `$2` (0 is any), best first, from `$3` on, at most `$4`; `$5` with
    /// substrings, `$6` only those active on an active exchange. "C" folds ASCII and compares bytes.
    static let search = Statement(
        name: "search symbols",
        sql: """
            SELECT \(symbol), \(exchange), \(moment(7))
              FROM exchanges e JOIN symbols s ON s.exchange_id = e.id
              CROSS JOIN LATERAL (
                   SELECT least(\(rank("symbol_string")), \(rank("base_asset")), \(rank("quote_asset"))) AS rank) r
             WHERE r.rank <= CASE WHEN $5::bool THEN 2 ELSE 1 END AND ($2::int4 = 0 OR s.exchange_id = $2::int4)
               AND (NOT $6::bool OR (\(isLive(7)) AND e.is_active))
             ORDER BY r.rank, (\(isLive(7)) AND e.is_active) DESC, lower(s.symbol_string COLLATE "C"), s.id
            OFFSET $3::int8 LIMIT $4::int8
            """)

    /// 0 exact, 1 prefix, 2 inside, 3 no match.
    private static func rank(_ column: String) -> String {
        let folded = "lower(s.\(column) COLLATE \"C\")"
        return """
            CASE strpos(\(folded), $1::text COLLATE "C")
            WHEN 0 THEN 3 WHEN 1 THEN CASE WHEN \(folded) = $1::text COLLATE "C" THEN 0 ELSE 1 END ELSE 2 END
            """
    }
}
