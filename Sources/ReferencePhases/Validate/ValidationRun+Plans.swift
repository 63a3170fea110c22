import PostgreSQL
import ReferenceStore

// Whether the look-ups go by index, according to EXPLAIN.
extension ValidationRun {
    private struct Lookup {
        let name: String
        let table: String
        /// What follows WHERE.
        let condition: String
        /// The indexes that serve it; empty is any: the legacy tables may be older than this program.
        let indexes: Set<String>
        var selection = "*"

        init(_ name: String, _ table: String, _ condition: String, by indexes: Set<String> = []) {
            self.name = name
            self.table = table
            self.condition = condition
            self.indexes = indexes
        }

        var sql: String { "SELECT \(selection) FROM \(table) WHERE \(condition)" }

        func selecting(_ selection: String) -> Lookup {
            var lookup = self
            lookup.selection = selection
            return lookup
        }
    }

    private static let isChanged = "changed_xid >= pg_snapshot_xmax(pg_current_snapshot())"

    private static let lookups = [
        Lookup(
            "exchange_by_code", "exchanges", "enum_value = 'MEXC_SPOT'",
            by: ["exchanges_enum_value_key", "idx_exchanges_enum_value"]),
        Lookup("exchange_by_id", "exchanges", "id = 1", by: ["exchanges_pkey"]),
        Lookup("exchanges_by_market_type", "exchanges", "market_type = 'SPOT'", by: ["idx_exchanges_market_type"]),
        Lookup("active_exchanges", "exchanges", "is_active = true", by: ["idx_exchanges_active"]),
        Lookup("symbol_by_id", "symbols", "id = 1", by: ["symbols_pkey"]),
        Lookup(
            "symbol_by_pair", "symbols",
            "exchange_id = 1 AND base_asset = 'BTC' AND quote_asset = 'USDT' AND kind = 'spot'",
            by: ["idx_symbols_pair"]),
        Lookup(
            "live_symbol_by_string", "symbols", "exchange_id = 1 AND symbol_string = 'BTCUSDT' AND is_active",
            by: ["symbols_live_string_unique"]),
        Lookup(
            "dead_symbol_by_string", "symbols", "exchange_id = 1 AND symbol_string = 'BTCUSDT' AND NOT is_active",
            by: ["idx_symbols_dead_string"]),
        Lookup(
            "contracts_of_pair", "symbols",
            """
            exchange_id = 1 AND base_asset = 'BTC' AND quote_asset = 'USDT' AND settle_asset = 'USDT' AND is_active
             AND kind = 'future'
            """, by: ["symbols_live_identity_unique", "idx_symbols_pair"]),
        Lookup(
            "active_symbols_of_exchange", "symbols", "exchange_id = 1 AND is_active",
            by: ["symbols_live_string_unique"]
        ).selecting("count(*)"),
        Lookup(
            "venues_of_pair", "symbols", "base_asset = 'BTC' AND quote_asset = 'USDT'", by: ["idx_symbols_pair"]),
        Lookup(
            "symbols_by_prefix", "symbols", "upper(symbol_string) LIKE 'BTC%' AND is_active",
            by: ["idx_symbols_active_string_prefix"]),
        Lookup(
            "next_due_symbol", "symbols",
            "is_active AND least(expires_at, delists_at) > now() ORDER BY least(expires_at, delists_at) LIMIT 1",
            by: ["idx_symbols_due"]),
        Lookup("changed_symbols", "symbols", isChanged, by: ["idx_symbols_changed_xid"]),
        Lookup("changed_exchanges", "exchanges", isChanged, by: ["idx_exchanges_changed_xid"]),
    ]

    private static func legacyLookups(_ source: LegacySource) -> [Lookup] {
        let table = source.tableName
        let pair = "exchange, symbol_base, symbol_quote"
        return [
            Lookup("pairs_of_\(table)", table, "(\(pair)) > ('M', 'M', 'M') ORDER BY \(pair) LIMIT 1")
                .selecting(pair),
            Lookup(
                "newest_of_\(table)", table,
                """
                exchange = 'MEXC_SPOT' AND symbol_base = 'BTC' AND symbol_quote = 'USDT'
                 ORDER BY "timestamp" DESC LIMIT 1
                """),
        ]
    }

    func checkPlans() throws(StoreError) {
        for lookup in Self.lookups { try check("index_used.\(lookup.name)") { try explain(lookup) } }
        for source in LegacySource.allCases {
            for lookup in Self.legacyLookups(source) {
                try check("index_used.\(lookup.name)") {
                    switch try source.access(connection) {
                    case .absent, .notATable: .skipped("\(source.tableName) is no table here")
                    default: try explain(lookup)
                    }
                }
            }
        }
    }

    /// Of a table of a few pages the planner rightly reads all of it, or takes whatever index comes first. Then it is
    /// asked what it would do without reading all, and what of a larger table with the same indexes.
    private func explain(_ lookup: Lookup) throws -> ValidationFinding {
        let rowCount = try integer(
            "estimate rows", "SELECT greatest(reltuples, 0)::int8 FROM pg_class WHERE oid = to_regclass($1)",
            [.text(lookup.table)])
        let found: ValidationFinding? = try connection.transaction(.repeatableRead) {
            let isServing = { (index: String) in lookup.indexes.isEmpty || lookup.indexes.contains(index) }
            if let index = try indexUsed(lookup.name, lookup.sql), isServing(index) { return .passed(index) }
            try connection.query(Statement(name: "switch scans off", sql: "SET LOCAL enable_seqscan = off"))
            try connection.query(Statement(name: "switch sorts off", sql: "SET LOCAL enable_sort = off"))
            guard let index = try indexUsed(lookup.name, lookup.sql), isServing(index) else { return nil }
            return .passed("\(index), with enable_seqscan off: the table has about \(rowCount) rows")
        }
        if let found { return found }
        guard lookup.table == "symbols" else { return .failed("no index serves: \(lookup.sql)") }
        return try explainOnLargerTable(lookup, rowCount: rowCount)
    }

    /// With the indexes of `symbols`, in a transaction that is rolled back; no trigger, no identity.
    private static let largerTable = """
        CREATE TEMPORARY TABLE symbology_probe (LIKE symbols INCLUDING INDEXES INCLUDING DEFAULTS);
        INSERT INTO symbology_probe (id, exchange_id, base_asset, quote_asset, symbol_string)
        SELECT g, 1 + g % 40, 'B' || g / 40, 'USDT', 'B' || g / 40 || 'USDT' FROM generate_series(40, 10039) g;
        ANALYZE symbology_probe
        """

    private func explainOnLargerTable(_ lookup: Lookup, rowCount: Int64) throws -> ValidationFinding {
        try connection.query(Statement(name: "begin a probe", sql: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"))
        defer { _ = try? connection.query(Statement(name: "undo a probe", sql: "ROLLBACK")) }
        try connection.executeScript(Self.largerTable, name: "make a larger table")
        let sql = lookup.sql.replacing("FROM symbols ", with: "FROM pg_temp.symbology_probe ")
        if let probeIndex = try indexUsed(lookup.name, sql) {
            let definition = try definition("pg_temp.\(probeIndex)")
            for index in lookup.indexes.sorted() where try self.definition(index) == definition {
                return .passed("\(index), tried on 10000 rows made up: the table has about \(rowCount) rows")
            }
        }
        return .failed("no index serves: \(lookup.sql)")
    }

    /// What an index is on, without its name and table.
    private func definition(_ index: String) throws -> String? {
        try texts(
            "definition of an index", "SELECT regexp_replace(pg_get_indexdef(to_regclass($1)), '^.* USING ', '')",
            [.text(index)]
        ).first
    }

    /// The first index that a plan names, when the plan reads no table whole and sorts nothing.
    private func indexUsed(_ name: String, _ sql: String) throws -> String? {
        let plan = try texts("explain \(name)", "EXPLAIN (COSTS off) \(sql)")
        guard !plan.contains(where: { $0.contains("Seq Scan") || $0.contains("Sort") }) else { return nil }
        for line in plan where line.contains("Index") {
            let words = line.split(separator: " ").map(String.init)
            guard let place = words.firstIndex(of: "using") ?? words.firstIndex(of: "on"), place + 1 < words.count
            else { continue }
            return words[place + 1]
        }
        return nil
    }
}
