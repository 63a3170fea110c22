import PostgreSQL

/// The statements of `DatabaseResolver`. Each lookup is one statement, so exchange and symbol are of one moment; each
/// row comes as a record of the loader's columns, so that the loader's decoder judges it.
enum LookupStatements {
    private static let exchange = record(ReferenceStatements.exchangeColumns, "e")
    private static let symbol = record(ReferenceStatements.symbolColumns, "s")
    private static let byCode = "e.enum_value = $1 OR e.name = $1 ORDER BY (e.enum_value = $1) DESC, e.id LIMIT 2"

    private static func record(_ columns: String, _ table: String) -> String {
        "ROW(\(ReferenceStatements.qualified(columns, table)))"
    }

    static let hasAliases = Statement(name: "look for aliases", sql: "SELECT to_regclass('symbol_aliases') IS NOT NULL")

    static let exchangeByCode = Statement(
        name: "exchange by code", sql: "SELECT \(exchange) FROM exchanges e WHERE \(byCode)")

    static let exchangeById = Statement(
        name: "exchange by id", sql: "SELECT \(exchange) FROM exchanges e WHERE e.id = $1::int4")

    static let exchanges = Statement(name: "exchanges", sql: "SELECT \(exchange) FROM exchanges e ORDER BY e.id")

    /// Exchange, symbol.
    static let symbolByString = Statement(
        name: "symbol by string",
        sql: """
            SELECT \(exchange), (SELECT \(symbol) FROM symbols s WHERE s.exchange_id = e.id AND s.symbol_string = $2)
              FROM exchanges e WHERE \(byCode)
            """)

    /// Exchange, symbol, and, where there is no symbol, the one that had the string before, with its exchange.
    static let symbolByStringOrAlias = Statement(
        name: "symbol by string or alias",
        sql: """
            SELECT \(exchange), current.symbol, former.symbol, former.exchange
              FROM exchanges e
              LEFT JOIN LATERAL (
                   SELECT \(symbol) AS symbol FROM symbols s
                    WHERE s.exchange_id = e.id AND s.symbol_string = $2) current ON true
              LEFT JOIN LATERAL (
                   SELECT \(symbol) AS symbol, \(record(ReferenceStatements.exchangeColumns, "h")) AS exchange
                     FROM symbol_aliases a JOIN symbols s ON s.id = a.symbol_id JOIN exchanges h ON h.id = s.exchange_id
                    WHERE a.exchange_id = e.id AND a.symbol_string = $2 AND a.expires_at > now()) former
                   ON current.symbol IS NOT DISTINCT FROM NULL
             WHERE \(byCode)
            """)

    /// Exchange, symbol.
    static let symbolByPair = Statement(
        name: "symbol by pair",
        sql: """
            SELECT \(exchange), (SELECT \(symbol) FROM symbols s
                                  WHERE s.exchange_id = e.id AND s.base_asset = $2 AND s.quote_asset = $3)
              FROM exchanges e WHERE \(byCode)
            """)

    /// Symbol, exchange (NULL for an orphan).
    static let symbolById = Statement(
        name: "symbol by id",
        sql: """
            SELECT \(symbol), (SELECT \(exchange) FROM exchanges e WHERE e.id = s.exchange_id)
              FROM symbols s WHERE s.id = $1::int8
            """)

    /// Symbols of exchange `$1` (0 is any) after id `$2`, at most `$3`; `$4` only those active on an active exchange.
    static let symbolsAfter = Statement(
        name: "symbols after an id",
        sql: """
            SELECT \(symbol), \(exchange)
              FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
             WHERE s.id > $2::int8 AND ($1::int4 = 0 OR s.exchange_id = $1::int4)
               AND (NOT $4::bool OR (s.is_active AND e.is_active))
             ORDER BY s.id LIMIT $3::int8
            """)

    /// One descent of the pair's unique index for each exchange.
    static let symbolsOfPair = Statement(
        name: "symbols of a pair",
        sql: """
            SELECT \(symbol), \(exchange)
              FROM exchanges e CROSS JOIN LATERAL (
                   SELECT * FROM symbols WHERE exchange_id = e.id AND base_asset = $1 AND quote_asset = $2) s
             ORDER BY e.id
            """)

    /// Matches of the folded text `$1` on exchange `$2` (0 is any), best first, from `$3` on, at most `$4`; `$5` with
    /// substrings, `$6` only those active on an active exchange. "C" folds ASCII and compares bytes.
    static let search = Statement(
        name: "search symbols",
        sql: """
            SELECT \(symbol), \(exchange)
              FROM exchanges e JOIN symbols s ON s.exchange_id = e.id
              CROSS JOIN LATERAL (
                   SELECT least(\(rank("symbol_string")), \(rank("base_asset")), \(rank("quote_asset"))) AS rank) r
             WHERE r.rank <= CASE WHEN $5::bool THEN 2 ELSE 1 END AND ($2::int4 = 0 OR s.exchange_id = $2::int4)
               AND (NOT $6::bool OR (s.is_active AND e.is_active))
             ORDER BY r.rank, (s.is_active AND e.is_active) DESC, lower(s.symbol_string COLLATE "C"), s.id
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
