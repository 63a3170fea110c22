import Foundation
import PostgreSQL
import PrivateCluster
import ReferenceData
import ReferenceStore
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// What goes wrong between the feed and a database that is there.
@Suite struct DatabaseFaultTests {
    private func database(symbolCount: Int = 3) throws -> TestSession {
        let database = try TestSession()
        try database.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 2, 'B' || g, 'USDT', 'B' || g || '_USDT' FROM generate_series(1, $1) g
            """, [.int32(Int32(symbolCount))])
        return database
    }

    private func precision(_ snapshot: Snapshot) -> UInt8 {
        snapshot.resolve(SymbolKey(exchangeId: 2, symbol: "B1_USDT")!).precisionPrice
    }

    private func isQuick(_ configuration: inout FeedConfiguration) {
        configuration.refresh.heartbeatMilliseconds = 100
        configuration.refresh.listenerDeadlineMilliseconds = 1_000
    }

    @Test(.scenario(.listenerStalled)) func stoppedListenerIsFoundByItsHeartbeat() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo(), isQuick)
        var next = try probe.loaded()
        let processId = try database.run(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'symbology listener' "
                + "AND datname = current_database()"
        ).int32(0, 0)
        let listener = try #require(processId)
        kill(listener, SIGSTOP)
        defer { kill(listener, SIGCONT) }
        next = try probe.event(from: next) {
            if case .disconnected(.deadlinePassed("listening")) = $0 { true } else { false }
        }
        next = try probe.loaded(from: next)
        try database.run("UPDATE symbols SET precision_price = 4 WHERE id = 1")
        _ = try probe.update { precision($0.snapshot) == 4 }
    }

    /// Its server process stands still in mid-session, and the postmaster and all others are well.
    @Test func stoppedReaderIsFoundByItsSilence() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.refresh.refreshSilenceMilliseconds = 500 }
        var next = try probe.loaded()
        let processId = try database.run(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'symbology feed' "
                + "AND datname = current_database()"
        ).int32(0, 0)
        let reader = try #require(processId)
        kill(reader, SIGSTOP)
        defer { kill(reader, SIGCONT) }
        try database.run("UPDATE symbols SET precision_price = 4 WHERE id = 1")
        next = try probe.event(from: next) {
            if case .disconnected(.deadlinePassed("loading")) = $0 { true } else { false }
        }
        let (_, seen) = try probe.update { $0.state.sourceFault?.kind == .silent }
        _ = try probe.loaded(from: next)
        _ = try probe.update(from: seen) { precision($0.snapshot) == 4 }
        _ = try probe.update(from: seen) { $0.state.sourceFault == nil }
    }

    @Test(.scenario(.listenerStalled)) func listenerThatAnswersIsKept() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) {
            $0.refresh.heartbeatMilliseconds = 20
            $0.refresh.listenerDeadlineMilliseconds = UInt32(patienceMilliseconds)
        }
        _ = try probe.loaded()
        // No further heartbeat goes out before the last one was heard, and each that was asked says when.
        var next = 0
        var sampledNanoseconds: UInt64 = 0
        for _ in 0..<20 {
            let (update, following) = try probe.update(from: next) {
                $0.state.health.map { $0.sampledNanoseconds > sampledNanoseconds } ?? false
            }
            sampledNanoseconds = update.state.health?.sampledNanoseconds ?? .max
            next = following
        }
        #expect(!probe.events.contains { if case .disconnected = $0 { true } else { false } }, "\(probe.events)")
    }

    @Test(.scenario(.blackHole)) func connectionsThatVanishAreFoundAndReplaced() throws {
        let database = try database()
        defer { database.keep() }
        let proxy = try FreezingProxy(toServerOf: database)
        defer { proxy.close() }
        let probe = try FeedProbe(conninfo: proxy.conninfo(database), isQuick)
        var next = try probe.loaded()
        proxy.freeze()
        try database.run("UPDATE symbols SET precision_price = 4 WHERE id = 1")
        next = try probe.event(from: next) { if case .disconnected(.deadlinePassed) = $0 { true } else { false } }
        _ = try probe.loaded(from: next)
        _ = try probe.update { precision($0.snapshot) == 4 && $0.state.databaseConnected }
    }

    @Test(.scenario(.transactionPooler)) func transactionPoolerIsNamedAndNothingIsLoadedThroughIt() throws {
        let database = try database()
        defer { database.keep() }
        let pooler = try Pooler(in: TestCluster.shared.cluster)
        defer { pooler.end() }
        let conninfo =
            "host=127.0.0.1 port=\(pooler.port) user=postgres dbname=\(database.database.name) sslmode=disable"
        let probe = try FeedProbe(conninfo: conninfo) {
            isQuick(&$0)
            $0.refresh.listenerDeadlineMilliseconds = 300
        }
        var next = 0
        for _ in 0..<2 {
            next = try probe.event(from: next) { if case .retrying(.deaf, _, _) = $0 { true } else { false } }
        }
        let text = probe.events.map(\.description).first { $0.contains("pooler") }
        #expect(text?.contains("--database") == true, "\(probe.events)")
        #expect(probe.updates.allSatisfy { !$0.snapshot.isLoaded && !$0.state.databaseConnected })
    }

    @Test(.scenario(.unservableRows)) func revokedSelectKeepsTheSnapshotWhole() throws {
        let database = try database()
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var next = try probe.loaded()
        try database.run("REVOKE SELECT ON symbols FROM symbology_reader")
        try database.run("UPDATE symbols SET precision_price = 4 WHERE id = 1")
        next = try probe.event(from: next) {
            if case .retrying(.statement(sqlState: "42501", _), _, _) = $0 { true } else { false }
        }
        #expect(probe.latest.map { precision($0.snapshot) } == 8 && probe.latest?.snapshot.symbolCount == 3)
        let (update, seen) = try probe.update { $0.state.sourceFault?.kind == .forbidden }
        #expect(update.state.databaseConnected && update.state.heldBack == nil)
        try database.run("GRANT SELECT ON symbols TO symbology_reader")
        _ = try probe.event(from: next) { if case .recovered = $0 { true } else { false } }
        _ = try probe.update(from: seen) { precision($0.snapshot) == 4 }
        _ = try probe.update(from: seen) { $0.state.sourceFault == nil }
    }

    @Test(.scenario(.tableEmptied), arguments: ["DELETE FROM symbols WHERE id > 100", "TRUNCATE symbols CASCADE"])
    func emptiedTableIsHeldBack(sql: String) throws {
        let database = try database(symbolCount: 500)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var next = try probe.loaded()
        try database.run(sql)
        let left = try database.integer("SELECT count(*) FROM symbols")
        next = try probe.event(from: next) {
            if case .retrying(.shrunk(from: 500, to: let to), _, _) = $0 { to == left } else { false }
        }
        var (update, _) = try probe.update { $0.state.heldBack != nil }
        let heldBack = try #require(update.state.heldBack)
        #expect(heldBack.vanishingSymbolCount == 500 - UInt32(left) && heldBack.vanishingExchangeCount == 0)
        #expect(update.snapshot.symbolCount == 500)
        // What changes meanwhile waits too: nothing is added to what was not served.
        try database.run("UPDATE exchanges SET is_active = false WHERE id = 3")
        next = try probe.event(from: next) { if case .retrying(.shrunk, _, _) = $0 { true } else { false } }
        #expect(probe.latest?.snapshot.exchange(id: 3)?.isActive == true)
        // It is held back since the first time, however often it is tried again.
        #expect(probe.latest?.state.heldBack == heldBack)
        let mark = probe.updates.count
        probe.feed.reload(servingHeldBack: true)
        update = try probe.update(from: mark) { $0.snapshot.symbolCount == Int(left) }.update
        #expect(update.state.heldBack == nil && update.snapshot.exchange(id: 3)?.isActive == false)
    }

    /// A signal that came for another reason, while nobody could know, says nothing about the next load.
    @Test(.scenario(.tableEmptied)) func whatIsHeldBackLaterIsNotLetThrough() throws {
        let database = try database(symbolCount: 500)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo()) { $0.lockTimeoutMilliseconds = 20 }
        var next = try probe.loaded()
        let writer = try database.connect()
        try writer.executeScript("BEGIN; TRUNCATE symbols CASCADE", name: "empty")
        probe.feed.reload(servingHeldBack: true)
        // By now it has been asked for.
        next = try probe.event(from: next) {
            if case .retrying(.statement(sqlState: "55P03", _), _, _) = $0 { true } else { false }
        }
        try writer.executeScript("COMMIT", name: "commit")
        _ = try probe.event(from: next) {
            if case .retrying(.shrunk(from: 500, to: 0), _, _) = $0 { true } else { false }
        }
        #expect(probe.latest?.snapshot.symbolCount == 500)
    }

    /// Ids that were never held leave tombstones too, and lose nobody anything.
    @Test func symbolsThatCameAndWentAreNoLoss() throws {
        let database = try database(symbolCount: 300)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        _ = try probe.loaded()
        try database.connection.executeScript(
            """
            BEGIN;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            SELECT 2, 'T' || g, 'USDT', 'T' || g || '_USDT' FROM generate_series(1, 400) g;
            DELETE FROM symbols WHERE base_asset LIKE 'T%';
            INSERT INTO exchanges (name, enum_value, display_name, market_type) VALUES ('T', 'T', 'T', 'SPOT');
            DELETE FROM exchanges WHERE name = 'T';
            UPDATE symbols SET precision_price = 4 WHERE id = 1;
            COMMIT
            """, name: "come and go")
        let (update, _) = try probe.update { $0.snapshot.generation == 2 || $0.state.heldBack != nil }
        #expect(update.state.heldBack == nil && precision(update.snapshot) == 4)
        #expect(update.snapshot.symbolCount == 300 && update.snapshot.exchangeCount == 3)
    }

    @Test(.scenario(.tableEmptied)) func rowsThatComeBackEndTheHold() throws {
        let database = try database(symbolCount: 500)
        defer { database.keep() }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        var next = try probe.loaded()
        try database.run("CREATE TABLE kept AS SELECT * FROM symbols")
        try database.run("TRUNCATE symbols CASCADE")
        next = try probe.event(from: next) { if case .retrying(.shrunk, _, _) = $0 { true } else { false } }
        try database.run("ALTER TABLE kept DROP COLUMN changed_xid")
        try database.run(
            """
            INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string) OVERRIDING SYSTEM VALUE
            SELECT id, exchange_id, base_asset, quote_asset, symbol_string FROM kept WHERE id <= 400
            """)
        _ = try probe.event(from: next) { if case .recovered = $0 { true } else { false } }
        let (update, _) = try probe.update { $0.snapshot.symbolCount == 400 }
        #expect(update.state.heldBack == nil)
    }

    @Test(.scenario(.longTransactionElsewhere)) func oldestWriterIsShown() throws {
        let database = try database()
        defer { database.keep() }
        let writer = try database.connect()
        try writer.executeScript("BEGIN; UPDATE symbols SET precision_price = 4 WHERE id = 1", name: "writer")
        let probe = try FeedProbe(conninfo: database.readerConninfo(), isQuick)
        let (shown, next) = try probe.update { $0.state.health?.oldestWriter != nil }
        let oldest = try #require(shown.state.health?.oldestWriter)
        #expect(oldest.processId == writer.serverProcessId)
        _ = try probe.update(from: next) {
            $0.state.health?.oldestWriter.map { $0.ageMilliseconds > oldest.ageMilliseconds } ?? false
        }
        try writer.executeScript("ROLLBACK", name: "rollback")
        _ = try probe.update(from: next) { $0.state.health.map { $0.oldestWriter == nil } ?? false }
    }

    /// A prepared transaction is held by nobody, and so is easily forgotten.
    @Test func preparedTransactionIsShown() throws {
        let database = try database()
        defer { database.keep() }
        try database.run("CREATE TABLE elsewhere (id INT)")
        let writer = try database.connect()
        let name = "symbology_test_\(getpid())"
        try writer.executeScript(
            "BEGIN; INSERT INTO elsewhere VALUES (1); PREPARE TRANSACTION '\(name)'", name: "prepare")
        defer { _ = try? writer.executeScript("ROLLBACK PREPARED '\(name)'", name: "clean up") }
        let probe = try FeedProbe(conninfo: database.readerConninfo(), isQuick)
        let (shown, next) = try probe.update { $0.state.health?.oldestWriter != nil }
        #expect(shown.state.health?.oldestWriter?.processId == nil)
        try writer.executeScript("COMMIT PREPARED '\(name)'", name: "commit")
        _ = try probe.update(from: next) { $0.state.health.map { $0.oldestWriter == nil } ?? false }
    }

    /// No row changes and nothing rings; polls and reconciles are ten minutes away.
    @Test(arguments: ["full load", "increment"])
    func expiredAliasIsGoneAtOnce(afterwards: String) throws {
        let database = try database()
        defer { database.keep() }
        let alias = """
            INSERT INTO symbol_aliases (exchange_id, symbol_string, symbol_id, created_at, expires_at)
            VALUES (2, 'OLD_USDT', 1, now(), clock_timestamp() + '2 s'::interval)
            """
        let key = try #require(SymbolKey(exchangeId: 2, symbol: "OLD_USDT"))
        if afterwards == "full load" { try database.run(alias) }
        let probe = try FeedProbe(conninfo: database.readerConninfo())
        _ = try probe.loaded()
        if afterwards == "increment" { try database.run(alias) }
        let (_, next) = try probe.update { $0.snapshot.resolve(key).status == .ok }
        let (gone, _) = try probe.update(from: next) { $0.snapshot.resolve(key).status == .unknownSymbol }
        #expect(gone.snapshot.symbolCount == 3)
        // The database agrees: it was not taken away early.
        #expect(try database.integer("SELECT count(*) FROM symbol_aliases WHERE expires_at > now()") == 0)
    }

    /// The apply worker fires no statement triggers and carries the origin's stamps along.
    @Test(.scenario(.kindsOfWrites)) func logicalReplicationArrives() throws {
        // A slot waits for every transaction of its cluster, and other tests keep theirs open.
        let cluster = try TestCluster()
        let publisher = try TestSession(in: cluster)
        let subscriber = try TestSession(in: cluster)
        defer {
            publisher.keep()
            subscriber.keep()
        }
        // A TRUNCATE does not arrive where tables that are not published refer to symbols: the worker never cascades.
        try subscriber.run(
            """
            DROP TABLE book_ticker_snapshots_v2, trade_snapshots_v2, order_executions, order_status_history CASCADE
            """)
        let name = subscriber.database.name
        try publisher.run("CREATE PUBLICATION reference FOR TABLE exchanges, symbols, symbol_aliases")
        try publisher.run("SELECT pg_create_logical_replication_slot('\(name)', 'pgoutput')")
        let conninfo = publisher.conninfo.replacing("'", with: "''")
        try subscriber.run(
            """
            CREATE SUBSCRIPTION \(name) CONNECTION '\(conninfo)' PUBLICATION reference
            WITH (create_slot = false, slot_name = '\(name)', copy_data = false)
            """)
        defer {
            _ = try? subscriber.run("ALTER SUBSCRIPTION \(name) DISABLE")
            _ = try? subscriber.run("ALTER SUBSCRIPTION \(name) SET (slot_name = NONE)")
            _ = try? subscriber.run("DROP SUBSCRIPTION \(name)")
            let slot = "SELECT pg_drop_replication_slot('\(name)')"
            _ = Deadline().poll { (try? publisher.run(slot)) != nil }
        }
        let probe = try FeedProbe(conninfo: subscriber.readerConninfo())
        var next = try probe.update { $0.snapshot.isLoaded }.next
        func arrives(_ sql: String, _ fits: (Snapshot) -> Bool) throws {
            try publisher.connection.executeScript(sql, name: "publish")
            next = try probe.update(from: next) { !$0.changes.isEmpty && fits($0.snapshot) }.next
        }
        try arrives(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (2, 'B1', 'USDT', 'B1_USDT'), (2, 'B2', 'USDT', 'B2_USDT')
            """
        ) { $0.symbolCount == 2 }
        try arrives("UPDATE symbols SET precision_price = 4 WHERE id = 1") { precision($0) == 4 }
        try arrives("UPDATE exchanges SET is_active = false WHERE id = 2") { $0.activeSymbolCount == 0 }
        try arrives("DELETE FROM symbols WHERE id = 2") { $0.symbolCount == 1 }
        try arrives("TRUNCATE symbols CASCADE") { $0.symbolCount == 0 }
    }
}

/// pgbouncer in transaction mode in front of a cluster. Debian's package; `.ci/setup` installs it.
private final class Pooler {
    let port: UInt16
    private let folder = TemporaryFolder()
    private let program: StartedProgram

    init(in cluster: DatabaseCluster) throws {
        // A port that was free a moment ago: pgbouncer cannot choose one itself.
        let reserved = try FreezingProxy(to: "/nonexistent")
        port = reserved.port
        reserved.close()
        chmod(folder.path, 0o755)
        let users = folder.write("users", "\"postgres\" \"\"\n")
        let file = folder.write(
            "pgbouncer.ini",
            """
            [databases]
            * = host=\(cluster.socketDirectory) port=\(DatabaseCluster.port)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = trust
            auth_file = \(users)
            pool_mode = transaction
            ignore_startup_parameters = extra_float_digits
            """)
        // It refuses to run as root. setpriv becomes it, where runuser would stay beside it and survive it.
        let isRoot = geteuid() == 0
        let account = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        program = try #require(StartedProgram((isRoot ? account : []) + ["/usr/sbin/pgbouncer", "-q", file]))
    }

    func end() { program.kill() }
}
