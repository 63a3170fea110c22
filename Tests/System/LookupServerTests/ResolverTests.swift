import ReferenceData
import Scenarios
import SymbologyWire
import TestSupport
import Testing

@testable import LookupServer

@Suite struct ResolverTests {
    let snapshot = Fixture.snapshot()

    /// A list that finds nothing costs what it looks at, and looks at so much and no more.
    @Test func aListLooksAtBoundedlyManyRows() throws {
        var limits = ServerLimits()
        limits.examinedCountMax = 10
        var bench = ResolverBench(limits: limits)
        var after: UInt32 = 0
        var pageCount = 0
        var hasMore = true
        while hasMore {
            let frames = bench.answer(
                Request.listSymbols(1, exchangeId: 3, activeOnly: true, after: after), from: snapshot)
            #expect(frames.count == 1, "no symbol of an inactive exchange is active")
            try #require(frames.last).read(EndOfListView.self) {
                #expect($0.status == .ok && $0.count == 0)
                hasMore = $0.moreFollow
                if hasMore { #expect($0.resumeAfterId > after) }
                after = $0.resumeAfterId
            }
            pageCount += 1
        }
        #expect(pageCount == 4, "34 symbols by ten")
    }

    /// What a question costs is what the server does for it: a flood of dear ones gets as few turns as one of many
    /// cheap ones.
    @Test(.scenario(.flooder)) func workIsCountedByWhatIsLookedAt() {
        func work(_ request: [UInt8], _ snapshot: Snapshot) -> Int {
            var limits = ServerLimits()
            limits.searchWork = 0
            var resolver = Resolver(limits: limits)
            var answers = AnswerBuffer(capacity: limits.answerByteCountMax)
            defer { answers.deallocate() }
            resolver.workLeft = 0x1_0000
            request.withUnsafeBytes { _ = resolver.answer($0, from: snapshot, requestCountMax: .max, into: &answers) }
            return 0x1_0000 - resolver.workLeft
        }
        let large = Fixture.snapshot(symbolCount: 12_800)
        let changed = large.applying(
            ReferenceDelta(
                symbols: (UInt32(1)...640).map {
                    var record = Fixture.symbol($0, exchangeId: Fixture.exchangeId(ofSymbol: $0))
                    record.precisionPrice = 11
                    return record
                }), generation: 2, databaseSnapshot: ""
        ).snapshot
        #expect(changed.overlayRowCount == 1_280)
        #expect(work(Request.findPair(1, "NOPE", "USDT"), large) == 1)
        #expect(work(Request.findPair(1, "NOPE", "USDT"), changed) == 1 + 1_280 / 64)
        #expect(work(Request.listSymbols(1, exchangeId: 3, activeOnly: true), large) >= 12_800 / 3 / 64)
        let listing = work(Request.listSymbols(1, exchangeId: 2, limit: 1), large)
        #expect(work(Request.listSymbols(1, exchangeId: 2, limit: 1), changed) == listing + 1_280 / 64)

        // A page that fills looks at no more than it takes. On an exchange that is inactive nothing is tradable, and of
        // another one there is nothing: each symbol with the quote is looked at, and again for its exchange.
        #expect(work(Request.search(1, "USDT", limit: 10), large) < 12_800 / 64)
        #expect(work(Request.search(1, "USDT", exchangeId: 3, activeOnly: true), large) >= 2 * 12_800 / 64)
        #expect(
            work(Request.search(1, "USDT", mode: .substring, exchangeId: 3, activeOnly: true), large)
                >= 3 * 12_800 / 64)
        #expect(work(Request.search(1, "NOPE"), large) == 1)
        #expect(work(Request.search(1, "NOPE"), changed) == 1 + 640 / 64)
        #expect(work(Request.search(1, "NOPE", mode: .substring), large) == 1 + 12_800 / 64)
        for request in [Request.listPairs(1, limit: 1), Request.listAssets(1, limit: 1)] {
            #expect(work(request, changed) >= work(request, large) + 1_280)
        }
    }

    private func answer(_ request: [UInt8], from other: Snapshot? = nil) -> [Frame] {
        var bench = ResolverBench()
        let frames = bench.answer(request, from: other ?? snapshot)
        #expect(bench.usedByteCount == request.count)
        return frames
    }

    /// The connection empties the buffer when it has no room for an answer; one that an empty buffer has no room for
    /// would never be given. The page may be as small as it likes: other answers are longer.
    @Test(.scenario(.wrongFrames), arguments: [1, 16, 1_024])
    func anEmptyBufferHasRoomForEveryAnswer(listPageMax: Int) {
        var limits = ServerLimits()
        limits.listPageMax = listPageMax
        // A fuzzer's, with a buffer that was too small: ListExchanges with a limit of 100.
        var listExchanges: [UInt8] = [0x38, 0, 7, 0, 0x59, 0x1B, 0, 0, 8, 0, 0, 0, 2, 1, 1, 2, 100]
        listExchanges += [UInt8](repeating: 0, count: WireLimits.requestByteCount - listExchanges.count)
        expectRoom(for: listExchanges, limits)
        for template in Template.allCases where template.isRequest {
            // A limit of 0 asks for the longest page; where zeros make no proper request, `Rejected` has to fit.
            var request = [UInt8](repeating: 0, count: template.frameByteCount)
            request.replaceSubrange(0..<8, with: listExchanges[0..<8])
            request[0] = UInt8(template.frameByteCount - 8)
            request[2] = UInt8(template.rawValue)
            expectRoom(for: request, limits)
        }
    }

    /// What is promised to every request but a list before it is looked at.
    @Test func anAnswerOfOneFrameFitsTheRoomThatIsAskedFor() {
        for template in Template.allCases where !template.isRequest && template != .snapshotChunk {
            #expect(template.frameByteCount <= AnswerBuffer.singleAnswerByteCountMax, "\(template)")
        }
    }

    private func expectRoom(for request: [UInt8], _ limits: ServerLimits) {
        var bench = ResolverBench(limits: limits)
        let outcome = bench.outcome(of: request, from: snapshot)
        #expect(outcome.consumedByteCount == request.count, "template \(request[2]): \(outcome.stop)")
    }

    @Test func resolvesSymbolsAndPairs() throws {
        for request in [Request.resolveSymbol(5, 2, "C4_USDT"), Request.resolvePair(5, 2, "C4", "USDT")] {
            let frame = try #require(answer(request).first)
            #expect(frame.requestId == 5)
            frame.read(SymbolResolutionView.self) {
                #expect($0.status == .ok)
                #expect($0.flags == [.active, .exchangeActive])
                #expect($0.exchangeId == 2)
                #expect($0.symbolId == 4)
                #expect($0.pricePrecision == 5)
                #expect($0.basePrecision == 6)
                #expect($0.quotePrecision == 4)
                #expect($0.generation == 1)
            }
        }
    }

    /// As the exchange of the code, and then the symbol on it, are answered one after the other.
    @Test func resolvesByCode() throws {
        var content = Fixture.content(symbolCount: 100)
        content.aliases = [SymbolAlias(key: SymbolKey(exchangeId: 1, symbol: "OLD")!, symbolId: 6)]
        let snapshot = Snapshot.build(content, epoch: 1, generation: 9, databaseSnapshot: "")
        var statuses: Set<ResolutionStatus?> = []
        let long = String(repeating: "X", count: 50)
        let codes = ["ALPHA_SPOT", "alpha_spot", "BETA_FUTURES", "GONE_SPOT", "NONE", long]
        for code in codes {
            let exchange = try #require(answer(Request.resolveExchange(1, code), from: snapshot).first)
                .read(ExchangeResolutionView.self) { (status: $0.status, id: $0.exchangeId) }
            for symbol in ["C4_USDT", "C6_USDT", "C13_USDT", "C3_USDT", "OLD", "c4_usdt", "币安"] {
                let frame = try #require(answer(Request.resolveByCode(7, code, symbol), from: snapshot).first)
                let inTwo = answer(Request.resolveSymbol(7, exchange.id, symbol), from: snapshot)
                #expect(exchange.status == .unknownExchange || [frame] == inTwo, "\(code) \(symbol)")
                #expect(frame.resolution.generation == 9 && frame.requestId == 7)
                statuses.insert(frame.resolution.status)
            }
        }
        #expect(statuses == [.ok, .inactive, .unknownSymbol, .unknownExchange])
        let empty = answer(Request.resolveByCode(1, "ALPHA_SPOT", "C6_USDT"), from: .empty(epoch: 1))
        #expect(empty.map(\.resolution.status) == [.notLoaded])
    }

    @Test func fourMissesAreFourAnswers() throws {
        /// What a miss says besides its status: the exchange where it is known, and no flags.
        func expectMiss(_ request: [UInt8], _ status: ResolutionStatus, exchangeId: UInt16, from other: Snapshot? = nil)
            throws
        {
            try #require(answer(request, from: other).first).read(SymbolResolutionView.self) {
                #expect($0.status == status)
                #expect($0.exchangeId == exchangeId)
                #expect($0.flags == [] && $0.symbolId == 0)
                #expect($0.pricePrecision == 0 && $0.basePrecision == 0 && $0.quotePrecision == 0)
            }
        }
        try expectMiss(Request.resolveSymbol(1, 2, "NONE"), .unknownSymbol, exchangeId: 2)
        try expectMiss(Request.resolvePair(1, 2, "C4", "EUR"), .unknownSymbol, exchangeId: 2)
        try expectMiss(Request.resolveSymbol(1, 9, "C4_USDT"), .unknownExchange, exchangeId: 0)
        try expectMiss(Request.resolvePair(1, 9, "C4", "USDT"), .unknownExchange, exchangeId: 0)
        let empty = Snapshot.empty(epoch: Fixture.epoch)
        try expectMiss(
            Request.resolveSymbol(1, ofFixture: 4), .notLoaded, exchangeId: 0, from: empty)
        for inactive in [13, 5] as [UInt32] {
            try #require(answer(Request.resolveSymbol(1, ofFixture: inactive)).first).read(SymbolResolutionView.self) {
                #expect($0.status == .inactive && $0.symbolId == inactive)
                #expect($0.exchangeId == Fixture.exchangeId(ofSymbol: inactive))
            }
        }
        let refused = Snapshot.build(
            ReferenceContent(
                exchanges: [Fixture.exchange(1, "ALPHA_SPOT")],
                refused: [
                    RefusedRow(
                        table: .symbol, id: 8, reason: "tick_size is NaN",
                        symbolKey: SymbolKey(exchangeId: 1, symbol: "NAN_USDT"), pairKey: nil, exchangeId: 1)
                ]), epoch: 1, generation: 1, databaseSnapshot: "")
        try expectMiss(Request.resolveSymbol(1, 1, "NAN_USDT"), .refused, exchangeId: 1, from: refused)
    }

    @Test func batchesAnswerInOrderWithHitsMissesAndBadFields() throws {
        // Longer than a run, with something else after every seventh request.
        var requests: [UInt8] = []
        for index in 0..<500 {
            var request = Request.resolveSymbol(UInt32(index), ofFixture: UInt32(index % 120) + 1)
            if index % 11 == 10 { request[63] = 1 }
            requests += request
            if index % 7 == 6 { requests += Request.ping(UInt32(index) + 1_000, token: UInt64(index)) }
        }
        var bench = ResolverBench()
        let frames = bench.answer(requests, from: snapshot).filter { $0.template != .pong }
        #expect(frames.map(\.requestId) == (0..<500).map { UInt32($0) })
        for (index, frame) in frames.enumerated() {
            let id = UInt32(index % 120) + 1
            if index % 11 == 10 {
                #expect(frame.rejectReason == .textNotPadded)
            } else {
                #expect(frame.resolution.symbolId == (id <= 100 ? id : 0))
            }
        }
        let counters = bench.resolver.counters
        #expect(counters.lookupCount == UInt64(frames.count { $0.template == .symbolResolution }))
        #expect(counters.rejectedCount == UInt64(frames.count { $0.template == .rejected }))
        #expect(counters.hitCount + counters.inactiveCount + counters.missCount == counters.lookupCount)
    }

    @Test func recordsAndExchanges() throws {
        let record = try #require(answer(Request.getSymbol(3, 4)).first)
        record.read(SymbolRecordView.self) {
            #expect($0.status == .ok)
            #expect($0.symbolId == 4)
            #expect($0.symbolText.elementsEqual("C4_USDT".utf8))
            #expect($0.tickSize == WireDecimal(mantissa: 1, exponent: -2))
            #expect($0.minOrderSize == .absent)
        }
        #expect(
            answer(Request.getSymbol(3, 999)).first?.read(SymbolRecordView.self) { $0.status }
                == .unknownSymbol)
        let exchange = try #require(answer(Request.getExchange(3, 2)).first)
        exchange.read(ExchangeRecordView.self) {
            #expect($0.status == .ok)
            #expect($0.enumValue.elementsEqual("BETA_FUTURES".utf8))
            #expect($0.websocketURL.isEmpty)
        }
        #expect(
            answer(Request.getExchange(3, 9)).first?.read(ExchangeRecordView.self) { $0.status }
                == .unknownExchange)
        for code in ["BETA_FUTURES", "beta_futures"] {
            #expect(
                answer(Request.resolveExchange(3, code)).first?.read(ExchangeResolutionView.self) { $0.exchangeId } == 2
            )
        }
        #expect(
            answer(Request.resolveExchange(3, "GONE_SPOT")).first?.read(ExchangeResolutionView.self) { $0.status }
                == .inactive)
    }

    @Test func listsArePagedAndEnd() throws {
        var ids: [UInt32] = []
        var after: UInt32 = 0
        while true {
            let frames = answer(Request.listSymbols(1, after: after, limit: 7, generation: 1))
            let end = try #require(frames.last)
            ids += frames.dropLast().map { $0.read(SymbolRecordView.self) { $0.symbolId } }
            after = try #require(ids.last)
            let moreFollow = end.read(EndOfListView.self) {
                #expect($0.status == .ok)
                #expect($0.count == UInt32(frames.count - 1))
                return $0.moreFollow
            }
            if !moreFollow { break }
        }
        #expect(ids == Array(1...100))
    }

    @Test func listsSayWhyTheyCannotBegin() throws {
        let statuses = [
            answer(Request.listSymbols(1, generation: 2)), answer(Request.listSymbols(1, exchangeId: 9)),
            answer(Request.listSymbols(1), from: .empty(epoch: 1)),
            answer(Request.findPair(1, "A", "B"), from: .empty(epoch: 1)),
        ].map { frames in
            #expect(frames.count == 1)
            return frames[0].read(EndOfListView.self) { $0.status }
        }
        #expect(
            statuses == [
                .generationGone, .unknownExchange, .notLoaded, .notLoaded,
            ])
    }

    @Test func findsAndSearches() throws {
        let found = answer(Request.findPair(1, "C7", "USDT"))
        #expect(found.count == 2)
        #expect(found[0].read(SymbolRecordView.self) { $0.symbolId } == 7)
        #expect(answer(Request.findPair(1, "C7", "EUR")).count == 1)

        let all = answer(Request.search(1, "c1"))
        #expect(all.count == 13)  // C1, C10 to C19, C100
        #expect(all[0].read(SymbolRecordView.self) { $0.symbolId } == 1)
        let cut = answer(Request.search(1, "c1", limit: 3))
        #expect(cut.count == 4)
        #expect(cut[3].read(EndOfListView.self) { $0.moreFollow })
        let active = answer(Request.search(1, "c1", activeOnly: true))
        #expect(active.dropLast().allSatisfy { $0.read(SymbolRecordView.self) { $0.status } == .ok })
        #expect(active.count > 1 && active.count < all.count)
        #expect(active.last?.read(EndOfListView.self) { $0.moreFollow } == false)
        let exchanges = answer(Request.listExchanges(1, after: 1, limit: 1))
        #expect(exchanges.count == 2)
        #expect(exchanges[1].read(EndOfListView.self) { $0.moreFollow })
    }

    @Test func aFullPageNeverOverflowsTheBuffer() throws {
        // Room for exactly the largest answer: everything before it is flushed first.
        var limits = ServerLimits()
        limits.listPageMax = 32
        let many = Fixture.snapshot(symbolCount: 400)
        var bench = ResolverBench(limits: limits)
        var requests: [UInt8] = []
        for index in 0..<50 {
            requests += Request.ping(UInt32(index), token: 0) + Request.listSymbols(UInt32(index))
            requests += Request.search(UInt32(index), "C") + Request.findPair(UInt32(index), "C1", "USDT")
            requests += Request.listExchanges(UInt32(index)) + Request.getExchange(UInt32(index), 1)
        }
        let frames = bench.answer(requests, from: many)
        #expect(frames.count { $0.template == .endOfList } == 200)
        #expect(frames.count { $0.template == .pong } == 50)
    }

    @Test func requestsOfANewerClientAreLonger() throws {
        var request = Request.resolveSymbol(1, ofFixture: 4) + [1, 2, 3, 4, 5, 6, 7, 8]
        request[0] = 64
        // Among others, so that runs end before it and begin after it.
        let frames = answer(Request.resolveSymbol(0, ofFixture: 4) + request + Request.resolveSymbol(2, ofFixture: 4))
        #expect(frames.map(\.requestId) == [0, 1, 2])
        #expect(frames.map(\.resolution.symbolId) == [4, 4, 4])
    }

    @Test(.scenario(.wrongFrames)) func badFieldsAreRejectedAndTheConnectionLives() throws {
        var unpadded = Request.ping(4, token: 1)
        unpadded[40] = 1
        var notText = Request.resolveSymbol(4, 2, "C4")
        notText[14] = 0xFF
        var empty = Request.resolveExchange(4, "X")
        empty[14] = 0
        var noCode = Request.resolveByCode(4, "X", "Y")
        noCode[WireLayout.ResolveByCode.code.lowerBound] = 0
        var noSymbol = Request.resolveByCode(4, "X", "Y")
        noSymbol[WireLayout.ResolveByCode.symbolText.lowerBound] = 0
        var byCodeUnpadded = Request.resolveByCode(4, "X", "Y")
        byCodeUnpadded[127] = 1
        var mode = Request.search(4, "C")
        mode[WireLayout.SearchSymbols.mode] = 9
        var unknown = Request.ping(4, token: 1)
        unknown[2] = 99
        var fromServer = Request.ping(4, token: 1)
        fromServer[2] = 101
        let null = WireNull.requestId
        let expected: [([UInt8], RejectReason)] = [
            (unpadded, .paddingNotZero), (notText, .textNotUTF8), (empty, .textEmpty), (mode, .valueOutOfRange),
            (noCode, .textEmpty), (noSymbol, .textEmpty), (byCodeUnpadded, .paddingNotZero),
            (Request.resolveByCode(null, "ALPHA_SPOT", "C6_USDT"), .valueOutOfRange),
            (unknown, .unsupportedTemplate), (fromServer, .unsupportedTemplate),
            // Whether they would find something or not.
            (Request.ping(null, token: 1), .valueOutOfRange), (Request.hello(null), .valueOutOfRange),
            (Request.resolveSymbol(null, ofFixture: 4), .valueOutOfRange),
            (Request.resolveSymbol(null, 2, "NOPE"), .valueOutOfRange),
            (Request.resolvePair(null, 2, "C4", "USDT"), .valueOutOfRange),
            (Request.resolveUnified(null, 2, "C4/USDT"), .valueOutOfRange),
            (Request.resolveUnified(null, 2, "C4/USDT:USDT"), .valueOutOfRange),
        ]
        for (request, reason) in expected {
            let frames = answer(request + Request.ping(5, token: 2))
            #expect(frames.count == 2)
            #expect(frames[0].rejectReason == reason)
            #expect(frames[0].requestId == request.withUnsafeBytes { FrameHeaderView($0.baseAddress!).requestId })
            #expect(frames[0].read(RejectedView.self) { $0.fault() } == nil)
            #expect(frames[1].template == .pong)
        }
    }

    @Test func whatCannotBeFramedEndsTheStream() throws {
        for (change, reason): ((inout [UInt8]) -> Void, RejectReason) in [
            ({ $0[4] = 0 }, .wrongSchema), ({ $0[0] = 55 }, .blockTooShort), ({ $0[0] = 249 }, .blockTooLong),
            ({ $0[1] = 0xFF }, .blockTooLong),
        ] {
            var bad = Request.ping(1, token: 1)
            change(&bad)
            var bench = ResolverBench()
            let frames = bench.answer(Request.ping(0, token: 1) + bad, from: snapshot)
            #expect(frames.count == 1)
            #expect(bench.invalid == reason)
        }
    }

    @Test func requestsAboutTheConnectionAreHandedBack() throws {
        var bench = ResolverBench()
        let frames = bench.answer(
            Request.hello(1) + Request.ping(2, token: 0) + Request.subscribe(3) + Request.unsubscribe(4)
                + Request.getStatus(5) + Request.beginBatch(6, count: 1) + Request.getSnapshot(7), from: snapshot)
        #expect(bench.session == [.hello, .subscribe, .unsubscribe, .getStatus, .beginBatch, .getSnapshot])
        #expect(frames.map(\.template) == [.pong])
    }

    @Test func aResolutionLiesInItsFrameAsItIs() {
        let resolution = SymbolResolution(
            status: .inactive, flags: ResolutionFlags(rawValue: 2), exchangeId: 0x0403, symbolId: 0x0807_0605,
            precisionPrice: 9, precisionBase: 10, precisionQuote: 11, generation: 0x1716_1514_1312_1110)
        var frame = [UInt8](repeating: 0xFF, count: WireLayout.SymbolResolution.frameByteCount)
        frame.withUnsafeMutableBytes {
            resolution.write(to: $0.baseAddress!, requestId: 0x7F7E_7D7C, extraFlags: .fromFile)
        }
        frame.withUnsafeBytes {
            let view = SymbolResolutionView($0.baseAddress!)
            #expect(view.fault() == nil && FrameHeaderView($0.baseAddress!).template == .symbolResolution)
            #expect(view.requestId == 0x7F7E_7D7C && view.status == .inactive)
            #expect(view.flags == [ResolutionFlags(rawValue: 2), .fromFile])
            #expect(view.exchangeId == 0x0403 && view.symbolId == 0x0807_0605)
            #expect(view.pricePrecision == 9 && view.basePrecision == 10 && view.quotePrecision == 11)
            #expect(view.generation == 0x1716_1514_1312_1110)
        }
    }

    @Test func theNumberOfRequestsCanBeLimited() throws {
        var bench = ResolverBench()
        let requests = (0..<100).flatMap { Request.resolveSymbol($0, ofFixture: 4) }
        let frames = bench.answer(requests, from: snapshot, requestCountMax: 70)
        #expect(frames.count == 70)
        #expect(bench.usedByteCount == 70 * 64)
    }

    @Test(.scenario(.splitFrames)) func everySplitGivesTheSameReplies() throws {
        let requests =
            Request.resolveSymbol(1, ofFixture: 4) + Request.resolveSymbol(2, ofFixture: 7)
            + Request.resolvePair(3, 2, "C4", "USDT") + Request.resolveByCode(6, "BETA_FUTURES", "C4_USDT")
            + Request.listSymbols(4, limit: 3) + Request.search(5, "C9")
        let whole = answer(requests)
        for split in 0...requests.count {
            var bench = ResolverBench()
            var frames = bench.answer(Array(requests[..<split]), from: snapshot)
            let used = bench.usedByteCount
            frames += bench.answer(Array(requests[used...]), from: snapshot)
            #expect(frames == whole)
        }
    }

    @Test(.scenario(.wrongFrames)) func randomBytesNeverTrap() throws {
        var generator = SeededGenerator()
        var bench = ResolverBench()
        for round in 0..<3_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                // A valid header makes it past framing; the rest is noise, sparse or dense.
                var frame = [UInt8](repeating: 0, count: 8 + Int.random(in: 56...248, using: &generator))
                frame[0] = UInt8(frame.count - 8)
                frame[2] = UInt8.random(in: 0...24, using: &generator)
                (frame[4], frame[5]) = (0x59, 0x1B)
                let noise = Int.random(in: 0...frame.count, using: &generator)
                for _ in 0..<noise {
                    frame[Int.random(in: (round % 10 == 0 ? 0 : 8)..<frame.count, using: &generator)] =
                        UInt8.random(in: .min ... .max, using: &generator)
                }
                bytes += frame
            }
            let frames = bench.answer(bytes, from: snapshot)
            for frame in frames {
                let fault = frame.template.flatMap { template in
                    frame.bytes.withUnsafeBytes { FrameValidation.fault(of: template, at: $0.baseAddress!) }
                }
                #expect(frame.template != nil && fault == nil, "\(generator)")
            }
        }
    }
}
