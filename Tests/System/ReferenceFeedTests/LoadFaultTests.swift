import Glibc
import PostgreSQL
import ReferenceData
import ReferenceStore
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// What goes wrong with a load itself, and with what rings for it.
@Suite struct LoadFaultTests {
    private func database(symbolCount: Int) throws -> TestSession {
        let database = try TestSession()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, tick_size)
            SELECT 2, 'B' || g, 'USDT', 'B' || g || '_USDT', 0.25 FROM generate_series(1, $1) g
            """, [.int32(Int32(symbolCount))])
        return database
    }

    /// Rows of the table have come already when the timeout strikes: none of them may show.
    @Test(.scenario(.unservableRows)) func aTimeoutInMidLoadKeepsTheSnapshotWhole() throws {
        let database = try database(symbolCount: 2_000)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.statementTimeoutMilliseconds = 2_000 }
        var next = try probe.loaded()
        // A view stands in the table's place, and for the last row it takes for ever.
        try database.connection.executeScript(
            """
            BEGIN; SET LOCAL symbology.doorbell = off;
            CREATE FUNCTION takes_for_ever(id int) RETURNS boolean LANGUAGE plpgsql AS
                $$ BEGIN IF id = 2000 THEN PERFORM pg_sleep(3600); END IF; RETURN true; END $$;
            UPDATE symbols SET precision_price = 4 WHERE id < 2000;
            ALTER TABLE symbols RENAME TO rows_of_symbols;
            CREATE VIEW symbols AS SELECT * FROM rows_of_symbols WHERE takes_for_ever(id);
            GRANT SELECT ON symbols TO symbology_reader; COMMIT
            """, name: "slow")
        probe.feed.reload()
        next = try probe.event(from: next) {
            guard case .retrying(.statement(sqlState: "57014", let text), _, _) = $0 else { return false }
            return text.hasPrefix("load symbols: ")
        }
        let held = try #require(probe.latest)
        #expect(held.snapshot.generation == 1 && held.snapshot.symbolCount == 2_000 && held.state.databaseConnected)
        for id in [1, 1_999, 2_000] as [UInt32] {
            #expect(held.snapshot.symbolRecord(id: id).record.precisionPrice == 2)
        }
        try database.connection.executeScript(
            "BEGIN; DROP VIEW symbols; ALTER TABLE rows_of_symbols RENAME TO symbols; COMMIT", name: "mend")
        probe.feed.reload()
        next = try probe.loaded(from: next)
        #expect(probe.latest?.snapshot.symbolRecord(id: 1_999).record.precisionPrice == 4)
    }

    /// Served, they would be symbols that nobody delisted and nobody finds.
    @Test(.scenario(.unservableRows), arguments: ["full load", "increment"])
    func policiesThatHideRowsKeepTheSnapshotWhole(what: String) throws {
        let database = try database(symbolCount: 3)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var next = try probe.loaded()
        try database.connection.executeScript(
            """
            BEGIN; CREATE POLICY half ON symbols FOR SELECT USING (id <> 2);
            ALTER TABLE symbols ENABLE ROW LEVEL SECURITY; COMMIT
            """, name: "hide")
        if what == "full load" { probe.feed.reload() }
        try database.run("UPDATE symbols SET precision_price = 4")
        next = try probe.event(from: next) {
            guard case .retrying(.statement(sqlState: "42501", let text), _, _) = $0 else { return false }
            return text.contains("BYPASSRLS")
        }
        let kept = try #require(probe.latest).snapshot
        #expect(kept.symbolCount == 3 && kept.symbolRecord(id: 2).record.precisionPrice == 2)
        try database.run("ALTER TABLE symbols DISABLE ROW LEVEL SECURITY")
        _ = try probe.event(from: next) { if case .recovered = $0 { true } else { false } }
        _ = try probe.update { $0.snapshot.symbolRecord(id: 2).record.precisionPrice == 4 }
    }

    @Test(arguments: ["LATIN1", "SQL_ASCII"]) func otherEncodingsAreNamedAndNotLoaded(encoding: String) throws {
        let database = try TestDatabase(.empty)
        let other = "\(database.name)_\(encoding.lowercased())"
        try database.run("CREATE DATABASE \(other) TEMPLATE template0 ENCODING '\(encoding)' LOCALE 'C'")
        defer { _ = try? database.run("DROP DATABASE \(other) WITH (FORCE)") }
        let probe = try FeedProbe(conninfo: database.testCluster.cluster.conninfo(database: other))
        try probe.event {
            guard case .retrying(.wrongEncoding(let text), _, _) = $0 else { return false }
            return text.contains("is \(encoding), not UTF8")
        }
        _ = try probe.update { $0.state.sourceFault?.kind == .wrongEncoding }
        #expect(probe.updates.allSatisfy { !$0.snapshot.isLoaded })
    }

    @Test(
        .scenario(.unservableRows),
        arguments: [
            ("tick_size = 'NaN'", "tick_size is NaN"), ("base_asset = NULL", "base_asset is NULL"),
            ("quote_asset = repeat('é', 13)", "quote_asset has 26 bytes, at most 25 fit"),
            ("precision_price = 255", "precision_price 255 is outside 0 to 254"),
            ("max_order_size = 12345678901.23456789", "max_order_size has more than 18 significant digits"),
        ])
    func aRowThatCannotBeServedKeepsItsOldRecord(spoil: String, reason: String) throws {
        let database = try database(symbolCount: 3)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        let next = try probe.loaded()
        let before = try #require(probe.latest).snapshot.symbolRecord(id: 2)
        let checks = try database.run(
            """
            SELECT 'ALTER TABLE symbols ' || string_agg('DROP CONSTRAINT ' || quote_ident(conname), ', ')
              FROM pg_constraint WHERE conrelid = 'symbols'::regclass AND contype = 'c'
            """
        ).text(0, 0)
        try database.run(try #require(checks))
        try database.run("ALTER TABLE symbols ALTER base_asset DROP NOT NULL")
        // One transaction with a row that can be served, before it and behind it.
        try database.connection.executeScript(
            """
            BEGIN; UPDATE symbols SET step_size = 0.5 WHERE id = 1; UPDATE symbols SET \(spoil), step_size = 0.5
             WHERE id = 2; UPDATE symbols SET step_size = 0.5 WHERE id = 3; COMMIT
            """, name: "spoil")
        try probe.event(from: next) {
            guard case .refused(let rows, count: 1) = $0 else { return false }
            return rows.map(\.id) == [2] && rows.map(\.reason) == [reason]
        }
        let (update, _) = try probe.update { $0.state.refusedCount == 1 }
        for id in [1, 3] as [UInt32] {
            #expect(update.snapshot.symbolRecord(id: id).record.stepSize.description == "0.5")
        }
        let kept = update.snapshot.symbolRecord(id: 2)
        #expect(kept.record == before.record && kept.flags.contains(.lastGood), "\(kept)")
        let resolved = update.snapshot.resolve(SymbolKey(exchangeId: 2, symbol: "B2_USDT")!)
        #expect(resolved.symbolId == 2 && resolved.status == .ok)
    }

    /// A schema that comes first in the role's path, with a table and a function of names that are read.
    @Test func theRolesSearchPathMixesNothingIn() throws {
        let database = try database(symbolCount: 3)
        defer { database.keep() }
        let conninfo = try database.readerConninfo()
        try database.connection.executeScript(
            """
            CREATE SCHEMA other; CREATE TABLE other.exchanges (LIKE exchanges);
            CREATE FUNCTION other.pg_current_snapshot() RETURNS pg_snapshot LANGUAGE sql AS
                $$ SELECT '3:3:'::pg_snapshot $$;
            GRANT USAGE ON SCHEMA other TO symbology_reader; GRANT SELECT ON other.exchanges TO symbology_reader;
            ALTER ROLE test_symbology_reader IN DATABASE \(database.database.name)
                SET search_path = other, pg_catalog, public
            """, name: "shadow")
        let probe = try FeedProbe(conninfo: conninfo)
        _ = try probe.loaded()
        let loaded = try #require(probe.latest).snapshot
        #expect(loaded.exchangeCount == 3 && loaded.symbolCount == 3 && loaded.databaseSnapshot != "3:3:")
        try database.run("UPDATE symbols SET precision_price = 4 WHERE id = 1")
        _ = try probe.update { $0.snapshot.symbolRecord(id: 1).record.precisionPrice == 4 }
        var resolver = try DatabaseResolver(ConnectionTarget(conninfo: conninfo))
        #expect(try resolver.exchange(id: 2).row != nil)
    }

    /// Ten thousand rings of a role that may do nothing else, each with another payload, so that none folds.
    @Test(.scenario(.floodOfDoorbells)) func aFloodFromAnotherRoleIsAFewRefreshes() throws {
        let database = try database(symbolCount: 3)
        defer { database.keep() }
        let ringer = "ringer_\(database.database.name)"
        try database.connection.executeScript("CREATE ROLE \(ringer) LOGIN", name: "make role")
        defer { _ = try? database.run("DROP ROLE \(ringer)") }
        let stranger = try Connection(
            ConnectionTarget(
                conninfo: database.database.testCluster.cluster.conninfo(database: database.database.name, user: ringer)
            ))
        defer { stranger.close() }
        #expect(throws: PostgreSQLError.self) { try stranger.executeScript("SELECT 1 FROM symbols", name: "may not") }

        let probe = try FeedProbe(conninfo: database.readerConninfo())
        let next = try probe.loaded()
        let ringCount = 10_000
        for payload in ["'; DROP TABLE symbols; --", "$1", "{\"id\":1}", String(repeating: "x", count: 7_900)] {
            try stranger.query(
                Statement(
                    name: "ring",
                    sql: "SELECT pg_notify('symbology_reference', left($1 || g, 7999)) FROM generate_series(1, $2) g"),
                [.text(payload), .int32(Int32(payload.count < 100 ? ringCount : 100))])
        }
        try database.run("UPDATE symbols SET precision_price = 2 WHERE id = 1")
        let (update, _) = try probe.update { $0.snapshot.generation == 2 }
        #expect(update.changes == [ReferenceChange(kind: .symbol, action: .modify, id: 1)])
        // Each that was read found what the others had rung for: so many rings, so few looks.
        let refreshCount = probe.events[next...].count { if case .refreshed = $0 { true } else { false } }
        #expect((1...300).contains(refreshCount), "\(refreshCount) refreshes for \(3 * ringCount) rings")
        #expect(!probe.events.contains { if case .disconnected = $0 { true } else { false } })
        #expect(try database.integer("SELECT count(*) FROM symbols") == 3)
    }

    /// The alarm's steps are tested with made samples; this is where samples come from.
    @Test(.scenario(.queueFilling)) func theQueueOfNotificationsIsMeasured() throws {
        // A cluster of its own: there is one queue for all databases.
        let cluster = try TestCluster()
        let database = try TestSession(in: cluster)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.refresh.heartbeatMilliseconds = 50 }
        var next = try probe.update { $0.state.health?.notificationQueuePercent == 0 }.next
        // A session that listens and then stays in a transaction keeps everything that comes after.
        let holder = try database.connect()
        try holder.executeScript("LISTEN elsewhere", name: "listen")
        try holder.executeScript("BEGIN; SELECT 1", name: "hold")
        // A page each, of a queue of 8 GB: more than one per cent.
        try database.run(
            "SELECT pg_notify('elsewhere', rpad(g::text, 7900, 'x')) FROM generate_series(1, 12000) g")
        next = try probe.update(from: next) { $0.state.health?.notificationQueuePercent ?? 0 >= 1 }.next
        try holder.executeScript("COMMIT", name: "let go")
        _ = try probe.update(from: next) { $0.state.health?.notificationQueuePercent == 0 }
    }

    /// A server that accepts and then says nothing, as behind a firewall that swallows what it lets through.
    @Test(.scenario(.blackHole)) func connectingIntoSilenceHasADeadline() throws {
        let database = try database(symbolCount: 3)
        defer { database.keep() }
        let proxy = try FreezingProxy(toServerOf: database)
        defer { proxy.close() }
        proxy.swallow(true)
        let probe = try FeedProbe(conninfo: proxy.conninfo(database)) {
            $0.refresh.connectDeadlineMilliseconds = 200
        }
        let next = try probe.event {
            if case .retrying(.deadlinePassed("connecting"), attempt: 2, _) = $0 { true } else { false }
        }
        #expect(probe.updates.allSatisfy { !$0.snapshot.isLoaded && !$0.state.databaseConnected })
        proxy.swallow(false)
        _ = try probe.loaded(from: next)
        #expect(probe.latest?.snapshot.symbolCount == 3)
    }
}
