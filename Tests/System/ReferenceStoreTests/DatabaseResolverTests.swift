import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

@Suite("Lookups straight from the database")
struct DatabaseResolverTests {
    @Test("answers as a snapshot of the same rows at the same time does, whatever is in the tables", arguments: 0..<6)
    func agreesWithTheSnapshot(_: Int) throws {
        let database = try TestSession()
        defer { database.keep() }
        var world = ResolverWorld(generator: SeededGenerator(), database: database)
        try world.fill()
        let content = try ReferenceLoader(database.connection).load().content
        #expect(!content.symbols.isEmpty && !content.refused.isEmpty, "\(world.generator)")
        let now = Timestamp(microsecondsSince2000: try database.run("SELECT now()").timestamp(0, 0))
        // Rows are due days before and after now: the database's own now may as well be the one of a moment ago.
        for day in [nil] + ResolverWorld.dueDays {
            let time = day.map { now.microsecondsSince1970 + Int64($0) * 86_400_000_000 }
            var resolver = DatabaseResolver(database.connection)
            resolver.judgedAt = time.map { Timestamp(microsecondsSince1970: $0) }
            let snapshot = Snapshot.build(
                content, epoch: 1, generation: 1, databaseSnapshot: "", at: resolver.judgedAt ?? now)
            var comparison = ResolverComparison(resolver: resolver, image: SnapshotResolver(snapshot), world: world)
            try comparison.compare(content, questionCount: day == nil ? 400 : 80)
            world = comparison.world
        }
    }

    @Test("a list longer than one statement's rows comes whole, and refused rows count for nothing")
    func longList() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run("ALTER TABLE symbols DROP CONSTRAINT symbols_tick_size_servable")
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, tick_size)
            SELECT 1, 'B' || g, 'USDT', 'B' || g || 'USDT', CASE WHEN g % 5 = 0 THEN 'NaN'::numeric END
              FROM generate_series(1, 21000) g
            """)
        var resolver = DatabaseResolver(database.connection)
        let page = try resolver.symbols(exchange: nil, activeOnly: true, afterSymbolId: 0, limit: .max)
        #expect(page.rows.count == 16_800 && !page.hasMore)
        let part = try resolver.symbols(exchange: "MEXC_SPOT", activeOnly: false, afterSymbolId: 0, limit: 16_799)
        #expect(part.rows.count == 16_799 && part.hasMore)
        #expect(part.rows == Array(page.rows.prefix(16_799)))
    }

    /// The next rows are asked for behind a row whose id says nothing to a list, and must not be those of the start.
    @Test("a page goes on behind a refused row whatever its id is")
    func refusedRowInAPage() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run("ALTER TABLE symbols DROP CONSTRAINT symbols_id_servable")
        try database.run(
            """
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string, is_active)
            OVERRIDING SYSTEM VALUE
            VALUES (0, 1, 'BTC', 'USDT', 'BTCUSDT', false), (7, 1, 'BTC', 'USDT', 'BTCUSDT', true)
            """)
        var resolver = DatabaseResolver(database.connection)
        for limit in 1...3 {
            let page = try resolver.find(
                base: "BTC", quote: "USDT", kinds: [], activeOnly: false, afterSymbolId: 0, limit: limit)
            #expect(page.rows.map(\.record.id) == [7] && !page.hasMore)
        }
    }

    @Test("the lookups go by index")
    func lookupsGoByIndex() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1 + g % 3, 'B' || g, 'USDT', 'B' || g || 'USDT' FROM generate_series(1, 20000) g
            """)
        try database.run("ANALYZE symbols")
        let statements: [(Statement, [Parameter])] = [
            (LookupStatements.symbolByString, [.text("MEXC_SPOT"), .text("B3USDT"), .null]),
            (LookupStatements.symbolByStringOrAlias, [.text("MEXC_SPOT"), .text("B3USDT"), .null]),
            (LookupStatements.symbolByPair, [.text("MEXC_SPOT"), .text("B3"), .text("USDT"), .null]),
            (
                LookupStatements.symbolByName,
                [.text("MEXC_SPOT"), .text("B3/USDT:USDT"), .textArray(["B3"]), .textArray(["USDT"]), .null]
            ),
            (LookupStatements.symbolById, [.int64(7), .null]),
            (
                LookupStatements.symbolsOfPair,
                [
                    .text("B3"), .text("USDT"), .int32(0), .textArray(["spot"]), .null, .null, .bool(false), .null,
                    .int64(10), .null,
                ]
            ),
        ]
        for (statement, parameters) in statements {
            let plan = try database.run("EXPLAIN \(statement.sql)", parameters)
            let lines = try (0..<plan.rowCount).compactMap { try plan.text($0, 0) }
            #expect(!lines.contains { $0.contains("Seq Scan on symbols") }, "\(statement.name): \(lines)")
        }
    }

    @Test("a statement stays prepared, and is prepared again when the tables under it were altered")
    func preparedStatements() throws {
        let database = try TestSession()
        defer { database.keep() }
        var resolver = DatabaseResolver(database.connection)
        for _ in 0..<3 { #expect(try resolver.exchange(code: "MEXC_SPOT").status == .ok) }
        #expect(try database.integer("SELECT count(*) FROM pg_prepared_statements") == 1)
        try database.run("ALTER TABLE exchanges ALTER rate_limit_requests_per_second TYPE bigint")
        #expect(try resolver.exchange(code: "MEXC_SPOT").row?.rateLimitRequestsPerSecond == 100)
        try database.run("DEALLOCATE ALL")
        #expect(try resolver.exchange(code: "MEXC_SPOT").status == .ok)
    }

    @Test("without the tables, and without the database, the error says so")
    func errors() throws {
        let database = try TestSession(.empty)
        defer { database.keep() }
        var resolver = DatabaseResolver(database.connection)
        let error = #expect(throws: StoreError.self) { try resolver.resolve(exchange: "MEXC_SPOT", symbol: "BTCUSDT") }
        #expect(error?.description.contains("symbology migrate up") == true)
        let lost = #expect(throws: StoreError.self) {
            try DatabaseResolver(ConnectionTarget(conninfo: "host=/nonexistent dbname=none"))
        }
        #expect(lost?.databaseError?.kind == .connection)
    }
}
