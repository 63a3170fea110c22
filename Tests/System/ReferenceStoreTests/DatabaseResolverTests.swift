import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

@Suite("Lookups straight from the database")
struct DatabaseResolverTests {
    private func withoutGeneration(_ resolution: SymbolResolution) -> SymbolResolution {
        var resolution = resolution
        resolution.generation = 0
        return resolution
    }

    @Test("answers as an image of the same rows does, whatever is in the tables", arguments: 0..<6)
    func agreesWithTheImage(_: Int) throws {
        let database = try TestSession()
        defer { database.keep() }
        var world = ResolverWorld(generator: SeededGenerator(), database: database)
        try world.fill()
        let content = try ReferenceLoader(database.connection).load().content
        #expect(!content.symbols.isEmpty && !content.refused.isEmpty, "\(world.generator)")
        let image = SnapshotResolver(Snapshot.build(content, epoch: 1, generation: 1, databaseSnapshot: ""))
        var resolver = DatabaseResolver(database.connection)
        let seed = Comment("\(world.generator)")

        var statuses: Set<ResolutionStatus> = []
        var flags: Set<ResolutionFlags> = []
        for _ in 0..<400 {
            let known = content.symbols.randomElement(using: &world.generator)!
            let home = content.exchanges.first { $0.id == known.exchangeId }?.code
            let code = world.generator.next() % 2 == 0 ? home ?? world.code() : world.code()
            let texts = [
                world.symbolString(), known.symbolString.description,
                "FORMER\(Int.random(in: 0..<8, using: &world.generator))",
                "", "A\0B", String(repeating: "x", count: 51),
            ]
            let text = texts.randomElement(using: &world.generator)!
            let bySymbol = try resolver.resolve(exchange: code, symbol: text)
            statuses.insert(bySymbol.status)
            flags.insert(bySymbol.flags)
            guard bySymbol == withoutGeneration(image.resolve(exchange: code, symbol: text)) else {
                Issue.record("\(code) \(text): \(bySymbol), \(image.resolve(exchange: code, symbol: text)); \(seed)")
                return
            }
            let pairs = [
                (world.asset(), world.asset()), (known.baseAsset.description, known.quoteAsset.description),
                ("A\0B", "X"), (String(repeating: "x", count: 21), "X"),
            ]
            let (base, quote) = pairs.randomElement(using: &world.generator)!
            let byPair = try resolver.resolve(exchange: code, base: base, quote: quote)
            #expect(
                byPair == withoutGeneration(image.resolve(exchange: code, base: base, quote: quote)),
                "\(code) \(base)/\(quote); \(seed)")
            #expect(try resolver.find(base: base, quote: quote) == image.find(base: base, quote: quote), seed)
            #expect(try resolver.exchange(code: code) == image.exchange(code: code), "\(code); \(seed)")
        }
        #expect(statuses.isSuperset(of: [.ok, .inactive, .unknownSymbol, .unknownExchange, .malformed]), seed)
        for id in UInt32(0)...130 {
            #expect(try resolver.symbol(id: id) == image.symbol(id: id), "symbol \(id); \(seed)")
        }
        #expect(try resolver.symbol(id: .max) == image.symbol(id: .max))
        for id in UInt16(0)...8 { #expect(try resolver.exchange(id: id) == image.exchange(id: id), "\(id); \(seed)") }
        #expect(try resolver.exchange(id: .max) == image.exchange(id: .max))
        for activeOnly in [false, true] {
            for marketType in [nil] + MarketType.allCases {
                #expect(
                    try resolver.exchanges(marketType: marketType, activeOnly: activeOnly)
                        == image.exchanges(marketType: marketType, activeOnly: activeOnly), seed)
            }
        }
        try compareLists(&resolver, image, &world, seed)
    }

    private func compareLists(
        _ resolver: inout DatabaseResolver, _ image: SnapshotResolver, _ world: inout ResolverWorld, _ seed: Comment
    ) throws {
        for _ in 0..<60 {
            let code: String? = world.generator.next() % 3 == 0 ? nil : world.code()
            let activeOnly = world.generator.next() % 2 == 0
            let after = world.symbolId()
            let limit = [0, 1, 3, 20, 1_000, .max].randomElement(using: &world.generator)!
            #expect(
                try resolver.symbols(exchange: code, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
                    == image.symbols(exchange: code, activeOnly: activeOnly, afterSymbolId: after, limit: limit),
                "\(code ?? "all") after \(after), \(limit); \(seed)")
            let texts = [
                world.asset(), world.symbolString(), "b", "BT", "_", "%", "us", "Ω", "A\0", "",
                String(repeating: "z", count: 51),
            ]
            let text = texts.randomElement(using: &world.generator)!
            for mode in SearchMode.allCases {
                let searchLimit = min(limit, 1_000)
                #expect(
                    try resolver.search(text, mode: mode, exchange: code, activeOnly: activeOnly, limit: searchLimit)
                        == image.search(text, mode: mode, exchange: code, activeOnly: activeOnly, limit: searchLimit),
                    "\(mode) \(text) of \(code ?? "all"), \(searchLimit); \(seed)")
            }
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
            (LookupStatements.symbolByString, [.text("MEXC_SPOT"), .text("B3USDT")]),
            (LookupStatements.symbolByPair, [.text("MEXC_SPOT"), .text("B3"), .text("USDT")]),
            (LookupStatements.symbolById, [.int64(7)]),
            (LookupStatements.symbolsOfPair, [.text("B3"), .text("USDT")]),
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
