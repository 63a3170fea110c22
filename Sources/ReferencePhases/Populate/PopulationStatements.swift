import PostgreSQL
import ReferenceData
import ReferenceStore

/// The statements of a population, in the order in which they run, inside one transaction. Temporary tables go with it.
enum PopulationStatements {
    static let legacyVenues = Statement(
        name: "venues of the legacy data",
        sql: """
            SELECT exchange, count(DISTINCT (base_asset, quote_asset)) FROM \(LegacyScan.table)
             GROUP BY exchange ORDER BY exchange COLLATE "C"
            """)

    static let exchanges = Statement(
        name: "codes of the exchanges",
        sql: "SELECT id, enum_value, name, market_type::text FROM exchanges ORDER BY id")

    /// A row that is there is not attempted: ON CONFLICT alone draws an identity value, and there are 32,767 of them.
    /// The parameters are the columns' values.
    static func addVenue(_ columns: [ExchangeColumn]) -> Statement {
        let names = columns.map(\.name).joined(separator: ", ")
        // A NULL of no type would be a text.
        let values = columns.enumerated().map { index, column in
            if case .integer = column.rules.kind { "$\(index + 1)::int" } else { "$\(index + 1)" }
        }.joined(separator: ", ")
        return Statement(
            name: "add a known venue",
            sql: """
                INSERT INTO exchanges (\(names))
                SELECT venue.* FROM (VALUES (\(values))) venue (\(names))
                 WHERE NOT EXISTS (
                       SELECT FROM exchanges e WHERE e.enum_value = venue.enum_value OR e.name = venue.name)
                ON CONFLICT DO NOTHING
                RETURNING id
                """)
    }

    /// What stands between base and quote in most of an exchange's own symbols, for one whose style is not known.
    static let separatorInUse = Statement(
        name: "symbol style in use",
        sql: """
            SELECT style.separator
              FROM symbols s, (VALUES (''), ('_'), ('-'), ('/')) AS style (separator)
             WHERE s.exchange_id = $1::int4 AND s.symbol_string = s.base_asset || style.separator || s.quote_asset
             GROUP BY style.separator ORDER BY count(*) DESC, style.separator COLLATE "C" LIMIT 1
            """)

    static let createVenues = Statement(
        name: "create the table of legacy venues",
        sql: """
            CREATE TEMPORARY TABLE symbology_legacy_venue ON COMMIT DROP AS
            SELECT legacy_name, code, exchange_id::smallint AS exchange_id, separator, is_known, kind
              FROM unnest($1::text[], $2::text[], $3::int4[], $4::text[], $5::text[], $6::text[])
                   AS venue (legacy_name, code, exchange_id_text, separator, known_text, kind),
                   LATERAL (SELECT nullif(exchange_id_text, 0) AS exchange_id, known_text = 'yes' AS is_known) typed
            """)

    /// One row a pair, whatever number of tables and spellings it comes from. A pair means what it means to a lookup: a
    /// spot symbol where the venue trades spot, a perpetual, linear and settled in the quote asset, where it trades
    /// futures.
    static let createPairs = Statement(
        name: "create the table of pairs",
        sql: """
            CREATE TEMPORARY TABLE symbology_population ON COMMIT DROP AS
            SELECT row_number() OVER () AS position, v.code, v.exchange_id, v.is_known, v.separator, v.kind,
                   p.base_asset, p.quote_asset, p.base_asset || v.separator || p.quote_asset AS symbol_string,
                   max(p.last_seen) AS last_seen, max(p.price_scale) AS price_scale,
                   max(p.quantity_scale) AS quantity_scale, max(p.quote_scale) AS quote_scale,
                   NULL::integer AS symbol_id, NULL::text AS fault, NULL::text AS outcome, NULL::text AS remark,
                   NULL::smallint AS precision_price, NULL::smallint AS precision_base,
                   NULL::smallint AS precision_quote, NULL::numeric AS tick_size, NULL::numeric AS step_size,
                   false AS is_inferred, false AS sets_price, false AS sets_quantity, false AS sets_quote
              FROM \(LegacyScan.table) p JOIN pg_temp.symbology_legacy_venue v ON v.legacy_name = p.exchange
             GROUP BY v.code, v.exchange_id, v.is_known, v.separator, v.kind, p.base_asset, p.quote_asset
            """)

    static let analyze = Statement(name: "analyze the pairs", sql: "ANALYZE pg_temp.symbology_population")

    /// Whether a row of `symbols` still lives: its end may have passed without anybody having written so.
    private static func isLive(_ symbol: String) -> String {
        "(\(symbol).is_active AND coalesce(least(\(symbol).expires_at, \(symbol).delists_at) > now(), true))"
    }

    /// Of perpetuals the one that a pair prefers.
    private static let isUsual = "(s.payoff = 'linear' AND s.settle_asset = s.quote_asset) IS TRUE"

    /// The symbol that answers the pair: a live one first, then the usual one, then the newest.
    static let matchSymbols = Statement(
        name: "match symbols",
        sql: """
            UPDATE pg_temp.symbology_population p SET symbol_id = m.id
              FROM (SELECT DISTINCT ON (q.position) q.position, s.id
                      FROM pg_temp.symbology_population q
                      JOIN symbols s ON s.exchange_id = q.exchange_id AND s.base_asset = q.base_asset
                                    AND s.quote_asset = q.quote_asset AND s.kind = q.kind
                     WHERE q.symbol_id IS NULL AND q.fault IS NULL
                     ORDER BY q.position, \(isLive("s")) DESC, \(isUsual) DESC, s.id DESC) m
             WHERE m.position = p.position
            """)

    static let findAmbiguousPairs = Statement(
        name: "find ambiguous pairs",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET fault = format('it is several live perpetuals (ids %s and %s): which of them is not known', o.id,
                   s.id),
                   symbol_id = NULL
              FROM symbols s, symbols o
             WHERE s.id = p.symbol_id AND \(isLive("s")) AND NOT \(isUsual)
               AND o.exchange_id = s.exchange_id AND o.base_asset = s.base_asset AND o.quote_asset = s.quote_asset
               AND o.kind = s.kind AND o.id < s.id AND \(isLive("o"))
            """)

    /// A row that was there before the constraints may break them: it can be neither written nor shown, until somebody
    /// corrects it.
    static let findUnservableSymbols = Statement(
        name: "find symbols that cannot be represented",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET fault = format('symbol %s cannot be represented: %s', s.id, s.reason)
              FROM (SELECT id, CASE \(unservableNumbers)
                           WHEN octet_length(symbol_string) > 50
                           THEN format('symbol_string has %s bytes, at most 50 fit', octet_length(symbol_string))
                           WHEN greatest(octet_length(base_asset), octet_length(quote_asset)) >
                               \(AssetText.byteCountMax)
                           THEN 'an asset has more than \(AssetText.byteCountMax) bytes'
                           WHEN base_asset || ' ' || quote_asset || ' ' || symbol_string ~ \(unseen)
                           THEN 'a text contains control characters, or some that show as nothing'
                           WHEN NOT (\(finiteTimes))
                           THEN 'a time is infinite' END AS reason FROM symbols) s
             WHERE s.id = p.symbol_id AND s.reason IS NOT NULL
            """)

    private static let unservableNumbers = SymbolColumn.table.filter { $0.kind == .decimal }
        .map { unservableNumber($0.name) }.joined(separator: " ")

    /// NULL where one of them is, which is no objection.
    private static let finiteTimes = SymbolColumn.table.filter { $0.kind == .time }
        .map { "isfinite(\($0.name))" }.joined(separator: " AND ")

    /// What no key holds, as the constraints of `symbols` put it: controls, and what looks like nothing.
    private static let unseen =
        #"'[\u0001-\u001F\u007F-\u00A0\u00AD\u061C\u1680\u180E\u2000-\u200F\u2028-\u202F"#
        + #"\u205F-\u206F\u3000\uFEFF\uFFF9-\uFFFB]'"#

    /// As the constraints of `symbols` put it.
    private static func unservableNumber(_ column: String) -> String {
        """
        WHEN \(column) IN ('NaN', 'Infinity', '-Infinity') THEN '\(column) is ' || \(column) \
        WHEN octet_length(btrim(replace(trim_scale(abs(\(column)))::text, '.', ''), '0')) > 18 \
        THEN '\(column) has more than 18 significant digits'
        """
    }

    /// Faults that a pair shows by itself: a legacy table takes texts that the reference tables and the wire cannot.
    static let findBadPairs = Statement(
        name: "find bad pairs",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET fault = CASE
                   WHEN NOT is_known THEN 'unknown venue'
                   WHEN base_asset = '' THEN 'the base asset is empty'
                   WHEN quote_asset = '' THEN 'the quote asset is empty'
                   WHEN kind IS NULL THEN 'the venue trades options, and a pair names none'
                   WHEN kind = 'spot' AND base_asset = quote_asset THEN 'base and quote asset are the same'
                   WHEN octet_length(base_asset) > \(AssetText.byteCountMax)
                   THEN format('the base asset has %s bytes, at most \(AssetText.byteCountMax) fit',
                               octet_length(base_asset))
                   WHEN octet_length(quote_asset) > \(AssetText.byteCountMax)
                   THEN format('the quote asset has %s bytes, at most \(AssetText.byteCountMax) fit',
                               octet_length(quote_asset))
                   WHEN base_asset || quote_asset ~ \(unseen)
                   THEN 'an asset contains control characters, or some that show as nothing'
                   WHEN btrim(base_asset) <> base_asset OR btrim(quote_asset) <> quote_asset
                   THEN 'an asset begins or ends with a blank'
                   WHEN separator IS NULL
                   THEN 'how this venue writes its symbols is not known; add one of them first'
                   WHEN octet_length(symbol_string) > 50
                   THEN format('the symbol string has %s bytes, at most 50 fit', octet_length(symbol_string))
               END
             WHERE symbol_id IS NULL AND fault IS NULL
            """)

    /// A dead symbol gives its string up.
    static let findTakenStrings = Statement(
        name: "find taken strings",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET fault = format('the symbol string %s belongs to %s/%s (id %s)', p.symbol_string, s.base_asset,
                                  s.quote_asset, s.id)
              FROM symbols s
             WHERE p.symbol_id IS NULL AND p.fault IS NULL AND s.exchange_id = p.exchange_id
               AND s.symbol_string = p.symbol_string AND \(isLive("s"))
            """)

    /// What is past its end and still marked active holds nobody up.
    static let retire = Statement(
        name: "deactivate what ended",
        sql: """
            UPDATE symbols s SET is_active = false
              FROM pg_temp.symbology_population p
             WHERE p.outcome = 'new' AND s.exchange_id = p.exchange_id AND s.symbol_string = p.symbol_string
               AND s.is_active
            """)

    /// Keys match byte for byte, but a pair that only differs in case from one that is there is a slip of a writer
    /// more often than another market: somebody has to look at it.
    static let findTakenPairs = Statement(
        name: "find taken pairs",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET fault = format('differs only in case from %s/%s (id %s)', s.base_asset, s.quote_asset, s.id)
              FROM symbols s
             WHERE p.symbol_id IS NULL AND p.fault IS NULL AND s.exchange_id = p.exchange_id
               AND s.kind = p.kind AND \(isLive("s")) AND (\(folded("s"))) = (\(folded("p")))
            """)

    /// The same among the pairs themselves: the one in capitals stays, else the first by bytes.
    static let findCaseTwins = Statement(
        name: "find pairs that differ in case",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET fault = format('differs only in case from %s', n.first_pair)
              FROM (SELECT position, first_value(base_asset || '/' || quote_asset) OVER twins AS first_pair,
                           row_number() OVER twins AS rank
                      FROM pg_temp.symbology_population q WHERE symbol_id IS NULL AND fault IS NULL
                    WINDOW twins AS (PARTITION BY code, \(folded("q"))
                                     ORDER BY upper(base_asset COLLATE "C") <> base_asset
                                           OR upper(quote_asset COLLATE "C") <> quote_asset,
                                              base_asset COLLATE "C", quote_asset COLLATE "C")) n
             WHERE n.position = p.position AND n.rank > 1
            """)

    static let findStringTwins = Statement(
        name: "find pairs with one symbol string",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET fault = format('the symbol string %s is that of %s too', p.symbol_string, n.first_pair)
              FROM (SELECT position, first_value(base_asset || '/' || quote_asset) OVER twins AS first_pair,
                           row_number() OVER twins AS rank
                      FROM pg_temp.symbology_population WHERE symbol_id IS NULL AND fault IS NULL
                    WINDOW twins AS (PARTITION BY code, symbol_string
                                     ORDER BY base_asset COLLATE "C", quote_asset COLLATE "C")) n
             WHERE n.position = p.position AND n.rank > 1
            """)

    private static func folded(_ table: String) -> String {
        "lower(\(table).base_asset COLLATE \"C\"), lower(\(table).quote_asset COLLATE \"C\")"
    }
}
