import PostgreSQL
import ReferenceData
import ReferenceStore

// The rows of the reference tables.
extension ValidationRun {
    func checkRows() throws(StoreError) {
        try check("venues.present") { try comparePresentVenues() }
        try check("venues.known") {
            let codes = try texts("codes", "SELECT enum_value FROM exchanges ORDER BY enum_value COLLATE \"C\"")
            let unknown = VenueCode.coverage(of: codes).unknown
            return unknown.isEmpty
                ? .passed("\(codes.count) codes")
                : .warning("codes that this program does not know by name: \(ValidationFinding.listed(unknown))")
        }
        try check("rows.orphans") {
            .complaints(
                try texts(
                    "look for orphans",
                    """
                    SELECT format('symbol %s (%s) refers to exchange %s, which is not there', s.id, s.symbol_string,
                                  s.exchange_id)
                      FROM symbols s WHERE NOT EXISTS (SELECT FROM exchanges e WHERE e.id = s.exchange_id)
                     ORDER BY s.id LIMIT 100
                    """))
        }
        try checkDuplicates()
        try checkSense()
        try check("rows.servable") { try loadRows() }
        try check("rows.ids") { try lookAtIds() }
        try check("functions.lookup") {
            .complaints(
                try texts(
                    "try the look-up functions",
                    """
                    SELECT format('symbol %s is not found by its functions', d.symbol_id)
                      FROM (SELECT * FROM symbol_details
                             WHERE is_active AND (least(expires_at, delists_at) <= now()) IS NOT TRUE
                             ORDER BY symbol_id LIMIT 1000) d
                     WHERE get_exchange_id(d.exchange_code) IS DISTINCT FROM d.exchange_id
                        OR get_symbol_id_by_string(d.exchange_code, d.symbol_string) IS DISTINCT FROM d.symbol_id
                        -- A pair means the spot symbol, or the linear perpetual that settles in the quote asset.
                        OR (d.market_type = 'SPOT' AND d.kind = 'spot'
                            OR d.market_type = 'FUTURES' AND d.kind = 'perpetual' AND d.payoff = 'linear'
                               AND d.settle_asset = d.quote_asset)
                           AND get_symbol_id(d.exchange_code, d.base_asset, d.quote_asset) IS DISTINCT FROM d.symbol_id
                    """))
        }
    }

    /// The ids that are left for new symbols.
    private func lookAtIds() throws -> ValidationFinding {
        let last = try integer(
            "last symbol id",
            """
            SELECT coalesce(CASE WHEN has_sequence_privilege(q.sequence, 'USAGE, SELECT')
                                 THEN pg_sequence_last_value(q.sequence) END, (SELECT max(id) FROM symbols), 0)
              FROM (SELECT pg_get_serial_sequence('symbols', 'id')::regclass AS sequence) q
            """)
        let left = Int64(Int32.max) - last
        let detail = "\(left) ids are left for new symbols"
        return left < 1_000_000 ? .warning("\(detail): the last one was \(last)") : .passed(detail)
    }

    private func comparePresentVenues() throws -> ValidationFinding {
        var bad: [String] = []
        for venue in VenueCode.allCases {
            let markets = try texts(
                "market of a venue", "SELECT market_type FROM exchanges WHERE enum_value = $1", [.text(venue.code)])
            let market = Exchange(venue).marketType.databaseName
            if markets.isEmpty {
                bad.append("\(venue.code) is missing; symbology exchanges ensure adds it")
            } else if markets[0] != market {
                bad.append("\(venue.code) trades \(markets[0]) here, not \(market)")
            }
        }
        return .complaints(bad, otherwise: "\(VenueCode.allCases.count) venues")
    }

    private func checkDuplicates() throws(StoreError) {
        let symbolKeys = [
            ("symbol_strings", "exchange_id, symbol_string", "is_active"),
            (
                "instruments",
                "exchange_id, base_asset, quote_asset, settle_asset, kind, payoff, expires_at, strike, option_type",
                "is_active AND kind <> 'other'"
            ),
        ]
        let keys =
            [("exchange_codes", "exchanges", "enum_value", "true"), ("exchange_names", "exchanges", "name", "true")]
            + symbolKeys.map { ($0, "symbols", $1, $2) }
        for (name, table, columns, condition) in keys {
            try check("duplicates.\(name)") {
                .complaints(
                    try texts(
                        "look for duplicates",
                        """
                        SELECT format('%s are there %s times', ROW(\(columns)), count(*)) FROM \(table)
                         WHERE \(condition) GROUP BY \(columns) HAVING count(*) > 1 LIMIT 100
                        """))
            }
        }
        try check("duplicates.but_for_case") {
            let list = try texts(
                "look for strings that differ in case",
                """
                SELECT string_agg(DISTINCT symbol_string, ' and ') FROM symbols
                 GROUP BY exchange_id, lower(symbol_string COLLATE "C") HAVING count(DISTINCT symbol_string) > 1
                 LIMIT 100
                """)
            return list.isEmpty ? .passed() : .warning("differ only in case: \(ValidationFinding.listed(list))")
        }
    }

    /// Rows that can be served, and say what can hardly be.
    private func checkSense() throws(StoreError) {
        func look(_ name: String, _ what: String, _ condition: String) throws -> String? {
            let list = try texts(
                name,
                """
                SELECT format('%s %s (symbol %s, of %s)', e.enum_value, s.symbol_string, s.id, count(*) OVER ())
                  FROM symbols s JOIN exchanges e ON e.id = s.exchange_id WHERE \(condition) ORDER BY s.id LIMIT 1
                """)
            return list.first.map { "\(what): \($0)" }
        }
        /// Digits that the plan's default filled in beat those of the increment, and nothing marks them.
        func lookAtDefaults(_ digits: String, of what: String, _ increment: String) throws -> String? {
            let isDefault = "\(digits) = 8 AND scale(trim_scale(\(increment))) < 8"
            return try look(
                "look for defaults in \(digits)",
                "8 digits of \(what), the default of old, where \(increment) has fewer; if nobody stated them, UPDATE "
                    + "symbols SET \(digits) = NULL WHERE \(isDefault)", isDefault)
        }
        func warn(_ list: [String?]) -> ValidationFinding {
            let found = list.compactMap { $0 }
            return found.isEmpty ? .passed() : .warning(ValidationFinding.listed(found))
        }
        try check("rows.digits") {
            warn([
                try look(
                    "compare ticks", "the tick has more digits than prices",
                    SymbolContradiction.priceDigits.condition(of: "s")),
                try look(
                    "compare steps", "the step has more digits than quantities",
                    SymbolContradiction.quantityDigits.condition(of: "s")),
                try look(
                    "compare minima", "the smallest order is no multiple of the step",
                    SymbolContradiction.smallestOrder.condition(of: "s")),
                try lookAtDefaults("precision_price", of: "prices", "tick_size"),
                try lookAtDefaults("precision_base", of: "quantities", "step_size"),
            ])
        }
        try check("rows.kinds") {
            warn([
                try look(
                    "look for spot on derivative venues", "a spot symbol of a venue that does not trade spot",
                    "s.kind = 'spot' AND e.market_type <> 'SPOT'"),
                try look(
                    "compare payoffs", "the payoff contradicts the settle asset",
                    SymbolContradiction.payoff.condition(of: "s")),
            ])
        }
        try check("rows.expired") {
            let found = try look(
                "look for what is over", "past its end and marked active, which is served as inactive",
                "s.is_active AND least(s.expires_at, s.delists_at) <= now()")
            return ValidationFinding(verdict: .information, detail: found ?? "none is past its end and marked active")
        }
    }

    /// By the very load that a server starts with.
    private func loadRows() throws -> ValidationFinding {
        let content = try ReferenceLoader(connection).load().content
        let bad = content.refused.map { row in
            "\(row.table == .exchange ? "exchange" : "symbol") \(row.id): \(row.reason)"
        }
        return .complaints(bad, otherwise: "\(content.exchanges.count) exchanges, \(content.symbols.count) symbols")
    }
}
