import PostgreSQL
import ReferenceData

// What a line is, and whom it means.
extension ImportStatements {
    /// What each good line is. What a list does not say of a string that is known, for the same base and quote, is as
    /// it is; what nobody says is decided by the exchange's market, where a line of an option's terms is an option,
    /// which takes nothing over from another one.
    /// `holder_id`: who has the string, or had it last. Of all who ever had it the line is silent about the one that
    /// fits what it says, so that a second run means the same one as the first.
    /// - Parameters:
    ///   - given: the columns that the list has.
    ///   - listsAnew: of who has expired nothing is taken over by a line that says neither kind nor expiry.
    static func identify(_ given: [SymbolColumn], listsAnew: Bool) -> Statement {
        let isOver = "\(listsAnew) AND i.expires_at IS NULL AND o.expires_at <= now()"
        func value(_ column: SymbolColumn, inFutures value: String) -> String {
            let name = column.name
            // A list that has the column and the kind says NULL by an empty field.
            let known = given.contains(column) ? "CASE WHEN i.kind IS NULL THEN o.\(name) END" : "o.\(name)"
            return """
                coalesce(i.\(name), CASE WHEN k.is_known THEN \(known)
                    WHEN i.kind IS NULL AND e.market_type = 'FUTURES' THEN \(value) END)
                """
        }
        let fits = identity.dropFirst(3).filter(given.contains).map { column in
            let (said, known) = ("l.\(column.name)", "s.\(column.name)")
            return "(l.kind IS NULL AND \(said) IS NULL OR \(said) IS NOT DISTINCT FROM \(known))"
        }
        let fit = [
            "s.base_asset = l.base_asset", "s.quote_asset = l.quote_asset", "coalesce(s.kind = l.kind, true)",
        ]
        let rank = "CASE WHEN \((fit + fits).joined(separator: " AND ")) THEN 2 ELSE 0 END"
        // The highest rank, and of one rank the highest id, without a sort.
        func highest(_ rank: String) -> String {
            "max((\(rank) + \(isLive("s"))::int) * 4294967296 + s.id) % 4294967296"
        }
        return Statement(
            name: "identify lines",
            sql: """
                INSERT INTO \(identities) (line, exchange_id, is_silent, symbol_string, id, \(list(identity)),
                    holder_id,
                                           is_holder_live, is_holder_plain)
                SELECT i.line, i.exchange_id, i.kind IS NULL, i.symbol_string, i.id, i.base_asset, i.quote_asset,
                       coalesce(i.kind,
                                CASE WHEN k.is_known AND NOT (o.kind = 'other' AND o.is_kind_assumed AND k.is_option)
                                     THEN o.kind END,
                                CASE WHEN k.is_option THEN 'option' END,
                                CASE e.market_type WHEN 'FUTURES' THEN 'perpetual' WHEN 'OPTIONS' THEN 'other'
                                                   ELSE 'spot' END),
                       \(value(.settleAsset, inFutures: "i.quote_asset")), \(value(.payoff, inFutures: "'linear'")),
                       \(value(.expiresAt, inFutures: "NULL")), \(value(.strike, inFutures: "NULL")),
                       \(value(.optionType, inFutures: "NULL")), p.id, coalesce(\(isLive("p")), false),
                       coalesce(\(isPlain("p", "e", saying: "i")), false)
                  FROM \(lines) i
                  JOIN exchanges e ON e.id = i.exchange_id
                  LEFT JOIN (
                      SELECT l.line, \(highest("0::int8")) AS holder_id, \(highest("(\(rank))::int8")) AS known_id
                        FROM \(lines) l
                        JOIN symbols s ON s.exchange_id = l.exchange_id AND s.symbol_string = l.symbol_string
                       WHERE NOT l.is_bad
                       GROUP BY l.line) h USING (line)
                  LEFT JOIN symbols p ON p.id = h.holder_id
                  LEFT JOIN symbols o ON o.id = h.known_id
                 CROSS JOIN LATERAL (
                     SELECT q.is_option, o.base_asset = i.base_asset AND o.quote_asset = i.quote_asset
                            AND CASE WHEN i.kind IS NULL
                                     THEN (o.kind <> 'spot' OR e.market_type = 'SPOT' OR NOT o.is_kind_assumed)
                                          AND (\(isOver)) IS NOT TRUE
                                          AND NOT (q.is_option AND o.kind = 'option' AND NOT \(isSameTerms("o", "i")))
                                     ELSE o.kind = i.kind END AS is_known
                       FROM (SELECT e.market_type = 'OPTIONS'
                                    AND num_nulls(i.strike, i.option_type, i.expires_at) = 0 AS is_option) q) k
                 WHERE NOT i.is_bad
                """)
    }

    /// Whether a row is of the part of the list that is taken: of some kinds and settle assets, divided by U+001F; NULL
    /// is all. The rest of the venue is not looked at.
    static func isOfPart(_ row: String, kinds: String, settleAssets: String) -> String {
        """
        ((\(kinds)::text IS NULL OR \(row).kind = ANY (string_to_array(\(kinds), U&'\\001F')))
         AND (\(settleAssets)::text IS NULL
              OR \(row).settle_asset = ANY (string_to_array(\(settleAssets), U&'\\001F'))))
        """
    }

    /// What lines are of another part, which only the tables tell where the list is silent.
    static let dropOtherParts = Statement(
        name: "drop lines of other parts",
        sql: "DELETE FROM \(identities) n WHERE \(isOfPart("n", kinds: "$1", settleAssets: "$2")) IS NOT TRUE")

    /// Whether nobody ever said what a symbol is: it is what a list without kinds leaves, or the plan's own table. Of a
    /// row written with SQL `is_kind_assumed` says so unless it was set. What such a list did say, of payoff and settle
    /// asset, the line must say as well; a contract size makes no symbol another one.
    private static func isPlain(_ symbol: String, _ exchange: String, saying line: String) -> String {
        """
        (\(symbol).is_kind_assumed
         AND CASE \(exchange).market_type WHEN 'FUTURES' THEN \(symbol).kind IN ('spot', 'perpetual')
              WHEN 'OPTIONS' THEN \(symbol).kind IN ('spot', 'other') ELSE false END
         AND (\(symbol).settle_asset IS NOT DISTINCT FROM
                  CASE WHEN \(symbol).kind = 'perpetual' THEN \(symbol).quote_asset END
              OR \(symbol).settle_asset = \(line).settle_asset)
         AND coalesce(\(symbol).payoff, 'linear') IN ('linear', \(line).payoff)
         AND \(symbol).expires_at IS NULL AND \(symbol).strike IS NULL AND \(symbol).option_type IS NULL)
        """
    }

    /// A line that brings its own id and is dead means that id alone: the living symbol beside it is another one.
    private static func mayMean(_ line: String, _ symbol: String) -> String {
        "(\(line).id IS NULL OR \(line).id = \(symbol).id OR coalesce(\(line).is_active, true))"
    }

    /// What a row is, in a form that a hash join understands: NULL is equal to NULL.
    static func key(_ table: String) -> String {
        /// A value that no symbol has.
        func nothing(_ column: SymbolColumn) -> String {
            switch column.rules.kind {
            case .time: "'-infinity'"
            case .decimal: "0"
            default: "''"
            }
        }
        let contract = list(Array(identity.dropFirst(3))) { column in
            "coalesce(CASE WHEN \(table).kind <> 'other' THEN \(table).\(column.name) END, \(nothing(column)))"
        }
        return """
            \(table).exchange_id, \(table).base_asset, \(table).quote_asset, \(table).kind,
            CASE WHEN \(table).kind = 'other' THEN \(table).symbol_string ELSE '' END, \(contract)
            """
    }

    /// Whether a row has the terms that a symbol has: nothing else tells one `other` from the next under its string.
    private static func isSameTerms(_ symbol: String, _ row: String) -> String {
        func day(_ table: String) -> String { "(\(table).expires_at AT TIME ZONE 'UTC')::date" }
        return """
            ((\(symbol).strike IS NULL OR \(symbol).strike IS NOT DISTINCT FROM \(row).strike)
             AND (\(symbol).option_type IS NULL OR \(symbol).option_type IS NOT DISTINCT FROM \(row).option_type)
             AND (\(symbol).expires_at IS NULL OR \(day(symbol)) IS NOT DISTINCT FROM \(day(row))))
            """
    }

    /// Whom the lines mean by what they are: of several the one of the line's own id, else the live one, else the one
    /// that died last.
    static let matchIdentities = Statement(
        name: "match lines by identity",
        sql: """
            INSERT INTO \(targets) (line, symbol_id, is_live, is_completed)
            SELECT DISTINCT ON (n.line) n.line, s.id, \(isLive("s")), false
              FROM \(identities) n
              JOIN symbols s ON (\(key("s"))) = (\(key("n")))
              JOIN \(lines) i ON i.line = n.line
             WHERE \(mayMean("i", "s")) AND (s.kind <> 'other' OR \(isSameTerms("s", "n")))
             ORDER BY n.line, coalesce(s.id = n.id, false) DESC, \(isLive("s")) DESC, s.id DESC
            """)

    /// Lines that say more of a symbol whose string is known, and nothing else: a first list with kinds renumbers
    /// nobody. Whoever is meant by another line is not meant by its string. NOT IN as in `isUnmeant`.
    static let matchCompleted = Statement(
        name: "match lines by what is unset",
        sql: """
            INSERT INTO \(targets) (line, symbol_id, is_live, is_completed)
            SELECT n.line, o.id, n.is_holder_live, true
              FROM \(identities) n
              JOIN symbols o ON o.id = n.holder_id
              JOIN \(lines) i ON i.line = n.line
             WHERE \(mayMean("i", "o"))
               AND o.base_asset = n.base_asset AND o.quote_asset = n.quote_asset AND n.kind <> 'spot'
               AND (n.is_holder_plain OR (
                       o.kind = n.kind AND o.kind <> 'spot' AND o.strike IS NOT DISTINCT FROM n.strike
                       AND (o.payoff IS NULL OR o.payoff = n.payoff)
                       AND (o.option_type IS NULL OR o.option_type = n.option_type)
                       AND (o.expires_at IS NULL OR (o.expires_at AT TIME ZONE 'UTC')::date
                                                    = (n.expires_at AT TIME ZONE 'UTC')::date)))
               AND (n.is_holder_live OR n.expires_at <= now())
               AND n.line NOT IN (SELECT line FROM \(targets))
               AND o.id NOT IN (SELECT symbol_id FROM \(targets))
            """)

    /// An identity that the venue lists anew is a new symbol: with `$1` each that was delisted, else those that were
    /// listed after they died. A line that brings its own id means that one.
    static let dropRelisted = Statement(
        name: "tell new listings",
        sql: """
            DELETE FROM \(targets) t USING \(lines) i, symbols o
             WHERE NOT t.is_live AND i.line = t.line AND o.id = t.symbol_id AND i.id IS DISTINCT FROM t.symbol_id
               AND coalesce(i.is_active, true) AND NOT \(isDue("i"))
               AND ($1 OR i.listed_at > least(
                       CASE WHEN \(isDue("o")) THEN least(o.expires_at, o.delists_at) END,
                       CASE WHEN NOT o.is_active THEN coalesce((
                           SELECT max(a.at) FROM reference_audit a
                            WHERE a.table_name = 'symbols' AND a.row_id = o.id AND a.action = 'update'
                              AND a.old_row ->> 'is_active' = 'true' AND a.new_row ->> 'is_active' = 'false'),
                           o.updated_at) END))
            """)
}
