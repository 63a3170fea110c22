import PostgreSQL
import ReferenceData
import ReferenceStore
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// The feed against a real PostgreSQL, driven by nothing but SQL.
@Suite struct SnapshotFeedTests {
    func database() throws -> TestSession {
        let database = try TestSession()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (2, 'BTC', 'USDT', 'BTC_USDT'), (2, 'ETH', 'USDT', 'ETH_USDT'), (1, 'BTC', 'USDT', 'BTCUSDT')
            """)
        return database
    }

    func change(_ kind: ReferenceKind, _ action: ReferenceAction, _ id: UInt32) -> ReferenceChange {
        ReferenceChange(kind: kind, action: action, id: id)
    }

    func resolve(_ snapshot: Snapshot, _ exchangeId: UInt16, _ symbol: String) -> SymbolResolution {
        snapshot.resolve(SymbolKey(exchangeId: exchangeId, symbol: symbol)!)
    }

    @Test func everyKindOfChangeArrives() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var (update, next) = try probe.update { !$0.changes.isEmpty }
        #expect(update.changes == [change(.everything, .modify, 0)])
        #expect(update.snapshot.generation == 1)
        #expect(update.snapshot.epoch == 9)
        #expect(update.state.databaseConnected && update.state.isLoaded && !update.state.fromFile)
        #expect(update.state.lastConfirmedNanoseconds > 0)
        #expect(resolve(update.snapshot, 2, "ETH_USDT").symbolId == 2)

        func expect(_ changes: [ReferenceChange], after sql: String, sourceLocation: SourceLocation = #_sourceLocation)
            throws
        {
            let generation = update.snapshot.generation
            try database.connection.executeScript(sql, name: "change")
            (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
            #expect(update.changes == changes, sourceLocation: sourceLocation)
            #expect(update.snapshot.generation == generation + 1, sourceLocation: sourceLocation)
        }
        try expect([change(.symbol, .modify, 2)], after: "UPDATE symbols SET precision_price = 5 WHERE id = 2")
        #expect(resolve(update.snapshot, 2, "ETH_USDT").precisionPrice == 5)
        try expect(
            [change(.symbol, .add, 4)],
            after: """
                INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
                VALUES (2, 'SOL', 'USDT', 'SOL_USDT')
                """)
        #expect(resolve(update.snapshot, 2, "SOL_USDT").symbolId == 4)
        try expect([change(.symbol, .remove, 4)], after: "DELETE FROM symbols WHERE id = 4")
        #expect(resolve(update.snapshot, 2, "SOL_USDT").status == .unknownSymbol)
        try expect([change(.symbol, .modify, 1)], after: "UPDATE symbols SET is_active = false WHERE id = 1")
        #expect(resolve(update.snapshot, 2, "BTC_USDT").status == .inactive)
        try expect(
            [change(.symbol, .modify, 3)],
            after: """
                BEGIN; DELETE FROM symbols WHERE id = 3;
                INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string) OVERRIDING SYSTEM VALUE
                VALUES (3, 1, 'XRP', 'USDT', 'XRPUSDT'); COMMIT
                """)
        #expect(resolve(update.snapshot, 1, "XRPUSDT").symbolId == 3)
        #expect(resolve(update.snapshot, 1, "BTCUSDT").status == .unknownSymbol)
        try database.run("UPDATE exchanges SET is_active = false WHERE id = 1")
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes.contains(change(.exchange, .modify, 1)))
        #expect(resolve(update.snapshot, 1, "XRPUSDT").status == .inactive)
        try database.run("TRUNCATE symbols CASCADE")
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes == (1...3).map { change(.symbol, .remove, $0) })
        #expect(update.snapshot.symbolCount == 0)
        #expect(update.snapshot.exchangeCount == 3)
        #expect(update.snapshot.databaseSnapshot.contains(":"))
    }

    @Test(.scenario(.rollback)) func whatChangesNothingPublishesNothing() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var next = try probe.loaded()
        try database.run("UPDATE symbols SET last_seen = now()")
        try database.connection.executeScript(
            "BEGIN; SAVEPOINT a; UPDATE symbols SET precision_price = 3; ROLLBACK TO a; COMMIT", name: "savepoint")
        try database.connection.executeScript("BEGIN; DELETE FROM symbols; ROLLBACK", name: "rollback")
        try database.run("UPDATE symbols SET precision_price = precision_price")
        probe.feed.refresh()
        next = try probe.event(from: next) { if case .refreshed = $0 { true } else { false } }
        #expect(probe.latest?.snapshot.generation == 1)
        // A reconcile reads last_seen and adopts it, but that is no new generation either.
        probe.feed.reload()
        _ = try probe.loaded(from: next)
        #expect(probe.latest?.snapshot.generation == 1)
        #expect(probe.latest?.snapshot.symbolRecord(id: 1).record.lastSeen.isAbsent == false)
        #expect(probe.updates.count { !$0.changes.isEmpty } == 1)
    }

    @Test(.scenario(.lateCommitter, .longTransactionElsewhere)) func lateCommitterArrives() throws {
        let database = try database()
        defer { database.keep() }
        let late = try database.connect()
        try late.executeScript("BEGIN; UPDATE symbols SET precision_price = 3 WHERE id = 1", name: "late")
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var (_, next) = try probe.update { !$0.changes.isEmpty }
        try database.run("UPDATE symbols SET precision_price = 4 WHERE id = 2")
        var update: SnapshotUpdate
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes.map(\.id) == [2])
        try late.executeScript("COMMIT", name: "commit")
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes.map(\.id) == [1])
    }

    @Test(.scenario(.notificationLost)) func pollFindsWhatNobodyRang() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.refresh.pollMilliseconds = 20 }
        let (_, next) = try probe.update { !$0.changes.isEmpty }
        try database.connection.executeScript(
            "BEGIN; SET LOCAL symbology.doorbell = off; UPDATE symbols SET precision_price = 2 WHERE id = 3; COMMIT",
            name: "silent")
        let (update, _) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes == [change(.symbol, .modify, 3)])
    }

    @Test(.scenario(.triggersBypassed)) func reconcileRepairsAndCountsDrift() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.refresh.reconcileMilliseconds = 50 }
        var (update, next) = try probe.update { !$0.changes.isEmpty }
        try database.connection.executeScript(
            """
            BEGIN; ALTER TABLE symbols DISABLE TRIGGER ALL; UPDATE symbols SET precision_price = 2 WHERE id = 3;
            DELETE FROM symbols WHERE id = 1; ALTER TABLE symbols ENABLE TRIGGER ALL; COMMIT
            """, name: "bypass")
        (update, next) = try probe.update(from: next) { !$0.changes.isEmpty }
        #expect(update.changes == [change(.symbol, .remove, 1), change(.symbol, .modify, 3)])
        #expect(update.state.driftCount == 2)
    }

    private static let columns = [
        "symbols": [
            ("exchange_id", "3"), ("symbol_string", "'other'"), ("base_asset", "'OTHER'"), ("quote_asset", "'EUR'"),
            ("is_active", "false"), ("precision_base", "3"), ("precision_quote", "4"), ("precision_price", "5"),
            ("min_order_size", "0.00000001"), ("max_order_size", "100000000000.5"), ("tick_size", "0.25"),
            ("step_size", "0.125"), ("min_notional", "5"), ("created_at", "'2020-01-02'"),
            ("updated_at", "'2020-01-03'"),
            ("last_seen", "'2020-01-04'"), ("last_seen", "NULL"),
            // Of kind other a symbol may have any of these.
            ("kind", "'other'"), ("settle_asset", "'USDT'"), ("payoff", "'inverse'"), ("contract_size", "100"),
            ("expires_at", "'2090-01-02'"), ("strike", "0.5"), ("option_type", "'put'"), ("is_tiered", "true"),
            ("is_inferred", "true"), ("is_last_good", "true"), ("listed_at", "'2020-01-05'"),
            ("delists_at", "'2089-01-02'"),
        ],
        "exchanges": [
            ("name", "'other'"), ("enum_value", "'OTHER_SPOT'"), ("display_name", "'Other'"),
            ("market_type", "'OPTIONS'"), ("is_active", "false"), ("base_url", "'https://other'"),
            ("websocket_url", "'wss://other'"), ("rate_limit_requests_per_second", "77"), ("precision_default", "7"),
            ("created_at", "'2020-01-02'"), ("updated_at", "'2020-01-03'"), ("base_url", "NULL"),
        ],
    ]

    /// Whatever column changes behind the triggers: after a reconcile the row is what a load of its own reads. Of two
    /// nobody hears: when a row changed, and whether its kind was said, which is for imports.
    @Test(.scenario(.triggersBypassed), arguments: ["symbols", "exchanges"])
    func reconcileSeesEveryColumn(table: String) throws {
        let database = try database()
        defer { database.keep() }
        let columns = try #require(Self.columns[table])
        let loaded = try database.text(
            "SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped "
                + "AND attrelid = '\(table)'::regclass AND attname NOT IN ('id', 'changed_xid', 'is_kind_assumed')")
        #expect(loaded == Set(columns.map(\.0)).sorted().joined(separator: ","), "a column is not tried")
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.refresh.reconcileMilliseconds = 50 }
        var next = try probe.update { !$0.changes.isEmpty }.next
        let loader = ReferenceLoader(try database.connect())
        var driftCount: UInt64 = 0
        for (column, value) in columns {
            let before = try loader.load().content
            try database.connection.executeScript(
                """
                BEGIN; ALTER TABLE \(table) DISABLE TRIGGER ALL; UPDATE \(table) SET \(column) = \(value) WHERE id = 2;
                ALTER TABLE \(table) ENABLE TRIGGER ALL; COMMIT
                """, name: "bypass")
            let content = try loader.load().content
            let exchange = content.exchanges.first { $0.id == 2 }
            let symbol = content.symbols.first { $0.id == 2 }.map { symbol in
                let venue = content.exchanges.first { $0.id == symbol.exchangeId }
                return symbol.derivingDigits(precisionDefault: venue?.precisionDefault)
            }
            let isNoOther = before.symbols == content.symbols && before.exchanges == content.exchanges
            #expect(!isNoOther, "\(column) is not loaded")
            // An update with nothing but the state comes whenever a reconcile is over.
            let (update, after) = try probe.update(from: next) {
                $0.snapshot.symbolRecord(id: 2).record == symbol && $0.snapshot.exchange(id: 2) == exchange
            }
            next = after
            // Times at which somebody looked are kept up to date, but are no drift.
            if !["updated_at", "last_seen"].contains(column) { driftCount += 1 }
            // The digits of two symbols of the exchange, which nobody gave, follow from its own.
            if column == "precision_default" { driftCount += 2 }
            #expect(update.state.driftCount == driftCount, "\(column)")
        }
    }

    @Test(.scenario(.listenerKilled), arguments: ["symbology listener", "symbology feed"])
    func terminatedBackendRecovers(applicationName: String) throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var next = try probe.loaded()
        for round in 1...3 {
            // One statement: the change commits while the connection is on its way out, or while the new one is made.
            try database.run(
                """
                WITH gone AS (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                               WHERE application_name = $1 AND datname = current_database())
                UPDATE symbols SET precision_price = $2 WHERE id = 1 AND EXISTS (SELECT FROM gone)
                """, [.text(applicationName), .int16(Int16(round))])
            next = try probe.event(from: next) { if case .disconnected = $0 { true } else { false } }
            next = try probe.loaded(from: next)
            let (update, _) = try probe.update { update in
                resolve(update.snapshot, 2, "BTC_USDT").precisionPrice == UInt8(round)
            }
            #expect(update.state.databaseConnected)
        }
        #expect(probe.updates.contains { !$0.state.databaseConnected && $0.snapshot.symbolCount == 3 })
    }

    @Test func databaseAwayAtStart() throws {
        let database = try database()
        defer { database.keep() }
        let cluster = TestCluster.shared
        let later = "\(database.database.name)_later"
        let probe = try FeedProbe(conninfo: cluster.cluster.conninfo(database: later))
        let next = try probe.event { if case .retrying(_, attempt: 4, _) = $0 { true } else { false } }
        #expect(probe.updates.allSatisfy { !$0.state.databaseConnected && !$0.snapshot.isLoaded })
        database.connection.close()
        try cluster.connect().query(
            Statement(name: "rename", sql: "ALTER DATABASE \(database.database.name) RENAME TO \(later)"))
        _ = try probe.loaded(from: next)
        #expect(probe.latest?.snapshot.symbolCount == 3)
        try probe.event(from: next) { if case .recovered = $0 { true } else { false } }
    }

    @Test func failingStatementKeepsTheSnapshotAndRecovers() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var next = try probe.loaded()
        try database.run("ALTER TABLE symbols RENAME TO symbols_away")
        probe.feed.refresh()
        next = try probe.event(from: next) {
            if case .retrying(.statement(sqlState: "42P01", _), _, _) = $0 { true } else { false }
        }
        #expect(probe.latest?.snapshot.symbolCount == 3)
        #expect(probe.latest?.state.databaseConnected == true)
        try database.run("ALTER TABLE symbols_away RENAME TO symbols")
        next = try probe.event(from: next) { if case .recovered = $0 { true } else { false } }
        #expect(!probe.events.contains { if case .disconnected = $0 { true } else { false } })
    }

    @Test(.scenario(.kindsOfWrites, .unservableRows)) func lockedTableIsWaitedFor() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.lockTimeoutMilliseconds = 20 }
        var next = try probe.loaded()
        let blocker = try database.connect()
        try database.run("DROP VIEW symbol_details")
        try blocker.executeScript(
            "BEGIN; ALTER TABLE symbols ALTER COLUMN tick_size TYPE numeric(21,8); "
                + "UPDATE symbols SET precision_base = 2",
            name: "block")
        probe.feed.refresh()
        next = try probe.event(from: next) {
            if case .retrying(.statement(sqlState: "55P03", _), _, _) = $0 { true } else { false }
        }
        #expect(probe.latest?.snapshot.symbolCount == 3)
        try blocker.executeScript("COMMIT", name: "unblock")
        let (update, _) = try probe.update { $0.changes.count == 3 }
        #expect(update.snapshot.generation == 2)
    }

    @Test(.scenario(.unservableRows)) func refusedRowIsNamedAndOthersPublish() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        let next = try probe.loaded()
        try database.run("ALTER TABLE symbols DROP CONSTRAINT symbols_tick_size_servable")
        try database.run("UPDATE symbols SET tick_size = CASE WHEN id = 1 THEN 'NaN' ELSE 0.5 END")
        try probe.event(from: next) {
            if case .refused(let rows, 1) = $0 { rows.map(\.reason) == ["tick_size is NaN"] } else { false }
        }
        let (update, _) = try probe.update { $0.state.refusedCount == 1 }
        // A replica learns of refused rows from the image alone.
        #expect(update.changes.last?.kind == .everything)
        #expect(update.snapshot.symbolRecord(id: 2).record.tickSize.description == "0.5")
        let kept = update.snapshot.symbolRecord(id: 1)
        #expect(kept.record.tickSize.isAbsent)
        #expect(kept.flags.contains(.lastGood))
        try database.run("UPDATE symbols SET tick_size = 1 WHERE id = 1")
        _ = try probe.update { $0.state.refusedCount == 0 && $0.snapshot.generation == 3 }
    }

    @Test(.scenario(.hugeTransaction)) func hugeTransactionIsLoadedWhole() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.changeCountMax = 100 }
        let next = try probe.loaded()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 1, 'B' || g, 'Q', 'S' || g FROM generate_series(1, 1000) g
            """)
        try probe.event(from: next) { if case .loaded(.tooManyChanges, _) = $0 { true } else { false } }
        #expect(probe.latest?.snapshot.symbolCount == 1_003)
    }

    @Test func stopsAtAnyMoment() throws {
        let database = try database()
        defer { database.keep() }
        for _ in 0..<10 {
            let probe = try FeedProbe(conninfo: database.readerConninfo())
            probe.feed.stop()
            let count = probe.events.count { if case .stopped = $0 { true } else { false } }
            #expect(count == 1)
        }
        // A backend that was busy when its client went away notices when it next reads or writes.
        let isQuiet = try Deadline().poll {
            try database.integer(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                    + "AND backend_type = 'client backend'") == 0
        }
        #expect(isQuiet)
    }
}
