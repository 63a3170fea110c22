import Glibc
import PostgreSQL
import ReferenceData
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// The database goes away, comes back as another, is a standby: the last snapshot is served all the while, and what is
/// there afterwards is read whole.
@Suite struct DatabaseLossTests {
    private func precision(_ snapshot: Snapshot) -> UInt8 {
        snapshot.resolve(SymbolKey(exchangeId: 2, symbol: "BTC_USDT")!).precisionPrice
    }

    @Test(.scenario(.databaseAway)) func crashedDatabaseComesBack() throws {
        let cluster = try RestartableCluster()
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        var next = try probe.loaded()
        let confirmed = try #require(probe.latest).state.lastConfirmedNanoseconds
        cluster.crash()
        next = try probe.event(from: next) { if case .disconnected = $0 { true } else { false } }
        // Lookups go on, the age counts from the last confirmation, and the log grows by a line each time the number of
        // attempts doubles.
        next = try probe.event(from: next) { if case .retrying(_, attempt: 32, _) = $0 { true } else { false } }
        let away = try #require(probe.latest)
        #expect(!away.state.databaseConnected && away.snapshot.symbolCount == 3 && precision(away.snapshot) == 8)
        #expect(away.state.lastConfirmedNanoseconds == confirmed)
        #expect(probe.events.count { if case .retrying = $0 { true } else { false } } <= 12)
        try cluster.start()
        try cluster.run("UPDATE symbols SET precision_price = 3 WHERE id = 1")
        _ = try probe.loaded(from: next)
        let (update, _) = try probe.update { precision($0.snapshot) == 3 }
        #expect(update.state.databaseConnected)
    }

    @Test(.scenario(.olderData)) func olderCopyOfTheDataIsReadWhole() throws {
        let cluster = try RestartableCluster()
        let data = cluster.dataDirectory
        cluster.stop()
        try cluster.shell("cp -a '\(data)' '\(data).copy'")
        try cluster.start()
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        var next = try probe.loaded()
        try cluster.run(
            """
            UPDATE symbols SET precision_price = 5 WHERE id = 1; DELETE FROM symbols WHERE id = 2;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (1, 'SOL', 'USDT', 'SOLUSDT')
            """)
        _ = try probe.update { precision($0.snapshot) == 5 }
        cluster.stop()
        next = try probe.event(from: next) { if case .disconnected = $0 { true } else { false } }
        try cluster.shell("mv '\(data)' '\(data).new' && mv '\(data).copy' '\(data)'")
        try cluster.start()
        _ = try probe.loaded(from: next)
        // An increment since a snapshot of the newer data would have found nothing.
        let (update, _) = try probe.update(from: probe.updates.count - 1) { precision($0.snapshot) == 8 }
        #expect(update.snapshot.symbolRecord(id: 2).status == .ok)
        #expect(update.snapshot.symbolRecord(id: 4).status == .unknownSymbol)
    }

    @Test(.scenario(.standby)) func standbyIsRefusedUntilItIsPromoted() throws {
        let cluster = try RestartableCluster()
        cluster.stop()
        try cluster.shell("cd '\(cluster.dataDirectory)' && cp -a PG_VERSION standby.signal")
        try cluster.start()
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        let next = try probe.event { if case .retrying(.inRecovery, _, _) = $0 { true } else { false } }
        #expect(probe.updates.allSatisfy { !$0.snapshot.isLoaded })
        try cluster.run("SELECT pg_promote()")
        _ = try probe.loaded(from: next)
        #expect(probe.latest?.snapshot.symbolCount == 3)
        try cluster.run("UPDATE symbols SET precision_price = 3 WHERE id = 1")
        _ = try probe.update { precision($0.snapshot) == 3 }
    }
}
