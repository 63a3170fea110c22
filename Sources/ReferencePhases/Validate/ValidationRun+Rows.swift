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
        try check("rows.servable") { try loadRows() }
        try check("functions.lookup") {
            .complaints(
                try texts(
                    "try the look-up functions",
                    """
                    SELECT format('symbol %s is not found by its functions', symbol_id)
                      FROM (SELECT * FROM symbol_details ORDER BY symbol_id LIMIT 1000) d
                     WHERE get_exchange_id(exchange_code) IS DISTINCT FROM exchange_id
                        OR get_symbol_id(exchange_code, base_asset, quote_asset) IS DISTINCT FROM symbol_id
                        OR get_symbol_id_by_string(exchange_code, symbol_string) IS DISTINCT FROM symbol_id
                    """))
        }
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
        let keys = [
            ("exchange_codes", "exchanges", "enum_value"), ("exchange_names", "exchanges", "name"),
            ("pairs", "symbols", "exchange_id, base_asset, quote_asset"),
            ("symbol_strings", "symbols", "exchange_id, symbol_string"),
        ]
        for (name, table, columns) in keys {
            try check("duplicates.\(name)") {
                .complaints(
                    try texts(
                        "look for duplicates",
                        """
                        SELECT format('%s are there %s times', ROW(\(columns)), count(*)) FROM \(table)
                         GROUP BY \(columns) HAVING count(*) > 1 LIMIT 100
                        """))
            }
        }
        try check("duplicates.but_for_case") {
            let list = try texts(
                "look for strings that differ in case",
                """
                SELECT string_agg(symbol_string, ' and ' ORDER BY id) FROM symbols
                 GROUP BY exchange_id, lower(symbol_string COLLATE "C") HAVING count(*) > 1 LIMIT 100
                """)
            return list.isEmpty ? .passed() : .warning("differ only in case: \(ValidationFinding.listed(list))")
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
