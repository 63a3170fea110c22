import CLoad
import Measuring

/// The queries that a legacy table is asked, each in three forms: of the legacy table, of the table by symbol by id, and
/// of the view that looks like the legacy table.
struct LegacyQueries {
    private let database: MarketDataDatabase

    init(_ database: MarketDataDatabase) { self.database = database }

    private struct Query {
        let key: String
        let what: String
        /// With `TABLE` for the table and `SYMBOL` for what selects one symbol of it.
        let sql: String
        /// Where the table by symbol is better asked something else.
        var byId: String?
        /// Whole tables are read: fewer times.
        var isSlow = false
    }

    private static let moment = "(date_trunc('week', now(), 'UTC') - interval '3 days')"

    private static let queries = [
        Query(
            key: "newest", what: "newest of a symbol",
            sql: "SELECT * FROM TABLE t WHERE SYMBOL ORDER BY \"timestamp\" DESC LIMIT 1"),
        Query(
            key: "hour", what: "one hour of a symbol",
            sql: """
                SELECT * FROM TABLE t
                 WHERE SYMBOL AND "timestamp" >= \(moment) AND "timestamp" < \(moment) + interval '1 hour'
                """),
        Query(
            key: "every", what: "newest of every symbol",
            sql: """
                SELECT DISTINCT ON (exchange, symbol_base, symbol_quote) * FROM TABLE t
                 ORDER BY exchange, symbol_base, symbol_quote, "timestamp" DESC
                """,
            byId: "SELECT * FROM latest_book_ticker_snapshots", isSlow: true),
        Query(
            key: "day", what: "rows of one day, counted",
            sql: """
                SELECT count(*) FROM TABLE t
                 WHERE "timestamp" >= \(moment) AND "timestamp" < \(moment) + interval '1 day'
                """),
        Query(
            key: "thousand", what: "newest 1,000 of all",
            sql: "SELECT * FROM TABLE t ORDER BY \"timestamp\" DESC LIMIT 1000"),
        Query(key: "max", what: "max(timestamp)", sql: "SELECT max(\"timestamp\") FROM TABLE t"),
    ]

    private static let names = "exchange = 'MEXC_SPOT' AND symbol_base = 'B500' AND symbol_quote = 'USDT'"

    /// - Parameter moment: `before` anything is carried over, or `after`.
    func run(_ moment: String, _ report: inout Report) throws {
        let session = try database.connect()
        // What was written is not on the first reader's account.
        if moment == "after" { try session.run("VACUUM (ANALYZE) book_ticker_snapshots_v2") }
        let id = try database.integer("SELECT id FROM symbols WHERE symbol_string = 'B500USDT'")
        for query in Self.queries {
            func measure(_ form: String, _ sql: String, _ table: String, _ symbol: String) throws {
                let sql = sql.replacing("TABLE", with: table).replacing("SYMBOL", with: symbol)
                // The first fills the caches.
                var milliseconds: [Double] = []
                for _ in 0...(query.isSlow ? 2 : 9) {
                    let start = load_now()
                    _ = try session.query(sql)
                    milliseconds.append(Double(load_now() - start) / 1e6)
                }
                report.add("query.\(query.key).\(form)", "ms", Array(milliseconds.dropFirst()))
            }
            if moment == "before" {
                try measure("before", query.sql, "book_ticker_snapshots", Self.names)
            } else {
                let byId = query.byId ?? query.sql
                try measure("byId", byId, "book_ticker_snapshots_v2", "symbol_id = \(id)")
                try measure("byNames", query.sql, "book_ticker_snapshots_legacy", Self.names)
            }
        }
        guard moment == "after" else { return }
        let size = "pg_total_relation_size"
        let bytes = try session.query(
            """
            SELECT (SELECT sum(\(size)(i.inhrelid)) FROM pg_inherits i
                     WHERE i.inhparent = 'book_ticker_snapshots_v2'::regclass)::int8,
                   \(size)('book_ticker_snapshots')
            """)
        report.add(
            "space.overLegacy", ratioOf: [Double(bytes[0][0]) ?? .nan], to: [Double(bytes[0][1]) ?? .nan])
    }

    static func addTable(to report: inout Report) {
        var table = Table(
            "Each query of the legacy table, before and after; space of the table by symbol, indexes and all: "
                + report.text("space.overLegacy") + " of the legacy table's",
            header: ["query", "legacy table", "by symbol's id", "by names, through the view"])
        for query in queries {
            table.rows.append(
                [query.what] + ["before", "byId", "byNames"].map { report.text("query.\(query.key).\($0)") })
        }
        report.tables.append(table)
    }
}
