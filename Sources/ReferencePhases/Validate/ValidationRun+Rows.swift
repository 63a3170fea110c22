import Platform
import PostgreSQL
import ReferenceData
import ReferenceStore

// What is in the tables, and whether it is all that the legacy tables know.
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

    // MARK: - Legacy data

    func checkLegacyData() throws(StoreError) {
        var report: PopulationReport?
        try check("legacy.read") {
            let scan = LegacyScan(connection, observedRowCountMax: 0)
            let found = try SymbolPopulation(connection).run(scan, isDryRun: true, observing: false)
            report = found
            let read = LegacySource.allCases.map(\.tableName).filter { !found.absentTables.contains($0) }
            guard !read.isEmpty else { return .skipped("there are no legacy tables") }
            return .passed("\(found.pairs.count) pairs in \(read.joined(separator: ", "))")
        }
        guard let report else { return }
        try check("legacy.venues") {
            .complaints(
                report.venues.filter { $0.outcome == .unknown }.map {
                    "\($0.legacyName) is in no row of exchanges (\($0.pairCount) pairs)"
                }
                    + report.venues.filter { $0.outcome == .added }.map {
                        "\($0.legacyName) has no row in exchanges yet"
                    },
                otherwise: "\(report.venues.count { $0.outcome == .mapped }) venues")
        }
        try check("legacy.pairs") {
            let pairs = report.pairs.filter { $0.outcome == .new }
            return .complaints(
                pairs.map { "\($0.exchange) \($0.baseAsset)/\($0.quoteAsset) has no symbol; run: symbology populate" },
                otherwise: "each of \(report.pairs.count { $0.outcome != .skipped }) pairs has its symbol")
        }
        try check("legacy.unusable_pairs") {
            let pairs = report.pairs.filter { $0.outcome == .skipped && $0.remark != "unknown venue" }
            guard !pairs.isEmpty else { return .passed() }
            return .warning(
                ValidationFinding.listed(
                    pairs.map { "\($0.exchange) \($0.baseAsset)/\($0.quoteAsset): \($0.remark ?? "")" }))
        }
    }

    // MARK: - Times

    private static let timedLookupCount = 200

    /// Straight from the database; a server answers in a fraction of it.
    func timeLookups() throws(StoreError) {
        let connection = connection
        func time(_ ask: (inout DatabaseResolver, Symbol, Exchange) throws -> Void) throws -> ValidationFinding {
            var resolver = DatabaseResolver(connection)
            let page = try resolver.symbols(exchange: nil, activeOnly: false, afterSymbolId: 0, limit: 1)
            guard let symbol = page.rows.first, let exchange = try resolver.exchange(id: symbol.exchangeId).row
            else { return .skipped("there is no symbol to ask for") }
            try ask(&resolver, symbol, exchange)
            let start = MonotonicClock.nanoseconds()
            for _ in 0..<Self.timedLookupCount { try ask(&resolver, symbol, exchange) }
            let microseconds = (MonotonicClock.nanoseconds() - start) / UInt64(Self.timedLookupCount) / 1_000
            return ValidationFinding(
                verdict: .information, detail: "\(microseconds) µs on average of \(Self.timedLookupCount)")
        }
        try check("lookup_time.exchange_by_code") {
            try time { resolver, _, exchange in _ = try resolver.exchange(code: exchange.code) }
        }
        try check("lookup_time.symbol_by_string") {
            try time { resolver, symbol, exchange in
                _ = try resolver.resolve(exchange: exchange.code, symbol: symbol.symbolString)
            }
        }
        try check("lookup_time.symbol_by_pair") {
            try time { resolver, symbol, exchange in
                _ = try resolver.resolve(exchange: exchange.code, base: symbol.baseAsset, quote: symbol.quoteAsset)
            }
        }
        try check("lookup_time.symbol_by_id") {
            try time { resolver, symbol, _ in _ = try resolver.symbol(id: symbol.id) }
        }
    }
}
