import ReferenceData
import SymbologyWire
import Testing

@testable import LookupServer

/// Lists of pairs, assets and stale symbols, page by page, against the snapshot's own answers.
@Suite struct DiscoveryTests {
    /// Three exchanges, the last inactive. Pairs of 1, 2 and 3 venues, every fifth symbol inactive, seen a day apart.
    static let snapshot: Snapshot = {
        var symbols: [SymbolRecord] = []
        for asset in 0..<40 {
            for exchangeId in 1...UInt16(asset % 3 + 1) {
                let id = UInt32(symbols.count + 1)
                symbols.append(
                    SymbolRecord(
                        id: id, exchangeId: exchangeId, isActive: id % 5 != 0,
                        symbolString: SymbolText("C\(asset)-USDT")!,
                        baseAsset: AssetText("C\(asset)")!, quoteAsset: AssetText("USDT")!,
                        createdAt: Timestamp(microsecondsSince1970: 1),
                        lastSeen: id % 4 == 0 ? .absent : Timestamp(microsecondsSince1970: Int64(id) * 100)))
            }
        }
        let exchanges = [
            Fixture.exchange(1, "ALPHA_SPOT"), Fixture.exchange(2, "BETA_FUTURES"),
            Fixture.exchange(3, "GONE_SPOT", isActive: false),
        ]
        return Snapshot.build(
            ReferenceContent(exchanges: exchanges, symbols: symbols), epoch: 1, generation: 5, databaseSnapshot: "")
    }()

    private struct End {
        var status: ResolutionStatus?
        var hasMore: Bool
        var resumeAfterId: UInt32
    }

    private func end(_ frames: [Frame]) throws -> End {
        let last = try #require(frames.last)
        return last.read(EndOfListView.self) {
            #expect($0.count == UInt32(frames.count - 1))
            #expect($0.generation == Self.snapshot.generation || $0.status == .notLoaded)
            return End(status: $0.status, hasMore: $0.moreFollow, resumeAfterId: $0.resumeAfterId)
        }
    }

    /// Reads all pages of symbols.
    private func symbolIds(
        _ limits: ServerLimits, _ request: (_ after: UInt32) -> [UInt8]
    ) throws -> (ids: [UInt32], pageCount: Int) {
        var bench = ResolverBench(limits: limits)
        var ids: [UInt32] = []
        var after: UInt32 = 0
        for pageCount in 1...1_000 {
            let frames = bench.answer(request(after), from: Self.snapshot)
            #expect(frames.allSatisfy { $0.requestId == 9 })
            ids += frames.dropLast().map { $0.read(SymbolRecordView.self) { $0.symbolId } }
            let end = try end(frames)
            #expect(end.status == .ok)
            if !end.hasMore { return (ids, pageCount) }
            after = end.resumeAfterId
        }
        return (ids, .max)
    }

    private static func stale(
        exchangeId: UInt16 = 0, activeOnly: Bool = false, after: UInt32 = 0, limit: UInt32 = 0, generation: UInt64 = 0,
        since: Int64 = 3_000
    ) -> [UInt8] {
        Request.make {
            ListStaleSymbolsView.write(
                to: $0, requestId: 9, exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: after,
                countMax: limit, expectedGeneration: generation, notSeenSince: since)
        }
    }

    @Test(arguments: [1, 7, 1_024], [1, 5, 16_384])
    func pairsAndStaleSymbolsComePageByPage(pageMax: Int, examinedMax: Int) throws {
        var limits = ServerLimits()
        limits.listPageMax = pageMax
        limits.examinedCountMax = examinedMax
        for activeOnly in [false, true] {
            for venueCountMin in UInt16(0)...4 {
                var wanted: [UInt32] = []
                _ = Self.snapshot.pairs(
                    venueCountMin: Int(venueCountMin), activeOnly: activeOnly, afterSymbolId: 0, limit: .max
                ) { record, _ in wanted.append(record.id) }
                #expect((venueCountMin < 3) == !wanted.isEmpty || !activeOnly)
                let read = try symbolIds(limits) {
                    Request.listPairs(9, venueCountMin: venueCountMin, activeOnly: activeOnly, after: $0, generation: 5)
                }
                #expect(read.ids == wanted)
                if pageMax == 1_024, examinedMax == 16_384 { #expect(read.pageCount == 1) }
            }
            for exchangeId in UInt16(0)...2 {
                var wanted: [UInt32] = []
                _ = Self.snapshot.symbols(
                    exchangeId: exchangeId, notSeenSince: Timestamp(microsecondsSince1970: 3_000),
                    activeOnly: activeOnly, afterSymbolId: 0, limit: .max
                ) { record, _ in wanted.append(record.id) }
                #expect(!wanted.isEmpty)
                let read = try symbolIds(limits) {
                    Self.stale(exchangeId: exchangeId, activeOnly: activeOnly, after: $0, generation: 5)
                }
                #expect(read.ids == wanted)
            }
        }
    }

    @Test func assetsComePageByPage() throws {
        var limits = ServerLimits()
        limits.listPageMax = 7
        var bench = ResolverBench(limits: limits)
        var read: [String: [UInt32]] = [:]
        var after = ""
        for _ in 0..<10 {
            let frames = bench.answer(
                Request.listAssets(9, exchangeId: 2, after: after, generation: 5), from: Self.snapshot)
            for frame in frames.dropLast() {
                frame.read(AssetRecordView.self) {
                    #expect($0.fault() == nil && $0.exchangeId == 2 && $0.generation == 5)
                    after = String(decoding: $0.asset, as: UTF8.self)
                    read[after] = [$0.baseSymbolCount, $0.quoteSymbolCount]
                }
            }
            if try !end(frames).hasMore { break }
            // Only the last record says where to go on.
            #expect(frames.count == 8)
        }
        var wanted: [String: [UInt32]] = [:]
        _ = Self.snapshot.assets(exchangeId: 2, activeOnly: false, limit: .max) {
            wanted[$0.description] = [UInt32($1), UInt32($2)]
        }
        #expect(wanted["USDT"] == [0, 26] && wanted.count == 27)
        #expect(read == wanted)
    }

    @Test func listsSayWhyTheyCannotBegin() throws {
        var bench = ResolverBench()
        for (request, status) in [
            (Request.listPairs(9, generation: 4), ResolutionStatus.generationGone),
            (Request.listPairs(9, after: 999), ResolutionStatus.generationGone),
            (Request.listAssets(9, generation: 4), ResolutionStatus.generationGone),
            (Request.listAssets(9, exchangeId: 9), ResolutionStatus.unknownExchange),
            (Self.stale(generation: 4), ResolutionStatus.generationGone),
            (Self.stale(exchangeId: 9), ResolutionStatus.unknownExchange),
        ] {
            #expect(try end(bench.answer(request, from: Self.snapshot)).status == status)
        }
        for request in [Request.listPairs(9), Request.listAssets(9), Self.stale()] {
            #expect(try end(bench.answer(request, from: .empty(epoch: 1))).status == .notLoaded)
        }
    }

    @Test func listsSayWhereTheNextPageBegins() throws {
        var bench = ResolverBench()
        let symbols = bench.answer(Request.listSymbols(1, limit: 3), from: Self.snapshot)
        #expect(try end(symbols).resumeAfterId == 3)
        let exchanges = bench.answer(Request.listExchanges(1, limit: 2), from: Self.snapshot)
        #expect(try end(exchanges).resumeAfterId == 2)
    }
}
