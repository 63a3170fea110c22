import LookupServer
import ReferenceData
import SymbologyClient
import TestSupport
import Testing

/// Discovery over both kinds of socket says what the snapshot says in the process, in pages of any size.
@Suite struct DiscoveryTests {
    private let snapshot: Snapshot = {
        var symbols: [SymbolRecord] = []
        for id in UInt32(1)...300 {
            // Pairs on one to four exchanges, some with two spellings of one asset.
            let asset = Int(id) * 7 % 90
            var row = Tables.symbol(id, exchangeId: UInt16(id % 4) + 1)
            row.symbolString = SymbolText("S\(id)")!
            row.baseAsset = AssetText(asset % 2 == 0 ? "C\(asset)" : "c\(asset - 1)")!
            row.quoteAsset = AssetText(id > 250 ? "BTC" : "USDT")!
            row.lastSeen = id % 3 == 0 ? .absent : Timestamp(microsecondsSince1970: Int64(id))
            row.createdAt = id % 6 == 0 ? .absent : Timestamp(microsecondsSince1970: 50)
            symbols.append(row)
        }
        let exchanges = [
            Tables.exchange(1, "ALPHA_SPOT"), Tables.exchange(2, "BETA_FUTURES"), Tables.exchange(3, "GAMMA_SPOT"),
            Tables.exchange(4, "GONE_FUTURES", isActive: false),
        ]
        return Snapshot.build(
            ReferenceContent(exchanges: exchanges, symbols: symbols), epoch: 7, generation: 3, databaseSnapshot: "")
    }()

    private func overBoth(_ pageMax: Int, _ body: (LookupClient, SnapshotResolver) throws -> Void) throws {
        let fixture = try ServerFixture(snapshot) {
            $0.limits.listPageMax = pageMax
            $0.limits.examinedCountMax = pageMax * 2
        }
        for address in [fixture.unix, fixture.tcp] {
            try body(try LookupClient(address, options: ServerFixture.options()), SnapshotResolver(snapshot))
        }
    }

    @Test(arguments: [1, 9, 1_024])
    func saysWhatTheSnapshotSays(pageMax: Int) throws {
        try overBoth(pageMax) { (client, resolver) throws in
            for (venueCountMin, activeOnly, limit) in [
                (1, false, Int.max), (2, false, Int.max), (2, true, Int.max), (3, false, 4), (4, true, 1),
                (2, false, 0),
            ] {
                let page = try client.pairs(venueCountMin: venueCountMin, activeOnly: activeOnly, limit: limit)
                #expect(
                    page == resolver.pairs(venueCountMin: venueCountMin, activeOnly: activeOnly, limit: limit),
                    "\(venueCountMin) \(activeOnly) \(limit)")
                #expect(page.rows.allSatisfy { $0.symbols.count >= venueCountMin })
            }
            for (exchange, activeOnly, after, limit) in [
                (nil, false, nil, Int.max), ("BETA_FUTURES", true, nil, Int.max), ("ALPHA_SPOT", false, "C40", 5),
                ("GONE_FUTURES", true, nil, 5), ("NOWHERE", false, nil, 5), (nil, false, "zz", 5),
                (nil, false, String(repeating: "z", count: 26), 5),
            ] as [(String?, Bool, String?, Int)] {
                #expect(
                    try client.assets(exchange: exchange, activeOnly: activeOnly, after: after, limit: limit)
                        == resolver.assets(exchange: exchange, activeOnly: activeOnly, after: after, limit: limit),
                    "\(exchange ?? "all") \(after ?? "")")
            }
            for (exchange, since, activeOnly, after, limit) in [
                (nil, 100, false, 0, Int.max), ("BETA_FUTURES", 200, true, 0, Int.max), (nil, 250, false, 40, 12),
                ("NOWHERE", 1, false, 0, 5), (nil, 0, false, 0, Int.max),
            ] as [(String?, Int64, Bool, UInt32, Int)] {
                let time = Timestamp(microsecondsSince1970: since)
                let page = try client.symbols(
                    exchange: exchange, notSeenSince: time, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
                let expected = resolver.symbols(
                    exchange: exchange, notSeenSince: time, activeOnly: activeOnly, afterSymbolId: after, limit: limit)
                #expect(page.rows == expected.rows && page.status == expected.status, "\(since) after \(after)")
                // A page that was cut by what the server looks at may promise more than there is.
                #expect(page.hasMore || !expected.hasMore)
            }
        }
    }

    @Test func aReplicaSaysItInTheProcess() throws {
        let fixture = try ServerFixture(snapshot)
        let replica = try Replica(fixture.unix, options: ReplicaOptions(environment: "test"))
        defer { replica.stop() }
        try replica.waitUntilLive(timeoutMilliseconds: patienceMilliseconds)
        let reader = replica.reader()
        let resolver = SnapshotResolver(snapshot)
        let pairs = reader.pairs(venueCountMin: 2, activeOnly: false, limit: .max)
        #expect(pairs == resolver.pairs(venueCountMin: 2, activeOnly: false, limit: .max) && !pairs.rows.isEmpty)
        let assets = reader.assets(exchange: "BETA_FUTURES", activeOnly: true, after: nil, limit: .max)
        #expect(
            assets == resolver.assets(exchange: "BETA_FUTURES", activeOnly: true, after: nil, limit: .max)
                && !assets.rows.isEmpty)
        let time = Timestamp(microsecondsSince1970: 100)
        let stale = reader.symbols(exchange: nil, notSeenSince: time, activeOnly: false, afterSymbolId: 0, limit: 50)
        #expect(
            stale
                == resolver.symbols(exchange: nil, notSeenSince: time, activeOnly: false, afterSymbolId: 0, limit: 50)
                && !stale.rows.isEmpty)
    }

    @Test func aServerThatHasNotLoadedSaysSo() throws {
        let fixture = try ServerFixture(Snapshot.empty(epoch: 9))
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        #expect(try client.pairs(venueCountMin: 2, activeOnly: false, limit: 5).status == .notLoaded)
        #expect(try client.assets(exchange: nil, activeOnly: false).status == .notLoaded)
        #expect(
            try client.symbols(exchange: nil, notSeenSince: .absent, activeOnly: false).status == .notLoaded)
        #expect(try client.resolve(Tables.keys()).allSatisfy { $0.status == .notLoaded && $0.generation == 0 })
    }

    @Test func searchLeavesOutWhatIsInactive() throws {
        try overBoth(1_024) { (client, resolver) throws in
            let page = try client.search("c1", mode: .prefix, exchange: nil, activeOnly: true, limit: 100)
            #expect(page == resolver.search("c1", mode: .prefix, exchange: nil, activeOnly: true, limit: 100))
            #expect(!page.rows.isEmpty && page.rows.allSatisfy(\.isTradable))
        }
    }

    @Test func statisticsCountEachKindOfAnswer() throws {
        let fixture = try ServerFixture(Tables.snapshot())
        let client = try LookupClient(fixture.unix, options: ServerFixture.options())
        var state = SourceState(databaseConnected: true, isLoaded: true)
        state.refreshCount = 1
        state.lastRefreshMicroseconds = 12
        state.lastRefreshRowCount = 404
        fixture.publish(state)
        let keys = Tables.keys()
        let inactive = SymbolKey(exchangeId: 4, symbol: keys[3].symbol)
        let unknown = SymbolKey(exchangeId: 1, symbol: "NONE")!
        let nowhere = SymbolKey(exchangeId: 99, symbol: "C1_USDT")!
        _ = try client.resolve([keys[0], keys[0], keys[1], inactive, unknown, unknown, nowhere])
        let status = try client.status()
        #expect(status.lookupCount == 7 && status.hitCount == 4 && status.missCount == 3)
        #expect(status.inactiveCount == 1 && status.unknownSymbolCount == 2 && status.unknownExchangeCount == 1)
        #expect(status.notLoadedCount == 0 && status.refusedLookupCount == 0)
        #expect(status.refreshMicroseconds == 12 && status.refreshRowCount == 404)
    }

    @Test(arguments: [1, 3, 1_024])
    func refusedRowsComeWhole(pageMax: Int) throws {
        // Ids from -7 to 56; of the symbols all were served before.
        let ids = [Int64](stride(from: -7, through: 56, by: 7))
        let reasons = ids.map { "row \($0) — é" }
        var delta = ReferenceDelta()
        for (id, reason) in zip(ids, reasons) {
            delta.refused.append(RefusedRow(table: id < 7 ? .exchange : .symbol, id: id, reason: reason))
        }
        delta.refused[5].symbolKey = SymbolKey(exchangeId: 1, symbol: "S28")
        delta.refused[5].pairKey = PairKey(exchangeId: 1, base: "C16", quote: "USDT")
        delta.refused[5].exchangeId = 1
        let snapshot = Tables.snapshot().applying(delta, generation: 4, databaseSnapshot: "").snapshot
        let fixture = try ServerFixture(snapshot) { $0.limits.listPageMax = pageMax }
        for address in [fixture.unix, fixture.tcp] {
            let client = try LookupClient(address, options: ServerFixture.options())
            let page = try client.refused()
            #expect(page.status == .ok && !page.hasMore)
            #expect(page.rows.map(\.id) == ids && page.rows.map(\.reason) == reasons)
            let known = page.rows[5]
            #expect(known.table == .symbol && known.exchangeId == 1 && known.symbol == "S28")
            #expect(known.baseAsset == "C16" && known.quoteAsset == "USDT" && known.isLastGoodServed)
            #expect(page.rows[0].table == .exchange && page.rows[0].exchangeId == nil && page.rows[0].symbol.isEmpty)
            #expect(!page.rows[0].isLastGoodServed && page.rows.allSatisfy { !$0.isReasonCut })
            let cut = try client.refused(limit: 4)
            #expect(cut.rows == Array(page.rows.prefix(4)) && cut.hasMore)
        }
    }
}
