// What programs that write and read the database through SymbologyStore get, beside plain libpq: rows by COPY beside a
// bare COPY of the same rows into the same table, and each query beside the bare one.
//
// Both sides and PostgreSQL share all cores; nothing is pinned. Commits do not wait for the disk.

import ArgumentParser
import CLoad
import Glibc
import Measuring
import SymbologyStore

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "The store: inserts and queries beside bare ones.")

    @OptionGroup var surroundings: Surroundings
    @Option(help: "Rows of one insert.") var rows = 100_000
    @Option(help: "Interleaved rounds.") var rounds = 9

    /// Of each of two venues.
    private static let pairCount = 2_500
    private static let partitionCount = 100
    /// Of them, those to come: as `symbology partitions` makes them.
    private static let aheadCount = 8
    private static let batchRowCount = 10_000

    func run() throws {
        var report = Report(
            "9-store", title: "The store",
            notes: [
                "\(grouped(2 * Self.pairCount)) symbols on two venues, half of them quiet, \(Self.partitionCount) "
                    + "partitions; "
                    + "\(grouped(rows)) rows an insert, \(grouped(Self.batchRowCount)) a transaction; \(rounds) "
                    + "interleaved rounds."
            ])
        let database = try MarketDataDatabase("market_store", surroundings)
        try prepare(database)
        let store = try MarketStore(surroundings.conninfo(database: database.name))
        defer { store.close() }
        try inserts(database, store, &report)
        try queries(database, store, &report)
        try surroundings.finish(report)
    }

    private func prepare(_ database: MarketDataDatabase) throws {
        // One legacy row a week makes the partitions of the past.
        try database.connect().run(
            """
            INSERT INTO book_ticker_snapshots
                   (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
            SELECT 'MEXC_SPOT', 'B1', 'USDT', 1, 1, 1, 1, now() - week * interval '7 days'
              FROM generate_series(1, \(Self.partitionCount - 1 - Self.aheadCount)) AS week
            """)
        try database.symbology("partitions", "--ahead", "\(Self.aheadCount)")
        try database.symbology("backfill")
        try database.connect().run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT e.id, 'B' || g, 'USDT', 'B' || g || 'USDT' FROM exchanges e, generate_series(1, \(Self.pairCount)) g
             WHERE e.enum_value IN ('MEXC_SPOT', 'GATEIO_SPOT')
            ON CONFLICT DO NOTHING;
            INSERT INTO account_balances (exchange_id, account_type, asset, free_balance, snapshot_time)
            SELECT 1 + g % 2, 'SPOT', 'B' || g % 100, g, now() - g * interval '1 second' FROM generate_series(1, 100000) g;
            INSERT INTO order_executions (symbol_id, order_id, execution_id, side, order_type, original_quantity,
                   executed_quantity, remaining_quantity, order_price, execution_price, status, order_time, execution_time)
            SELECT s.id, 'o' || g, 'e' || g, 1, 1, 1, 1, 0, 1, 1, 2, now() - g * interval '1 second',
                   now() - g * interval '1 second'
              FROM symbols s JOIN generate_series(1, 100) g ON s.id % 5 = 0
            """)
        try database.connect().run("VACUUM (ANALYZE)")
    }

    private func now() -> Timestamp { Timestamp(microsecondsSince1970: Int64(time(nil)) * 1_000_000) }

    /// Quotes of every second pair in turn, the last one of now: the other symbols are quiet.
    private func tickers(_ database: MarketDataDatabase, _ count: Int) throws -> [BookTicker] {
        let ids = try database.connect().query(
            "SELECT id FROM symbols WHERE substr(base_asset, 2)::int4 % 2 = 0 ORDER BY id"
        ).compactMap { UInt32($0[0]) }
        let end = now().microsecondsSince1970
        let (step, quantity) = (try WideDecimal(mantissa: 1, exponent: -5), try WideDecimal(mantissa: 25, exponent: -1))
        return try (0..<count).map { index in
            let price = try WideDecimal(mantissa: Int128(100_000 + index * 31 % 1_000), exponent: -5)
            return BookTicker(
                symbolId: ids[index * 7_919 % ids.count], bidPrice: price, bidQuantity: quantity,
                askPrice: try price.adding(step), askQuantity: quantity,
                time: Timestamp(microsecondsSince1970: end - Int64(count - index) * 100))
        }
    }

    // MARK: - Inserts

    private func inserts(_ database: MarketDataDatabase, _ store: MarketStore, _ report: inout Report) throws {
        let quotes = try tickers(database, rows)
        // Rendered before: what is measured is the way of the rows, not their making.
        let batches = stride(from: 0, to: rows, by: Self.batchRowCount).map { begin in
            quotes[begin..<min(begin + Self.batchRowCount, rows)].map {
                "\($0.symbolId)\t\($0.bidPrice)\t\($0.bidQuantity)\t\($0.askPrice)\t\($0.askQuantity)\t\($0.time)\n"
            }.joined()
        }
        let session = try database.connect()
        let copy = """
            COPY book_ticker_snapshots_v2 (symbol_id, bid_price, bid_qty, ask_price, ask_qty, "timestamp") FROM STDIN
            """
        var (storeRates, bareRates): ([Double], [Double]) = ([], [])
        for _ in 0...rounds {
            try session.run("TRUNCATE book_ticker_snapshots_v2")
            var start = load_now()
            for batch in batches {
                var next: String? = batch
                try session.fill(copy: copy) {
                    defer { next = nil }
                    return next
                }
            }
            bareRates.append(Double(rows) * 1e9 / Double(load_now() - start))
            try session.run("TRUNCATE book_ticker_snapshots_v2")
            start = load_now()
            try store.insert(quotes, options: InsertOptions(batchRowCount: Self.batchRowCount, wait: .nothing))
            storeRates.append(Double(rows) * 1e9 / Double(load_now() - start))
        }
        // The first fills the caches.
        (storeRates, bareRates) = (Array(storeRates.dropFirst()), Array(bareRates.dropFirst()))
        report.add("store.insert", "rows/s", storeRates)
        report.add("store.insert.bare", "rows/s", bareRates)
        report.add("store.insert.overBare", ratioOf: storeRates, to: bareRates)
        report.tables.append(
            Table(
                "Rows into `book_ticker_snapshots_v2`", header: ["store, rows/s", "bare COPY, rows/s", "ratio"],
                rows: [["store.insert", "store.insert.bare", "store.insert.overBare"].map { report.text($0) }]))
    }

    // MARK: - Queries

    private func queries(_ database: MarketDataDatabase, _ store: MarketStore, _ report: inout Report) throws {
        let session = try database.connect()
        // Young, as they are where they are looked at: of older ones nobody makes an opportunity.
        try session.run("TRUNCATE book_ticker_snapshots_v2")
        try store.insert(tickers(database, 20 * Self.pairCount), options: InsertOptions(wait: .nothing))
        try session.run("VACUUM (ANALYZE) book_ticker_snapshots_v2")
        guard let symbol = UInt32(try session.query("SELECT min(id) FROM symbols WHERE id % 5 = 0")[0][0]) else {
            return
        }
        let end = now()
        let day = Timestamp(microsecondsSince1970: end.microsecondsSince1970 - 86_400_000_000)
        let queries: [(key: String, what: String, bare: String, ask: () throws -> Int)] = [
            (
                "latest", "newest quote of every symbol", "SELECT * FROM latest_book_ticker_snapshots",
                { try store.run(.latestBookTickers(of: .all)).count }
            ),
            (
                "arbitrage", "arbitrage opportunities", "SELECT * FROM arbitrage_opportunities",
                { try store.run(.arbitrageOpportunities(limit: 10_000)).count }
            ),
            (
                "balances", "newest balances", "SELECT * FROM latest_account_balances",
                { try store.run(.latestBalances()).count }
            ),
            (
                "orders", "executions of a symbol in a day",
                """
                SELECT * FROM order_executions WHERE symbol_id = \(symbol) AND order_time >= now() - interval '1 day'
                 ORDER BY order_time DESC, id DESC
                """, { try store.run(.executions(of: .symbol(.id(symbol)), from: day, to: end)).count }
            ),
        ]
        var table = Table("Queries", header: ["query", "rows", "store", "bare", "ratio"])
        for query in queries {
            var (mine, bare): ([Double], [Double]) = ([], [])
            var (count, bareCount) = (0, 0)
            for _ in 0...rounds {
                var start = load_now()
                bareCount = try session.query(query.bare).count
                bare.append(Double(load_now() - start) / 1e6)
                start = load_now()
                count = try query.ask()
                mine.append(Double(load_now() - start) / 1e6)
            }
            guard count == bareCount, count > 0 else {
                throw BenchmarkError("\(query.what): \(count) rows, and \(bareCount) by the bare query")
            }
            (mine, bare) = (Array(mine.dropFirst()), Array(bare.dropFirst()))
            report.add("store.\(query.key)", "ms", mine)
            report.add("store.\(query.key).bare", "ms", bare)
            report.add("store.\(query.key).overBare", ratioOf: mine, to: bare)
            table.rows.append(
                [query.what, grouped(count)]
                    + ["", ".bare", ".overBare"].map { report.text("store.\(query.key)\($0)") })
        }
        report.tables.append(table)
    }
}
