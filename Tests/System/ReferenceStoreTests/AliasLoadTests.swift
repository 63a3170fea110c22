import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// Former names, from the table into a load and into an increment.
@Suite("Aliases are loaded")
struct AliasLoadTests {
    private func alias(_ symbol: String, _ id: UInt32) throws -> SymbolAlias {
        SymbolAlias(key: try #require(SymbolKey(exchangeId: 2, symbol: symbol)), symbolId: id)
    }

    private func changes(_ loader: ReferenceLoader, since watermark: inout Watermark) throws -> ReferenceDelta {
        guard case .changes(let delta, let new) = try loader.changes(since: watermark) else {
            Issue.record("no increment")
            return ReferenceDelta()
        }
        watermark = new
        return delta
    }

    @Test("a load reads those that have not expired, an increment the whole set when it changed, and only then")
    func loadAndIncrement() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (2, 'A', 'USDT', 'A_USDT'), (2, 'B', 'USDT', 'B_USDT')
            """)
        try database.run(
            """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, created_at, expires_at)
            VALUES (2, 'OLD', 1, now(), now() + '1 day'),
                   (2, 'OLDER', 1, now() - '2 days'::interval, now() - '1 s'::interval)
            """)
        let loader = ReferenceLoader(try database.connect())
        let loaded = try loader.load()
        #expect(loaded.content.aliases == [try alias("OLD", 1)])
        var watermark = loaded.watermark
        #expect(watermark.readAtMicroseconds > 0)
        let day: Int64 = 86_400_000
        #expect(try #require(watermark.aliasExpiryMilliseconds) > day - 60_000)

        #expect(try changes(loader, since: &watermark).aliases == nil)
        try database.run("UPDATE symbols SET tick_size = 1 WHERE id = 1")
        #expect(try changes(loader, since: &watermark).aliases == nil)

        try database.run("INSERT INTO symbol_aliases VALUES (2, 'B_OLD', 2, now(), now() + '1 day')")
        let grown = try changes(loader, since: &watermark)
        #expect(Set(grown.aliases ?? []) == [try alias("OLD", 1), try alias("B_OLD", 2)])
        #expect(grown.symbols.isEmpty)
        // The earlier of the two, and of no other.
        #expect(try #require(watermark.aliasExpiryMilliseconds) <= day + 1)
        #expect(try changes(loader, since: &watermark).aliases == nil)

        // Also one that went with its symbol, and the last one.
        try database.run("DELETE FROM symbols WHERE id = 2")
        let shrunk = try changes(loader, since: &watermark)
        #expect(shrunk.aliases == [try alias("OLD", 1)])
        #expect(shrunk.deletedSymbolIds == [2])
        try database.run("DELETE FROM symbol_aliases")
        #expect(try changes(loader, since: &watermark).aliases == [])
        #expect(watermark.aliasExpiryMilliseconds == nil)
        #expect(try loader.load().watermark.aliasExpiryMilliseconds == nil)
    }

    @Test("an alias that expires is news, once, though no row changed")
    func expiry() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (2, 'A', 'B', 'AB')")
        try database.run(
            "INSERT INTO symbol_aliases VALUES (2, 'OLD', 1, now() - '2 s'::interval, now() - '1 s'::interval)")
        let loader = ReferenceLoader(try database.connect())
        let loaded = try loader.load()
        #expect(loaded.content.aliases.isEmpty)
        // As a reader has it that looked last while the alias was still good.
        let then = loaded.watermark.readAtMicroseconds - 60_000_000
        var watermark = Watermark(text: loaded.watermark.text, readAtMicroseconds: then)
        #expect(try changes(loader, since: &watermark).aliases == [])
        #expect(watermark.readAtMicroseconds > then)
        #expect(try changes(loader, since: &watermark).aliases == nil)
    }

    @Test("too many for an increment means a full load, and TRUNCATE as well")
    func limits() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (2, 'A', 'B', 'AB')")
        let loader = ReferenceLoader(try database.connect())
        let watermark = try loader.load().watermark
        try database.run(
            "INSERT INTO symbol_aliases SELECT 2, 'N' || g, 1, now(), now() + '1 day' FROM generate_series(1, 11) g")
        #expect(try loader.read(.increment(since: watermark), aliasCountMax: 10).expiry == .tooManyChanges)
        #expect(try loader.read(.increment(since: watermark), aliasCountMax: 11).delta?.aliases?.count == 11)
        // They are no changes: one new name among many old ones is an increment like any other.
        #expect(try loader.read(.increment(since: watermark), changeCountMax: 1).delta?.aliases?.count == 11)
        #expect(ReferenceRead.aliasCountMax >= 10 * ReferenceRead.changeCountMax)
        let next = try loader.load().watermark
        try database.run("TRUNCATE symbol_aliases")
        #expect(try loader.read(.increment(since: next)).expiry == .truncated)
    }
}
