import PostgreSQL
import ReferenceData
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// The address is the same, and the database behind it another, or as it was some time ago: what ids mean is what
/// counts.
@Suite struct DatabaseReplacedTests {
    private let key = SymbolKey(exchangeId: 2, symbol: "BTC_USDT")!

    @Test(.scenario(.olderData)) func otherIdsAreHeldBackUntilSomebodySaysYes() throws {
        let cluster = try RestartableCluster()
        try cluster.prepareOther(
            "(1, 'BTC', 'USDT', 'BTCUSDT'), (2, 'ETH', 'USDT', 'ETH_USDT'), (2, 'BTC', 'USDT', 'BTC_USDT')")
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        var next = try probe.loaded()
        try cluster.swap()
        next = try probe.event(from: next) {
            guard case .retrying(.idsChange(count: 2, let example), _, _) = $0 else { return false }
            return example == "symbol 1 was BTC_USDT and is BTCUSDT"
        }
        let held = try #require(probe.latest)
        #expect(held.state.heldBack?.changingIdCount == 2 && held.state.heldBack?.vanishingSymbolCount == 0)
        #expect(held.snapshot.resolve(key).symbolId == 1 && !held.state.isDatabaseReplaced)

        try cluster.swap()
        _ = try probe.update(from: probe.updates.count - 1) { $0.state.heldBack == nil && $0.state.databaseConnected }
        #expect(probe.latest?.state.isDatabaseReplaced == false)

        let mark = probe.updates.count
        try cluster.swap()
        _ = try probe.update(from: mark) { $0.state.heldBack != nil }
        probe.feed.reload(servingHeldBack: true)
        let (served, _) = try probe.update(from: mark) { $0.snapshot.resolve(key).symbolId == 3 }
        // Who said yes has looked.
        #expect(served.state.heldBack == nil && !served.state.isDatabaseReplaced)
    }

    /// As after an upgrade, or a failover to a logical replica.
    @Test func equalIdsAreServedAndCallForAttention() throws {
        let cluster = try RestartableCluster()
        try cluster.prepareOther(RestartableCluster.symbols)
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        var next = try probe.loaded()
        try cluster.swap()
        next = try probe.event(from: next) { if case .databaseReplaced = $0 { true } else { false } }
        next = try probe.loaded(from: next)
        let replaced = try #require(probe.latest).state
        #expect(replaced.isDatabaseReplaced && replaced.heldBack == nil)
        let mark = probe.updates.count
        probe.feed.reload(servingHeldBack: true)
        _ = try probe.update(from: mark) { !$0.state.isDatabaseReplaced }
        _ = try probe.loaded(from: next)
        #expect(probe.latest?.state.isDatabaseReplaced == false)
    }

    /// Before the restored database is read, or after that was served.
    @Test(.scenario(.olderData), arguments: [true, false])
    func anIdThatIsGivenOutTwiceIsHeldBack(isWrittenBefore: Bool) throws {
        let cluster = try RestartableCluster()
        func add(_ base: String) throws {
            try cluster.run(
                "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) "
                    + "VALUES (1, '\(base)', 'USDT', '\(base)USDT'); CHECKPOINT")
        }
        // The backup, and what is written to it once it has been restored.
        cluster.stop()
        try cluster.shell("cd '\(cluster.dataDirectory)/..' && cp -a data data.other")
        try cluster.start()
        if isWrittenBefore {
            try cluster.swap()
            try add("DOGE")
            try cluster.swap()
        }
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        var next = try probe.loaded()
        try add("SOL")
        let mark = try probe.update { $0.snapshot.symbolCount == 4 }.next
        try cluster.swap()
        if !isWrittenBefore {
            next = try probe.loaded(from: next)
            _ = try probe.update(from: mark) { $0.snapshot.symbolCount == 3 }
            try add("DOGE")
        }
        try probe.event(from: next) {
            guard case .retrying(.idsChange(count: 1, let example), _, _) = $0 else { return false }
            return example == "symbol 4 was SOLUSDT and is DOGEUSDT"
        }
        let sol = SymbolKey(exchangeId: 1, symbol: "SOLUSDT")!
        #expect(probe.latest?.snapshot.resolve(sol).symbolId == (isWrittenBefore ? 4 : 0))
        probe.feed.reload(servingHeldBack: true)
        let doge = SymbolKey(exchangeId: 1, symbol: "DOGEUSDT")!
        let (served, _) = try probe.update(from: mark) { $0.snapshot.resolve(doge).symbolId == 4 }
        #expect(served.state.heldBack == nil)
    }
}
