import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferencePhases
@testable import ReferenceStore

@Suite("Reading the legacy tables")
struct LegacyScanTests {
    let database: TestSession

    init() throws { database = try TestSession() }

    private func fill(_ generator: inout SeededGenerator) throws {
        let seed = Int32.random(in: 0..<10_000, using: &generator)
        try database.run(
            """
            INSERT INTO book_ticker_snapshots (exchange, symbol_base, symbol_quote, bid_price, ask_price, bid_qty,
                                               ask_qty, timestamp)
            SELECT (ARRAY['MEXC_SPOT', 'GATEIO_SPOT', 'NOWHERE'])[1 + (g * 7 + $1) % 3], 'B' || (g * 13 + $1) % 40,
                   'Q' || g % 3, trunc(1 + g / 7.0, (g % 5)), 1000, 1 + (g % 4) / 8.0, 1,
                   '2025-01-01 00:00:00+00'::timestamptz + g * interval '1 minute'
              FROM generate_series(1, 3000) g
            """, [.int32(seed)])
        try database.run("DELETE FROM book_ticker_snapshots WHERE id % 7 = 3")
    }

    /// The pairs as they are, by the plainest query there is.
    private static let plain = """
        SELECT string_agg(format('%s %s %s %s %s %s', exchange, symbol_base, symbol_quote, seen, price, quantity),
                          ';' ORDER BY exchange, symbol_base, symbol_quote)
          FROM (SELECT exchange, symbol_base, symbol_quote, max(timestamp) AS seen,
                       max(greatest(scale(trim_scale(bid_price)), scale(trim_scale(ask_price)))) AS price,
                       max(greatest(scale(trim_scale(bid_qty)), scale(trim_scale(ask_qty)))) AS quantity
                  FROM book_ticker_snapshots GROUP BY 1, 2, 3) p
        """

    private static let scanned = """
        SELECT string_agg(format('%s %s %s %s %s %s', exchange, base_asset, quote_asset, last_seen, price_scale,
                                 quantity_scale), ';' ORDER BY exchange, base_asset, quote_asset)
          FROM pg_temp.symbology_legacy_scan
        """

    @Test("by skip scan, in chunks and in one pass the pairs and their observations are the same")
    func everyAccessAgrees() throws {
        var generator = SeededGenerator()
        try fill(&generator)
        let expected = try database.text(Self.plain)

        var scan = LegacyScan(database.connection, observedRowCountMax: 10_000)
        var progress: [LegacyScanProgress] = []
        scan.onProgress = { progress.append($0) }
        #expect(try scan.run()[.bookTicker] == .index)
        #expect(try database.text(Self.scanned) == expected, "\(generator)")
        #expect(progress.last?.unit == .pairs && progress.last?.doneCount == progress.last?.totalCount)

        try database.run("DROP INDEX idx_book_ticker_exchange_symbol, idx_book_ticker_exchange_symbol_timestamp")
        scan.chunkRowCount = 250
        progress = []
        #expect(try scan.run()[.bookTicker] == .chunks)
        #expect(try database.text(Self.scanned) == expected, "\(generator)")
        #expect(progress.count > 5 && progress.allSatisfy { $0.unit == .rows && $0.doneCount <= $0.totalCount })
        #expect(try progress.last?.doneCount == database.integer("SELECT count(*) FROM book_ticker_snapshots"))

        try database.run("ALTER TABLE book_ticker_snapshots DROP CONSTRAINT book_ticker_snapshots_pkey")
        #expect(try scan.run()[.bookTicker] == .whole)
        #expect(try database.text(Self.scanned) == expected, "\(generator)")
    }

    @Test("ids may be any number, the least and the greatest too")
    func extremeIds() throws {
        try database.run("DROP INDEX idx_book_ticker_exchange_symbol, idx_book_ticker_exchange_symbol_timestamp")
        let ids = [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max]
        for (index, id) in ids.enumerated() {
            try database.bookTicker("MEXC_SPOT", "B\(index)", "USDT")
            try database.run(
                "UPDATE book_ticker_snapshots SET id = $1 WHERE symbol_base = $2",
                [
                    .int64(id), .text("B\(index)"),
                ])
        }
        for rowCount in [1, 2, 7] {
            var scan = LegacyScan(database.connection, observedRowCountMax: 10_000)
            scan.chunkRowCount = rowCount
            var progress: [LegacyScanProgress] = []
            scan.onProgress = { progress.append($0) }
            #expect(try scan.run()[.bookTicker] == .chunks)
            #expect(try database.integer("SELECT count(*) FROM pg_temp.symbology_legacy_scan") == 7)
            #expect(progress.last?.doneCount == 7 && progress.last?.totalCount == 7)
            #expect(progress.allSatisfy { $0.doneCount <= $0.totalCount })
        }
    }

    @Test("every row counts where that is asked for, only the newest otherwise")
    func observedRows() throws {
        try database.bookTicker("MEXC_SPOT", "BTC", "USDT", bid: "1.0001", at: "2025-01-01 00:00:00+00")
        for minute in 10..<20 {
            try database.bookTicker("MEXC_SPOT", "BTC", "USDT", at: "2025-01-02 00:\(minute):00+00")
        }
        func priceScale(_ rowCountMax: Int?) throws -> Int64 {
            _ = try LegacyScan(database.connection, observedRowCountMax: rowCountMax).run()
            return try database.integer("SELECT price_scale FROM pg_temp.symbology_legacy_scan")
        }
        #expect(try priceScale(10) == 1)
        #expect(try priceScale(11) == 4)
        #expect(try priceScale(nil) == 4)
    }

    @Test("the skip scan descends the index once a pair, whatever the number of rows, and sorts nothing")
    func skipScanUsesTheIndex() throws {
        try database.run(
            """
            INSERT INTO book_ticker_snapshots (exchange, symbol_base, symbol_quote, bid_price, ask_price, bid_qty,
                                               ask_qty, timestamp)
            SELECT 'MEXC_SPOT', 'B' || g % 5, 'USDT', 1, 1, 1, 1, now() FROM generate_series(1, 20000) g
            """)
        try database.run("ANALYZE book_ticker_snapshots")
        let plan = try database.run(
            "EXPLAIN (ANALYZE, TIMING off) WITH RECURSIVE pair AS (\(LegacyScan.pairs(.bookTicker))) SELECT * FROM pair"
        )
        let lines = try (0..<plan.rowCount).compactMap { try plan.text($0, 0) }
        #expect(lines.contains { $0.contains("idx_book_ticker_exchange_symbol") }, "\(lines)")
        #expect(!lines.contains { $0.contains("Seq Scan") || $0.contains("Sort") }, "\(lines)")
        #expect(lines.contains { $0.contains("loops=5") }, "five pairs, five descents: \(lines)")
    }
}
