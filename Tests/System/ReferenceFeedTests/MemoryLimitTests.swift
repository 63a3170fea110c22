import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceFeed

/// A table that grows past the memory that there is.
@Suite struct MemoryLimitTests {
    private func database(symbolCount: Int) throws -> TestSession {
        let database = try TestSession()
        try grow(database, to: symbolCount)
        return database
    }

    private func grow(_ database: TestSession, to count: Int) throws {
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'Q', 'S' || g FROM generate_series(
                1 + (SELECT count(*) FROM symbols)::int, \(count)) g
            """)
    }

    /// For so many symbols on the three exchanges of the migrations.
    private func limit(symbolCount: Int) -> MemoryLimit {
        MemoryLimit(byteCountMax: MemoryLimit.baseByteCount + (symbolCount + 3) * MemoryLimit.rowByteCount)
    }

    @Test(arguments: [10_000, 10]) func whatIsServedStaysUntilThereIsMoreMemory(changeCountMax: Int) throws {
        let database = try database(symbolCount: 100)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) {
            $0.memory = limit(symbolCount: 150)
            $0.changeCountMax = changeCountMax
            $0.allowsShrink = true
        }
        _ = try probe.loaded()
        try grow(database, to: 150)
        var (update, next) = try probe.update { $0.snapshot.symbolCount == 150 }
        #expect(update.state.heldBack == nil)

        // As an increment, or, where it has more rows than one may, as a whole.
        try grow(database, to: 200)
        (update, next) = try probe.update(from: next) { $0.state.heldBack != nil }
        let held = try #require(update.state.heldBack)
        #expect(update.snapshot.symbolCount == 150)
        #expect(held.neededByteCount == UInt64(MemoryLimit.baseByteCount + 203 * MemoryLimit.rowByteCount))
        #expect(held.vanishingSymbolCount == 0 && held.changingIdCount == 0)
        // It is read again, whole, and nobody's yes helps.
        probe.feed.reload(servingHeldBack: true)
        (update, next) = try probe.update(from: next) { $0.state.heldBack != nil }
        #expect(update.snapshot.symbolCount == 150)

        probe.feed.update(
            refresh: RefreshSettings(), memory: limit(symbolCount: 200), shrink: ShrinkLimit(), allowsShrink: false)
        probe.feed.reload()
        (update, _) = try probe.update(from: next) { $0.state.heldBack == nil }
        #expect(update.snapshot.symbolCount == 200)
    }

    /// A limit that was set too low for what is served stops no change that needs no more.
    @Test func changesThatTakeNoMoreAreServed() throws {
        let database = try database(symbolCount: 100)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        _ = try probe.loaded()
        probe.feed.update(
            refresh: RefreshSettings(), memory: limit(symbolCount: 10), shrink: ShrinkLimit(), allowsShrink: false)
        try database.run("UPDATE symbols SET precision_price = 9 WHERE id = 5")
        let (update, next) = try probe.update { $0.snapshot.symbolRecord(id: 5).record.precisionPrice == 9 }
        #expect(update.state.heldBack == nil)
        probe.feed.reload()
        _ = try probe.loaded(from: 1)
        try database.run("DELETE FROM symbols WHERE id > 60")
        _ = try probe.update(from: next) { $0.snapshot.symbolCount == 60 && $0.state.heldBack == nil }
    }

    @Test func theFirstLoadIsHeldBackToo() throws {
        let database = try database(symbolCount: 100)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.memory = limit(symbolCount: 99) }
        let (update, next) = try probe.update { $0.state.heldBack != nil }
        #expect(!update.snapshot.isLoaded && !update.state.isLoaded && update.state.databaseConnected)
        try database.run("DELETE FROM symbols WHERE id = 100")
        _ = try probe.update(from: next) { $0.snapshot.symbolCount == 99 && $0.state.heldBack == nil }
    }
}
