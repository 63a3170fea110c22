import PostgreSQL
import ReferenceStore

// Precision, tick and step from what was observed.
//
// Prices of at most k digits behind the point give tick 10^-k and precision k, quantities step and precision_base the
// same way, recorded quote amounts precision_quote. The greatest common divisor of the prices would find a tick of 0.5
// too, but of few observations it lies above the tick (3 in 3528 and 3531), and an engine that rounds to it would be
// refused; 10^-k never lies above. Where prices go in steps of 0.25 it lies below, so the row is marked as inferred,
// and so is every answer about it. What was observed once is remembered: k never becomes smaller again.
extension PopulationStatements {
    /// A column group is ours to write while it says nothing, or while the row is marked as inferred and the group is
    /// as the remembered digits made it. Nothing here takes the mark away.
    static let inferValues = Statement(
        name: "infer precision and tick",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET price_scale = n.price_scale, quantity_scale = n.quantity_scale, quote_scale = n.quote_scale,
                   sets_price = n.sets_price, sets_quantity = n.sets_quantity, sets_quote = n.sets_quote,
                   is_inferred = n.sets_price OR n.sets_quantity OR n.sets_quote OR n.old_is_inferred,
                   precision_price = CASE WHEN n.sets_price THEN \(precision("n.price_scale"))
                                          ELSE n.old_precision_price END,
                   precision_base = CASE WHEN n.sets_quantity THEN \(precision("n.quantity_scale"))
                                         ELSE n.old_precision_base END,
                   precision_quote = CASE WHEN n.sets_quote THEN \(precision("n.quote_scale"))
                                          ELSE n.old_precision_quote END,
                   tick_size = CASE WHEN n.sets_price THEN \(step("n.price_scale")) ELSE n.old_tick_size END,
                   step_size = CASE WHEN n.sets_quantity THEN \(step("n.quantity_scale")) ELSE n.old_step_size END
              FROM (SELECT p.position, s.precision_price AS old_precision_price,
                           s.precision_base AS old_precision_base, s.precision_quote AS old_precision_quote,
                           coalesce(s.is_inferred, false) AS old_is_inferred, s.tick_size AS old_tick_size,
                               s.step_size AS old_step_size,
                           greatest(m.price_scale, p.price_scale) AS price_scale,
                           greatest(m.quantity_scale, p.quantity_scale) AS quantity_scale,
                           greatest(m.quote_scale, p.quote_scale) AS quote_scale,
                           p.price_scale IS NOT NULL
                               AND \(isOurs("price_scale", precision: "precision_price", step: "tick_size"))
                               AS sets_price,
                           p.quantity_scale IS NOT NULL
                               AND \(isOurs("quantity_scale", precision: "precision_base", step: "step_size"))
                               AS sets_quantity,
                           p.quote_scale IS NOT NULL AND \(isOurs("quote_scale", precision: "precision_quote"))
                               AS sets_quote
                      FROM pg_temp.symbology_population p
                      LEFT JOIN symbols s ON s.id = p.symbol_id
                      LEFT JOIN symbol_inferences m ON m.exchange_id = p.exchange_id
                            AND m.base_asset = p.base_asset AND m.quote_asset = p.quote_asset
                     WHERE p.fault IS NULL) n
             WHERE n.position = p.position
            """)

    /// What the CHECKs of `symbols` permit, and the wire can hold.
    private static func precision(_ scale: String) -> String { "least(254, \(scale))" }

    private static let scaleMax = 100

    private static func step(_ scale: String) -> String {
        "CASE WHEN \(scale) <= \(scaleMax) THEN ('1e-' || \(scale))::numeric END"
    }

    private static func isOurs(_ scale: String, precision column: String, step stepColumn: String? = nil) -> String {
        let isUnsaid = stepColumn.map { "s.\(column) IS NULL AND s.\($0) IS NULL" } ?? "s.\(column) IS NULL"
        let stepIsOurs = stepColumn.map { " AND s.\($0) IS NOT DISTINCT FROM \(step("m.\(scale)"))" } ?? ""
        return """
            (s.id IS NULL OR (\(isUnsaid)) OR (s.is_inferred AND m.\(scale) IS NOT NULL \
            AND s.\(column) = \(precision("m.\(scale)"))\(stepIsOurs)))
            """
    }

    static let decide = Statement(
        name: "decide about pairs",
        sql: """
            UPDATE pg_temp.symbology_population p
               SET outcome = CASE
                       WHEN p.fault IS NOT NULL THEN 'skipped'
                       WHEN p.symbol_id IS NULL THEN 'new'
                       WHEN EXISTS (
                           SELECT FROM symbols s WHERE s.id = p.symbol_id
                              AND (s.precision_price, s.precision_base, s.precision_quote, s.tick_size, s.step_size,
                                   s.is_inferred) IS DISTINCT FROM
                                  (p.precision_price, p.precision_base, p.precision_quote, p.tick_size, p.step_size,
                                   p.is_inferred))
                       THEN 'updated' ELSE 'known' END,
                   remark = CASE
                       WHEN p.fault IS NOT NULL THEN p.fault
                       WHEN NOT p.sets_price AND p.price_scale > p.precision_price
                       THEN format('observed prices have %s digits, precision_price says %s; it was set by hand and '
                                   || 'stays', p.price_scale, p.precision_price)
                       WHEN NOT p.sets_quantity AND p.quantity_scale > p.precision_base
                       THEN format('observed quantities have %s digits, precision_base says %s; it was set by hand '
                                   || 'and stays', p.quantity_scale, p.precision_base)
                       WHEN p.price_scale > \(scaleMax) THEN 'the tick is below 1e-\(scaleMax) and cannot be held'
                       WHEN p.symbol_id IS NULL AND (upper(base_asset COLLATE "C") <> base_asset
                                                     OR upper(quote_asset COLLATE "C") <> quote_asset)
                       THEN 'contains small letters; keys match byte for byte' END
            """)

    /// In the order of venue, base and quote, so that ids do not depend on the plan.
    static let insert = Statement(
        name: "insert symbols",
        sql: """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, is_active, kind, settle_asset,
                                 payoff, precision_base, precision_quote, precision_price, tick_size, step_size,
                                 is_inferred, last_seen)
            SELECT exchange_id, base_asset, quote_asset, symbol_string, true, kind,
                   CASE kind WHEN 'perpetual' THEN quote_asset END, CASE kind WHEN 'perpetual' THEN 'linear' END,
                   precision_base, precision_quote, precision_price, tick_size, step_size, is_inferred, last_seen
              FROM pg_temp.symbology_population WHERE outcome = 'new'
             ORDER BY code COLLATE "C", base_asset COLLATE "C", quote_asset COLLATE "C"
            """)

    /// Rows that only `last_seen` moves publish nothing: neither stamp nor doorbell.
    static let update = Statement(
        name: "update symbols",
        sql: """
            UPDATE symbols s
               SET precision_price = p.precision_price, precision_base = p.precision_base,
                   precision_quote = p.precision_quote, tick_size = p.tick_size, step_size = p.step_size,
                   is_inferred = p.is_inferred,
                   last_seen = greatest(s.last_seen, p.last_seen)
              FROM pg_temp.symbology_population p
             WHERE p.symbol_id = s.id AND (p.outcome = 'updated' OR (p.outcome = 'known' AND \(isNewer)))
            """)

    static let countSeen = Statement(
        name: "count symbols seen again",
        sql: """
            SELECT count(*) FROM pg_temp.symbology_population p JOIN symbols s ON s.id = p.symbol_id
             WHERE p.outcome IN ('updated', 'known') AND \(isNewer)
            """)

    private static let isNewer = "p.last_seen IS NOT NULL AND (s.last_seen IS NULL OR s.last_seen < p.last_seen)"

    static let remember = Statement(
        name: "remember what was inferred",
        sql: """
            INSERT INTO symbol_inferences AS m
                   (exchange_id, base_asset, quote_asset, price_scale, quantity_scale, quote_scale)
            SELECT exchange_id, base_asset, quote_asset, CASE WHEN sets_price THEN price_scale END,
                   CASE WHEN sets_quantity THEN quantity_scale END, CASE WHEN sets_quote THEN quote_scale END
              FROM pg_temp.symbology_population
             WHERE fault IS NULL AND (sets_price OR sets_quantity OR sets_quote)
            ON CONFLICT (exchange_id, base_asset, quote_asset) DO UPDATE
               SET price_scale = coalesce(excluded.price_scale, m.price_scale),
                   quantity_scale = coalesce(excluded.quantity_scale, m.quantity_scale),
                   quote_scale = coalesce(excluded.quote_scale, m.quote_scale), inferred_at = now()
             WHERE (coalesce(excluded.price_scale, m.price_scale),
                    coalesce(excluded.quantity_scale, m.quantity_scale),
                    coalesce(excluded.quote_scale, m.quote_scale))
                   IS DISTINCT FROM (m.price_scale, m.quantity_scale, m.quote_scale)
            """)

    static let report = Statement(
        name: "read the pairs",
        sql: """
            SELECT p.code, p.base_asset, p.quote_asset, p.symbol_id,
                   coalesce(s.symbol_string, p.symbol_string), p.outcome, p.remark, p.precision_price,
                   p.precision_base, p.precision_quote, p.tick_size, p.step_size, p.last_seen, p.is_inferred
              FROM pg_temp.symbology_population p LEFT JOIN symbols s ON s.id = p.symbol_id
             ORDER BY p.code COLLATE "C", p.base_asset COLLATE "C", p.quote_asset COLLATE "C"
            """)
}
