import PostgreSQL
import ReferenceData

// What is written. The unique indexes over live symbols are not deferrable, so whoever goes goes first, and whoever
// moves is parked before anybody takes its string.
extension ImportStatements {
    /// The columns that a line may give for a new symbol, apart from its exchange.
    private static let inserted = said.filter { $0 != .id }

    static let exchangesOfList = "(SELECT DISTINCT exchange_id FROM \(rows))"

    /// Lines that are new, lines that change something, those of them that rename, those that make active again or
    /// let die, and the last line. The last of all is of what is new or was live and whose time is past.
    static let count = Statement(
        name: "count new and changed lines",
        sql: """
            SELECT count(*) FILTER (WHERE symbol_id IS NULL), count(*) FILTER (WHERE is_changed), max(line),
                   count(former_string), count(*) FILTER (WHERE is_changed AND is_active AND NOT was_live),
                   count(*) FILTER (WHERE is_completed), count(*) FILTER (WHERE is_ignored), count(*),
                   count(*) FILTER (WHERE is_changed AND NOT is_active),
                   count(*) FILTER (WHERE \(isPast("n")))
              FROM \(rows) n
            """)

    /// Symbols, of the exchanges of the list, whose time has passed and that are still marked active.
    static let expired = """
        s.is_active AND \(isDue("s")) AND s.exchange_id IN \(exchangesOfList)
           AND \(isUnmeant("s", by: "NOT k.is_ignored"))
        """

    static let countExpired = Statement(
        name: "count expired symbols", sql: "SELECT count(*) FROM symbols s WHERE \(expired)")

    static let deactivateExpired = Statement(
        name: "deactivate expired symbols", sql: "UPDATE symbols s SET is_active = false WHERE \(expired)")

    /// Live symbols, of the exchanges of the list and of the part `$1` and `$2`, that it does not list, not even by a
    /// bad line.
    static let gone = """
        \(isLive("s")) AND s.exchange_id IN \(exchangesOfList)
           AND \(isOfPart("s", kinds: "$1", settleAssets: "$2"))
           AND \(isUnmeant("s"))
           AND s.id NOT IN (SELECT symbol_id FROM \(listed))
        """

    static let countGone = Statement(
        name: "count missing symbols", sql: "SELECT count(*) FROM symbols s WHERE \(gone)")

    static let deactivateGone = Statement(
        name: "deactivate missing symbols", sql: "UPDATE symbols s SET is_active = false WHERE \(gone)")

    /// Those whose string another line takes.
    static let park = Statement(
        name: "park moving symbols",
        sql: """
            UPDATE symbols s SET is_active = false
              FROM \(rows) h
             WHERE h.symbol_id = s.id AND h.former_string IS NOT NULL AND h.is_active AND s.is_active
               AND EXISTS (SELECT FROM \(rows) n WHERE n.exchange_id = h.exchange_id
                              AND n.symbol_string = h.former_string AND n.is_active)
            """)

    /// Only rows that differ are written: no dead rows, no stamps, no doorbell for a list that says nothing new.
    /// `$1`, `$2`: lines above and up to, so that a long list is written piece by piece. Those that die go first.
    static func update(active: Bool) -> Statement {
        Statement(
            name: active ? "update symbols" : "update symbols that die",
            sql: """
                UPDATE symbols s SET is_kind_assumed = s.is_kind_assumed AND n.is_silent,
                       \(list(changing) { "\($0.name) = n.\($0.name)" })
                  FROM \(rows) n
                 WHERE s.id = n.symbol_id AND n.is_changed AND n.is_active = \(active)
                   AND n.line > $1::int8 AND n.line <= $2::int8
                """)
    }

    /// A name that a symbol bears again is no former name; with `$1`, nor is the one that it loses.
    static let dropOwnAliases = Statement(
        name: "drop aliases of own names",
        sql: """
            DELETE FROM symbol_aliases a USING \(rows) n
             WHERE n.former_string IS NOT NULL AND a.exchange_id = n.exchange_id AND a.symbol_id = n.symbol_id
               AND (a.symbol_string = n.symbol_string OR ($1 AND a.symbol_string = n.former_string))
            """)

    /// For `$1` days; as `ManagementStatements.putAlias`. A name that another one bears now is no alias, and of those
    /// that bore it one after another it is the living one's.
    static let putAliases = Statement(
        name: "put aliases",
        sql: """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, expires_at)
            SELECT DISTINCT ON (exchange_id, former_string) exchange_id, former_string, symbol_id,
                   now() + make_interval(days => $1::int4)
              FROM \(rows) o
             WHERE former_string IS NOT NULL
               AND NOT EXISTS (SELECT FROM \(rows) n WHERE n.exchange_id = o.exchange_id
                                  AND n.symbol_string = o.former_string AND n.is_active)
             ORDER BY exchange_id, former_string, was_live DESC, symbol_id DESC
            ON CONFLICT (exchange_id, symbol_string) DO UPDATE
               SET symbol_id = excluded.symbol_id, created_at = now(), expires_at = excluded.expires_at
            """)

    /// Only symbols that are missing, in the order of the list; an identity value is drawn for no other. With their
    /// ids those that the list brings one for. With their stamps, which saves a call of the trigger for each.
    static func insert(withIds: Bool) -> Statement {
        let values = list(inserted) { column in
            let rules = column.rules
            guard rules.writer == .database, let value = rules.defaultText else { return column.name }
            return "coalesce(\(column.name), \(value))"
        }
        return Statement(
            name: withIds ? "insert symbols with their ids" : "insert symbols",
            sql: """
                INSERT INTO symbols (
                    exchange_id, changed_xid, is_kind_assumed, \(withIds ? "id, " : "")\(list(inserted)))
                \(withIds ? "OVERRIDING SYSTEM VALUE" : "")
                SELECT exchange_id, pg_current_xact_id(), is_silent, \(withIds ? "id, " : "")\(values) FROM \(rows)
                 WHERE symbol_id IS NULL AND (id IS NOT NULL) = \(withIds) AND line > $1::int8 AND line <= $2::int8
                 ORDER BY line
                """)
    }

    /// Runs before any value is drawn: the sequence must not hand out an id that the list brought along.
    static let advanceSequence = Statement(
        name: "advance symbol ids",
        sql: """
            SELECT setval(q.sequence, q.top)
              FROM (SELECT pg_get_serial_sequence('symbols', 'id')::regclass AS sequence,
                           (SELECT max(id) FROM \(rows) WHERE symbol_id IS NULL)::int8 AS top) q
             WHERE q.top > coalesce(pg_sequence_last_value(q.sequence), 0)
            """)

    /// Symbols whose line is left out, so that their new rules are not known; a pair that several have names none. They
    /// are looked up one by one: OFFSET keeps the planner from turning the join round.
    private static func outdated(where condition: String) -> String {
        """
        SELECT o.id FROM (SELECT DISTINCT symbol_id FROM \(listed) WHERE is_exact) l
         CROSS JOIN LATERAL (
             SELECT s.id FROM symbols s
              WHERE s.id = l.symbol_id AND s.is_active AND \(condition) AND \(isUnmeant("s")) OFFSET 0) o
        """
    }

    static let countOutdated = Statement(
        name: "count symbols with their last good rules",
        sql: "SELECT count(*) FROM (\(outdated(where: "true"))) o")

    /// That is seen in the answers.
    static let markOutdated = Statement(
        name: "mark symbols with their last good rules",
        sql: """
            UPDATE symbols s SET is_last_good = true FROM (\(outdated(where: "NOT s.is_last_good"))) o WHERE s.id = o.id
            """)
}
