import PostgreSQL

/// The statements of management. Every value is bound; a statement names all columns, so that none is made of input.
enum ManagementStatements {
    /// Conflicts with itself and with every writer, not with readers: what was looked for and not found is still not
    /// there when the row is inserted, so that no identity value is drawn for a row that is then refused.
    static let lockExchanges = Statement(
        name: "lock exchanges", sql: "LOCK TABLE exchanges IN SHARE ROW EXCLUSIVE MODE")
    static let lockSymbols = ImportStatements.lock

    // MARK: - Exchanges

    private static let exchangeRow = "ROW(\(ReferenceStatements.exchangeColumns)), changed_xid"

    static let exchangeById = Statement(
        name: "exchange by id", sql: "SELECT \(exchangeRow) FROM exchanges WHERE id = $1::int8")

    static let exchangeIdByCode = Statement(
        name: "exchange id by code", sql: "SELECT id FROM exchanges WHERE enum_value = $1")

    static let allExchanges = Statement(
        name: "all exchanges", sql: "SELECT \(exchangeRow) FROM exchanges ORDER BY id")

    static let exchangeCodes = Statement(
        name: "exchange codes", sql: "SELECT enum_value::text FROM exchanges ORDER BY id")

    /// `$1` name, `$2` enum value, `$3` the id that may have them.
    static let takenExchange = Statement(
        name: "taken exchange names",
        sql: """
            SELECT id, name = $1, enum_value = $2 FROM exchanges WHERE (name = $1 OR enum_value = $2) AND id <> $3::int8
            """)

    static let insertExchange = Statement(
        name: "insert exchange",
        sql: """
            INSERT INTO exchanges (name, enum_value, display_name, market_type, is_active, base_url, websocket_url,
                                   rate_limit_requests_per_second, precision_default)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8::int8, $9::int2) RETURNING \(exchangeRow)
            """)

    /// The version in the condition is what makes writing every column right: nobody else has written any since.
    static let updateExchange = Statement(
        name: "update exchange",
        sql: """
            UPDATE exchanges
               SET name = $1, enum_value = $2, display_name = $3, market_type = $4, is_active = $5, base_url = $6,
                   websocket_url = $7, rate_limit_requests_per_second = $8::int8, precision_default = $9::int2
             WHERE id = $10::int8 AND changed_xid = $11::xid8 RETURNING \(exchangeRow)
            """)

    // MARK: - Symbols

    private static let symbolRow = """
        ROW(\(ReferenceStatements.symbolColumns)), changed_xid, \
        (SELECT e.enum_value::text FROM exchanges e WHERE e.id = exchange_id)
        """

    static let symbolById = Statement(
        name: "symbol by id", sql: "SELECT \(symbolRow) FROM symbols WHERE id = $1::int8")

    static let holdExchange = Statement(
        name: "hold exchange", sql: "SELECT id FROM exchanges WHERE enum_value = $1 FOR KEY SHARE")

    /// `$1` exchange id, `$2` base, `$3` quote, `$4` symbol string, `$5` the id that may have them.
    static let takenSymbol = Statement(
        name: "taken symbol keys",
        sql: """
            SELECT id, base_asset = $2 AND quote_asset = $3, symbol_string = $4 FROM symbols
             WHERE exchange_id = $1::int8 AND id <> $5::int8
               AND ((base_asset = $2 AND quote_asset = $3) OR symbol_string = $4)
            """)

    static let insertSymbol = Statement(
        name: "insert symbol",
        sql: """
            INSERT INTO symbols (base_asset, quote_asset, symbol_string, is_active, precision_base, precision_quote,
                                 precision_price, min_order_size, max_order_size, tick_size, step_size, last_seen,
                                 exchange_id)
            VALUES ($1, $2, $3, $4, $5::int2, $6::int2, $7::int2, $8, $9, $10, $11, $12, $13::int8)
            RETURNING \(symbolRow)
            """)

    /// `last_seen` moves without a new version, so it is written only when it is meant (`$15`).
    static let updateSymbol = Statement(
        name: "update symbol",
        sql: """
            UPDATE symbols
               SET base_asset = $1, quote_asset = $2, symbol_string = $3, is_active = $4, precision_base = $5::int2,
                   precision_quote = $6::int2, precision_price = $7::int2, min_order_size = $8, max_order_size = $9,
                   tick_size = $10, step_size = $11,
                   last_seen = CASE WHEN $15::bool THEN $12::timestamptz ELSE last_seen END
             WHERE id = $13::int8 AND changed_xid = $14::xid8 RETURNING \(symbolRow)
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
