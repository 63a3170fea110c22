import PostgreSQL
import ReferenceData
import Scenarios
import TestSupport
import Testing

@testable import ReferenceFeed

/// Another database comes behind the address: whichever rows its ids give away, whether a server is there to see it or
/// begins beside it with the image of the one before.
@Suite struct DatabaseIdentityTests {
    /// Rows that a database and another one have in another order; they are 4 and 5.
    enum Pair: CaseIterable, CustomStringConvertible {
        case ofKindOther, deadTwins, twins, ofPayoffs

        private static let columns =
            "exchange_id, base_asset, quote_asset, symbol_string, is_active, kind, settle_asset, payoff"

        private var rows: [String] {
            switch self {
            case .ofKindOther:
                ["(2, 'X', 'Y', 'O1', true, 'other', NULL, NULL)"]
                    + ["(2, 'X', 'Y', 'O2', true, 'other', NULL, NULL)"]
            case .deadTwins:
                ["(2, 'OLDER', 'USDT', 'OLD', false, 'spot', NULL, NULL)"]
                    + ["(2, 'OLD', 'USDT', 'OLD', false, 'spot', NULL, NULL)"]
            case .twins:
                ["(2, 'NEW', 'USDT', 'NEW', false, 'spot', NULL, NULL)"]
                    + ["(2, 'NEW', 'USDT', 'NEW', true, 'spot', NULL, NULL)"]
            case .ofPayoffs:
                ["(3, 'BTC', 'USDT', 'P1', true, 'perpetual', 'USDT', 'linear')"]
                    + ["(3, 'BTC', 'USDT', 'P2', true, 'perpetual', 'USDT', 'inverse')"]
            }
        }

        func insertion(isReversed: Bool = false) -> String {
            let list = (isReversed ? rows.reversed() : rows).joined(separator: ", ")
            return "INSERT INTO symbols (\(Self.columns)) VALUES \(list); CHECKPOINT"
        }

        var description: String { "\(rows)" }
    }

    @Test(.scenario(.olderData), arguments: Pair.allCases)
    func rowsThatChangedPlacesAreHeldBack(_ pair: Pair) throws {
        let cluster = try RestartableCluster()
        try cluster.run(pair.insertion())
        try cluster.prepareOther(RestartableCluster.symbols, pair.insertion(isReversed: true))
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        let next = try probe.loaded()
        try cluster.swap()
        try probe.event(from: next) { if case .retrying(.idsChange, _, _) = $0 { true } else { false } }
        let held = try #require(probe.latest)
        #expect(held.state.heldBack.map { $0.changingIdCount > 0 } == true && !held.state.isDatabaseReplaced)
        #expect(held.snapshot.generation == probe.updates.first { $0.snapshot.isLoaded }?.snapshot.generation)
    }

    /// A feed that keeps its image, until the file is there; then it is gone, as after `kill -9`.
    private func image(
        of cluster: RestartableCluster, _ path: String, begin: (FeedProbe) throws -> Void = { _ in }
    ) throws -> SnapshotImage {
        let probe = try FeedProbe(conninfo: cluster.conninfo) {
            $0.image.path = path
            $0.image.spacingMillisecondsMin = 1
            $0.image.spacingFactor = 0
        }
        _ = try probe.loaded()
        try begin(probe)
        let served = try #require(probe.latest).snapshot
        try probe.event {
            guard case .imageWritten(_, served.generation, _, _, _) = $0 else { return false }
            return true
        }
        return try SnapshotImage.open(path: path)
    }

    private func next(_ cluster: RestartableCluster, _ image: SnapshotImage, path: String? = nil) throws -> FeedProbe {
        try FeedProbe(
            conninfo: cluster.conninfo, initial: image.snapshot.rewritten(epoch: 77), confirmedAt: image.confirmedAt
        ) {
            $0.image.path = path
            $0.image.spacingMillisecondsMin = 1
            $0.image.spacingFactor = 0
        }
    }

    /// One key of three has another id there, which in the same database would be a row that was written anew.
    @Test(.scenario(.olderData)) func aServerThatBeginsWithAnImageKnowsWhoseItIs() throws {
        let cluster = try RestartableCluster()
        let folder = TemporaryFolder()
        let symbols = "(2, 'BTC', 'USDT', 'BTC_USDT'), (2, 'ETH', 'USDT', 'ETH_USDT')"
        try cluster.prepareOther(
            symbols,
            """
            ALTER TABLE symbols ALTER COLUMN id RESTART WITH 9;
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string)
            VALUES (1, 'BTC', 'USDT', 'BTCUSDT'); CHECKPOINT
            """)
        let image = try image(of: cluster, folder.path("image"))
        #expect(image.snapshot.database != nil)
        try cluster.swap()
        let probe = try next(cluster, image)
        try probe.event {
            guard case .retrying(.idsChange(count: 1, let example), _, _) = $0 else { return false }
            return example == "BTCUSDT was symbol 3 and is 9"
        }
        let key = SymbolKey(exchangeId: 1, symbol: "BTCUSDT")!
        #expect(probe.latest?.snapshot.resolve(key).symbolId == 3)
        probe.feed.reload(servingHeldBack: true)
        let (served, _) = try probe.update { $0.snapshot.resolve(key).symbolId == 9 }
        #expect(served.state.heldBack == nil && !served.state.isDatabaseReplaced)
        #expect(served.snapshot.database != image.snapshot.database && served.snapshot.database != nil)
    }

    /// Until somebody has looked, whichever life it is.
    @Test func equalIdsOfAnotherDatabaseCallForAttentionInEachLife() throws {
        let cluster = try RestartableCluster()
        let folder = TemporaryFolder()
        let path = folder.path("image")
        try cluster.prepareOther(RestartableCluster.symbols)
        let first = try image(of: cluster, path)
        try cluster.swap()
        var written = first
        for _ in 0..<2 {
            let probe = try next(cluster, written, path: path)
            let (replaced, next) = try probe.update { !$0.state.fromFile && $0.state.isLoaded }
            #expect(replaced.state.isDatabaseReplaced && replaced.state.heldBack == nil)
            try cluster.run("UPDATE symbols SET precision_price = 1 + coalesce(precision_price, 0) WHERE id = 1")
            let (changed, _) = try probe.update(from: next) { !$0.changes.isEmpty }
            probe.feed.stop()
            written = try SnapshotImage.open(path: path)
            #expect(written.generation == changed.snapshot.generation)
            #expect(written.snapshot.database == first.snapshot.database)
        }
        let probe = try next(cluster, written, path: path)
        let (_, mark) = try probe.update { $0.state.isDatabaseReplaced }
        probe.feed.reload(servingHeldBack: true)
        _ = try probe.update(from: mark) { !$0.state.isDatabaseReplaced }
        probe.feed.stop()
        let agreed = try SnapshotImage.open(path: path)
        #expect(agreed.snapshot.database != first.snapshot.database && agreed.snapshot.database != nil)
    }

    /// The load that lost the symbol was served by the life before.
    @Test(.scenario(.olderData)) func anIdThatIsGivenOutTwiceIsHeldBackInTheNextLife() throws {
        let cluster = try RestartableCluster()
        let folder = TemporaryFolder()
        func add(_ base: String) throws {
            try cluster.run(
                "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) "
                    + "VALUES (1, '\(base)', 'USDT', '\(base)USDT'); CHECKPOINT")
        }
        cluster.stop()
        try cluster.shell("cd '\(cluster.dataDirectory)/..' && cp -a data data.other")
        try cluster.start()
        try add("SOL")
        let image = try image(of: cluster, folder.path("image")) { probe in
            let mark = probe.updates.count
            try cluster.swap()
            _ = try probe.update(from: mark) { $0.snapshot.symbolCount == 3 }
        }
        #expect(image.snapshot.symbolCount == 3 && image.snapshot.symbolIdMax == 4)
        try add("DOGE")
        let probe = try next(cluster, image)
        try probe.event { if case .retrying(.idsChange(count: 1, _), _, _) = $0 { true } else { false } }
        probe.feed.reload(servingHeldBack: true)
        let doge = SymbolKey(exchangeId: 1, symbol: "DOGEUSDT")!
        let (served, mark) = try probe.update { $0.snapshot.resolve(doge).symbolId == 4 }
        #expect(served.state.heldBack == nil)
        // Once somebody has agreed, the ids that follow are as good as any.
        try add("ADA")
        _ = try probe.update(from: mark) { $0.snapshot.symbolCount == 5 }
    }

    /// The row of the new database is refused as that of the old one was, and is another one.
    @Test(.scenario(.olderData)) func lastGoodRecordsEndWithTheirDatabase() throws {
        let cluster = try RestartableCluster()
        let spoiling = """
            ALTER TABLE symbols DROP CONSTRAINT symbols_tick_size_servable;
            UPDATE symbols SET tick_size = 'NaN' WHERE id = 1; CHECKPOINT
            """
        try cluster.prepareOther(
            "(1, 'BTC', 'USDT', 'BTCUSDT'), (2, 'ETH', 'USDT', 'ETH_USDT'), (2, 'SOL', 'USDT', 'SOL_USDT')", spoiling)
        let probe = try FeedProbe(conninfo: cluster.conninfo)
        _ = try probe.loaded()
        try cluster.run(spoiling)
        let (marked, mark) = try probe.update { $0.state.refusedCount == 1 }
        #expect(marked.snapshot.symbolRecord(id: 1).flags.contains(.lastGood))
        try cluster.swap()
        let (held, next) = try probe.update(from: mark) { $0.state.heldBack != nil }
        #expect(held.snapshot.symbolRecord(id: 1).flags.contains(.lastGood))
        probe.feed.reload(servingHeldBack: true)
        let (served, _) = try probe.update(from: next) { $0.state.heldBack == nil && $0.state.databaseConnected }
        #expect(served.snapshot.symbolRecord(id: 1).status == .refused)
        #expect(served.snapshot.resolve(SymbolKey(exchangeId: 2, symbol: "BTC_USDT")!).status == .unknownSymbol)
        #expect(served.snapshot.resolve(SymbolKey(exchangeId: 1, symbol: "BTCUSDT")!).status == .refused)
        #expect(served.changes.contains(ReferenceChange(kind: .symbol, action: .remove, id: 1)))
    }
}
