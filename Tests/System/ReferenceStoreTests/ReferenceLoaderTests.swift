import PostgreSQL
import ReferenceData
import Scenarios
import TestSupport
import Testing

@testable import ReferenceStore

@Suite struct ReferenceLoaderTests {
    let insertThree = """
        INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, tick_size)
        VALUES (2, 'BTC', 'USDT', 'BTC_USDT', 0.10), (2, 'ETH', 'USDT', 'ETH_USDT', NULL),
               (1, 'BTC', 'USDT', 'BTCUSDT', 1)
        """

    @Test func loadsEveryColumn() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(insertThree)
        try database.run(
            """
            UPDATE symbols SET is_active = false, precision_base = 1, precision_quote = 18, precision_price = 5,
                   min_order_size = 0.001, max_order_size = 999999999999, step_size = 0.00000001,
                   created_at = '2020-02-29 12:00:00.000001+00', last_seen = '1999-12-31 23:59:59+00' WHERE id = 1
            """)
        let loaded = try ReferenceLoader(database.connection).load()
        #expect(loaded.content.exchanges.map(\.enumValue).sorted() == ["GATEIO_FUTURES", "GATEIO_SPOT", "MEXC_SPOT"])
        let exchange = try #require(loaded.content.exchanges.first { $0.id == 2 })
        #expect(exchange.displayName == "Gate.io Spot Trading")
        #expect(exchange.baseURL == "https://api.gateio.ws")
        #expect((exchange.rateLimitRequestsPerSecond, exchange.precisionDefault) == (100, 8))
        #expect(loaded.content.symbols.count == 3)
        #expect(loaded.content.refused.isEmpty)
        let symbol = try #require(loaded.content.symbols.first { $0.id == 1 })
        #expect(symbol.symbolString.description == "BTC_USDT")
        #expect((symbol.baseAsset.description, symbol.quoteAsset.description) == ("BTC", "USDT"))
        #expect((symbol.exchangeId, symbol.isActive) == (2, false))
        #expect((symbol.precisionBase, symbol.precisionQuote, symbol.precisionPrice) == (1, 18, 5))
        #expect(symbol.minOrderSize.description == "0.001")
        #expect(symbol.maxOrderSize.description == "999999999999")
        #expect(symbol.tickSize.description == "0.1")
        #expect(symbol.stepSize.description == "0.00000001")
        #expect(symbol.createdAt.description == "2020-02-29T12:00:00.000001Z")
        #expect(symbol.lastSeen.description == "1999-12-31T23:59:59.000000Z")
        let other = try #require(loaded.content.symbols.first { $0.id == 2 })
        #expect(other.tickSize.isAbsent)
        #expect(other.lastSeen.isAbsent)
        #expect(loaded.identity.systemIdentifier != 0)
        #expect(loaded.identity.timeline == 1)
        #expect(!loaded.identity.isInRecovery)
        #expect(loaded.watermark.text.split(separator: ":", omittingEmptySubsequences: false).count == 3)
    }

    @Test func incrementHoldsExactlyWhatChanged() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(insertThree)
        let follower = try Follower(database)
        #expect(try follower.next() == ReferenceDelta())

        try database.run("UPDATE symbols SET precision_price = 5 WHERE id = 2")
        #expect(try follower.next().symbols.map(\.precisionPrice) == [5])
        try database.run("UPDATE symbols SET last_seen = now()")
        #expect(try follower.next() == ReferenceDelta(), "last_seen alone is no change")
        try database.run("UPDATE exchanges SET is_active = false WHERE id = 3")
        #expect(try follower.next().exchanges.map(\.id) == [3])
        try database.run("DELETE FROM symbols WHERE id = 3")
        #expect(try follower.next().deletedSymbolIds == [3])
        try database.run("DELETE FROM exchanges WHERE id = 3")
        #expect(try follower.next().deletedExchangeIds == [3])

        try database.connection.executeScript(
            """
            BEGIN; DELETE FROM symbols WHERE id = 2;
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string) OVERRIDING SYSTEM VALUE
            VALUES (2, 1, 'NEW', 'USDT', 'NEWUSDT'); COMMIT
            """, name: "delete and insert again")
        let again = try follower.next()
        #expect(again.symbols.map { $0.symbolString.description } == ["NEWUSDT"])
        #expect(again.deletedSymbolIds.isEmpty)

        try database.connection.executeScript(
            "BEGIN; SAVEPOINT a; UPDATE symbols SET precision_base = 3; ROLLBACK TO a; COMMIT", name: "rolled back")
        #expect(try follower.next() == ReferenceDelta())
    }

    @Test func lateCommitterIsNotMissed() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(insertThree)
        let late = try database.connect()
        try late.executeScript("BEGIN; UPDATE symbols SET precision_price = 3 WHERE id = 1", name: "late")
        try database.run("UPDATE symbols SET precision_price = 4 WHERE id = 2")
        let follower = try Follower(database)
        try database.run("UPDATE symbols SET precision_price = 5 WHERE id = 3")
        #expect(try follower.next().symbols.map(\.id) == [3])
        try late.executeScript("COMMIT", name: "commit")
        #expect(try follower.next().symbols.map(\.id) == [1])
        #expect(try follower.next() == ReferenceDelta())
    }

    @Test func historyThatIsGoneMeansAFullLoad() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(insertThree)
        let loader = ReferenceLoader(try database.connect())
        func expiry(since watermark: Watermark) throws -> FullLoadReason? {
            guard case .expired(let expiry) = try loader.changes(since: watermark) else { return nil }
            return expiry
        }
        let first = try loader.load().watermark
        try database.run("DELETE FROM symbols WHERE id = 1")
        // A transaction of another test, in another database, holds the horizon back for a moment.
        #expect(try Deadline().poll { try database.integer("SELECT prune_reference_tombstones('0')") > 0 })
        #expect(try expiry(since: first) == .pruned)

        let second = try loader.load().watermark
        #expect(try expiry(since: second) == nil)
        try database.run("TRUNCATE symbols CASCADE")
        #expect(try expiry(since: second) == .truncated)
        let third = try loader.load().watermark
        #expect(try expiry(since: third) == nil)

        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'Q', 'S' || g FROM generate_series(1, 21) g
            """)
        #expect(try loader.read(.increment(since: third), changeCountMax: 20).expiry == .tooManyChanges)
        #expect(try loader.read(.increment(since: third), changeCountMax: 21).delta?.symbols.count == 21)
    }

    /// Found by `IncrementScheduleTests`: the pruner took the tombstones of its own transaction for ones restored from
    /// another cluster, because its own id lies beyond its snapshot.
    @Test func pruningInTheDeletersTransactionLosesNothing() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(insertThree)
        let follower = try Follower(database)
        try database.connection.executeScript(
            "BEGIN; DELETE FROM symbols WHERE id = 2; SELECT prune_reference_tombstones('0'); COMMIT", name: "prune")
        #expect(try follower.next().deletedSymbolIds == [2])
    }

    @Test(.scenario(.unservableRows)) func badRowIsRefusedAndAllOthersGoOn() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run(insertThree)
        try dropChecks(database)
        let tooLong = String(repeating: "é", count: 13)
        try database.run(
            """
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string, precision_price, tick_size,
                                 max_order_size, created_at) OVERRIDING SYSTEM VALUE VALUES
                (11, 1, 'NAN', 'Q', 'NANQ', 8, 'NaN', NULL, now()), (12, 1, '', 'Q', 'EMPTY', 8, NULL, NULL, now()),
                (13, 1, $1, 'Q', 'LONG', 8, NULL, NULL, now()), (14, 1, 'PREC', 'Q', 'PRECQ', 255, NULL, NULL, now()),
                (15, 1, 'DIGITS', 'Q', 'DIGITSQ', 8, NULL, 12345678901.23456789, now()),
                (16, 1, 'TIME', 'Q', 'TIMEQ', 8, NULL, NULL, 'infinity'),
                (-5, 1, 'NEG', 'Q', 'NEGQ', 8, NULL, NULL, now()),
                (17, 1, 'OLD', 'Q', 'OLDQ', 8, NULL, NULL, '-infinity')
            """, [.text(tooLong)])
        try database.run("UPDATE exchanges SET market_type = 'MARGIN' WHERE id = 3")
        let content = try ReferenceLoader(database.connection).load().content
        #expect(content.symbols.map(\.id).sorted() == [1, 2, 3])
        #expect(content.exchanges.map(\.id).sorted() == [1, 2])
        let reasons = Dictionary(uniqueKeysWithValues: content.refused.map { ("\($0.table) \($0.id)", $0.reason) })
        #expect(
            reasons == [
                "symbol 11": "tick_size is NaN", "symbol 12": "base_asset is empty",
                "symbol 13": "base_asset has 26 bytes, at most 25 fit",
                "symbol 14": "precision_price 255 is outside 0 to 254",
                "symbol 15": "max_order_size has more than 18 significant digits",
                "symbol 16": "created_at is infinite or out of range", "symbol -5": "id -5 is outside 1 to 4294967295",
                "symbol 17": "created_at is infinite or out of range",
                "exchange 3": "market_type \"MARGIN\" is none of SPOT, FUTURES, OPTIONS",
            ])
        let empty = try #require(content.refused.first { $0.id == 12 })
        #expect(empty.symbolKey == SymbolKey(exchangeId: 1, symbol: "EMPTY"))
        #expect(empty.pairKey == nil)
        let nan = try #require(content.refused.first { $0.id == 11 })
        #expect(nan.pairKey == PairKey(exchangeId: 1, base: "NAN", quote: "Q"))

        // The increment refuses the same rows for the same reasons.
        let follower = try Follower(database)
        try database.run("UPDATE symbols SET precision_base = 7 WHERE id > 10")
        let delta = try follower.next()
        #expect(delta.symbols.isEmpty)
        #expect(Set(delta.refused) == Set(content.refused.filter { $0.id > 10 }))
    }

    @Test func lockedTableTimesOutAndLeavesNoTransactionBehind() throws {
        let database = try TestSession()
        defer { database.keep() }
        let blocker = try database.connect()
        try blocker.executeScript("BEGIN; LOCK TABLE symbols IN ACCESS EXCLUSIVE MODE", name: "block")
        let connection = try Connection(
            ConnectionTarget(conninfo: database.conninfo), settings: SessionSettings(lockTimeoutMilliseconds: 50))
        let error = #expect(throws: StoreError.self) { try ReferenceLoader(connection).load() }
        #expect(error?.databaseError?.sqlState == "55P03")
        #expect(!connection.isInTransaction)
        try blocker.executeScript("ROLLBACK", name: "unblock")
        #expect(try ReferenceLoader(connection).load().content.exchanges.count == 3)
    }

    @Test func unmigratedDatabaseIsNamed() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run("DROP TABLE reference_tombstones CASCADE")
        let error = #expect(throws: StoreError.self) { try ReferenceLoader(database.connection).load() }
        #expect(error?.description.contains("symbology migrate up") == true)
    }

    /// Drops every CHECK of both tables, as a database has it that was made before them.
    func dropChecks(_ database: TestSession) throws {
        let list = try database.run(
            """
            SELECT conrelid::regclass::text, conname::text FROM pg_constraint
             WHERE contype = 'c' AND conrelid IN ('symbols'::regclass, 'exchanges'::regclass)
            """)
        for row in 0..<list.rowCount {
            let (table, name) = try (list.text(row, 0) ?? "", list.text(row, 1) ?? "")
            try database.run("ALTER TABLE \(table) DROP CONSTRAINT \(name)")
        }
    }
}

/// A reader that goes from watermark to watermark.
private final class Follower {
    private let loader: ReferenceLoader
    private var watermark: Watermark

    init(_ database: TestSession) throws {
        loader = ReferenceLoader(try database.connect())
        watermark = try loader.load().watermark
    }

    /// What changed since the last call.
    func next() throws -> ReferenceDelta {
        switch try loader.changes(since: watermark) {
        case .changes(let delta, let new):
            watermark = new
            return delta
        case .expired(let reason):
            Issue.record("expired: \(reason)")
            return ReferenceDelta()
        }
    }
}

extension ReferenceDelta: Equatable {
    public static func == (left: ReferenceDelta, right: ReferenceDelta) -> Bool {
        left.exchanges == right.exchanges && left.symbols == right.symbols && left.refused == right.refused
            && left.deletedExchangeIds == right.deletedExchangeIds && left.deletedSymbolIds == right.deletedSymbolIds
            && left.aliases == right.aliases
    }
}
